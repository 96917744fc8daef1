import { type PixelWindow } from './segmentation-boundary.ts'
import { type ObjectScores } from './segmentation-coco.ts'
import { type InstanceMap } from './segmentation-objects.ts'

/** Maps of an image or of a window of it, row-major, all of the same length. */
export interface WindowMaps {
  /** Class index a pixel, IGNORED_PIXEL (255) where nobody said. */
  readonly truth: Uint8Array
  /** Class index a pixel. */
  readonly predicted: Uint8Array
  /** Object number a pixel, 0 for none. Both or neither. */
  readonly truthInstances?: InstanceMap | undefined
  readonly predictedInstances?: InstanceMap | undefined
}

/** One image's maps, row-major, width * height long. */
export interface SegmentationMaps extends WindowMaps {
  readonly width: number
  readonly height: number
  /** Scores of the predicted objects by number, for COCO's AP. */
  readonly scores?: ObjectScores | undefined
}

/** An image that is looked at window by window, so that it may be of any size. */
export interface SegmentationSource {
  readonly width: number
  readonly height: number
  readonly scores?: ObjectScores | undefined
  /** The maps of a window that lies in the image; an object has the same number in each. */
  read(window: PixelWindow): WindowMaps
  /** What all pixels of a window are on both sides, where that is known without a look: 0 or IGNORED_PIXEL. null: it has to be read. */
  blank(window: PixelWindow): number | null
}

/** Maps of a whole image as a source. Throws RangeError where a map has another size. */
export function wholeSource(maps: SegmentationMaps): SegmentationSource {
  const { width, height, truth, predicted, truthInstances, predictedInstances, scores } = maps
  if (truth.length !== width * height) throw new RangeError(`A map of ${width} x ${height} pixels does not have ${truth.length}`)
  const cut = <T extends InstanceMap>(map: T, window: PixelWindow): T => cutOut(map, width, window)
  return {
    ...{ width, height, scores },
    blank: () => null,
    read: (window) => ({
      truth: cut(truth, window),
      predicted: cut(predicted, window),
      truthInstances: truthInstances && cut(truthInstances, window),
      predictedInstances: predictedInstances && cut(predictedInstances, window),
    }),
  }
}

/** Rows as wide as the map are shared, not copied. */
function cutOut<T extends InstanceMap>(map: T, mapWidth: number, { x, y, width, height }: PixelWindow): T {
  if (width === mapWidth) return map.subarray(y * width, (y + height) * width) as T
  const out = new (map.constructor as new (length: number) => T)(width * height)
  for (let row = 0; row < height; row++) {
    const from = (y + row) * mapWidth + x
    out.set(map.subarray(from, from + width), row * width)
  }
  return out
}

/** Pixels of an image that is held as a whole: its maps take ten bytes each. */
const MOST_AT_ONCE = 2 ** 23
/** Pixels of a tile of larger ones: small, since most of a slide has nothing to look at. */
const TILE_PIXELS = 2 ** 20

/** Windows that cover an image once, row by row; one where it is small. `most`: pixels of a window, in place of the usual. */
export function tilesOfSource(width: number, height: number, most?: number): PixelWindow[] {
  if (width * height <= (most ?? MOST_AT_ONCE)) return [{ x: 0, y: 0, width, height }]
  const side = Math.max(1, Math.floor(Math.sqrt(most ?? TILE_PIXELS)))
  const tiles: PixelWindow[] = []
  for (let y = 0; y < height; y += side)
    for (let x = 0; x < width; x += side) tiles.push({ x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) })
  return tiles
}

/** Smallest windows round the pixels of each key, of as many as are told of. */
export interface Extents {
  add(key: number, x: number, y: number): void
  windows(): Map<number, PixelWindow>
}

export function createExtents(): Extents {
  const edges = new Map<number, { left: number; top: number; right: number; bottom: number }>()
  // Neighbouring pixels mostly belong to the same key.
  let last = { key: -1, edge: { left: 0, top: 0, right: 0, bottom: 0 } }
  return {
    add(key, x, y) {
      if (key !== last.key) {
        const edge = edges.get(key) ?? { left: x, top: y, right: x, bottom: y }
        edges.set(key, edge)
        last = { key, edge }
      }
      const { edge } = last
      if (x < edge.left) edge.left = x
      if (x > edge.right) edge.right = x
      if (y < edge.top) edge.top = y
      if (y > edge.bottom) edge.bottom = y
    },
    windows: () =>
      new Map(
        Array.from(edges, ([key, { left, top, right, bottom }]) => [
          key,
          { x: left, y: top, width: right - left + 1, height: bottom - top + 1 },
        ]),
      ),
  }
}
