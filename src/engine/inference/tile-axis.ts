/** Tiles along one axis of a canvas, in input pixels. */
export interface TileAxis {
  /** Length of the canvas: a whole multiple of what the network asks for. */
  readonly length: number
  /** Where the image begins on it, and how long it is. */
  readonly start: number
  readonly image: number
  readonly tile: number
  /** First pixel of each tile, ascending. */
  readonly places: readonly number[]
  /** Of each tile the share of each of its pixels; over all tiles they sum to 1 at every pixel of the canvas. */
  readonly weights: readonly Float32Array[]
}

export interface TileRule {
  /** Side of a tile; a multiple of `multiple`. */
  readonly tile: number
  /** Sides must be multiples of this. */
  readonly multiple: number
  /** Whether a tile may be longer than `tile`, so that an image that is little longer is seen whole. */
  readonly stretches: boolean
}

/** An axis up to this many tiles long is one tile. */
const WHOLE = 1.5
/** Share of a tile that its neighbour sees too, at least. */
const OVERLAP = 0.25
/** Share of the overlap at a tile's end that counts for nothing: there the network sees the tile's edge. */
const BLIND = 0.25

/**
 * Lays tiles along `pixels` pixels of an image. The image lies in the middle of a canvas of whole multiples; what is beside it is filled by
 * mirroring. Where tiles overlap, one fades into the other along half a cosine.
 */
export function tileAxis(pixels: number, { tile, multiple, stretches }: TileRule): TileAxis {
  const needed = Math.ceil(pixels / multiple) * multiple
  const whole = needed <= (stretches ? WHOLE * tile : tile)
  const length = stretches ? needed : Math.max(needed, tile)
  const side = whole ? length : tile
  const overlap = Math.ceil(OVERLAP * side)
  const step = Math.max(multiple, Math.floor((side - overlap) / multiple) * multiple)
  const count = Math.ceil((length - side) / step) + 1
  const places = Array.from({ length: count }, (_, i) => Math.min(i * step, length - side))
  return {
    length,
    start: Math.floor((length - pixels) / 2),
    image: pixels,
    tile: side,
    places,
    weights: blended(places, side, length, overlap),
  }
}

function blended(places: readonly number[], side: number, length: number, overlap: number): Float32Array[] {
  const sums = new Float64Array(length)
  const raw = places.map((place) => {
    const weights = new Float64Array(side)
    for (let i = 0; i < side; i++) {
      const before = place === 0 ? 1 : ramp(i + 0.5, overlap)
      const after = place + side === length ? 1 : ramp(side - i - 0.5, overlap)
      weights[i] = before * after
      sums[place + i]! += weights[i]!
    }
    return weights
  })
  return raw.map((weights, t) => Float32Array.from(weights, (weight, i) => weight / sums[places[t]! + i]!))
}

/** From 0 at a tile's end to 1 where the overlap ends. */
function ramp(distance: number, overlap: number): number {
  const blind = Math.floor(BLIND * overlap)
  const part = Math.min(1, Math.max(0, (distance - blind) / (overlap - blind)))
  return 0.5 - 0.5 * Math.cos(Math.PI * part)
}
