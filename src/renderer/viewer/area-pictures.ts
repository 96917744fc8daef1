import { type Size } from '#shared/geometry/point.ts'
import { maskSpans, tilePlace, type BitMask } from '#shared/masks/bit-mask.ts'
import { FULL_TILE, nextClear, nextSet, type Tile, TILE_BITS } from '#shared/masks/bit-tile.ts'
import { outlines } from '#shared/masks/outlines.ts'
import { MASK_TILE } from '#shared/records/shape.ts'
import { type Draft } from '../tools/gesture.ts'
import { devicePath, type Rings } from './area-outline.ts'
import { areaLine, strokeAreas } from './draw-areas.ts'
import { type ObjectId } from './scene.ts'
import { deviceRect, penOf } from './strokes.ts'
import { type Transform } from './view-geometry.ts'

// A mask that is being painted is drawn by pictures of its tiles: only those that a piece of the stroke touched are made again,
// so that a stroke costs the same whether it is the first or the hundredth across a large object.

interface TilePicture {
  readonly tile: Tile
  readonly color: string
  readonly canvas: OffscreenCanvas
}

/** What is kept of a mask in the making. */
interface AreaPicture {
  readonly tiles: Map<number, TilePicture>
  /** What tiles are drawn into, one after the other, by side: a large brush touches hundreds of tiles a second, whose memory would have to be taken back. */
  readonly images: Map<number, ImageData>
  /** The outline of `of`; null once it has more corners than can be found within a frame. */
  outline: { readonly of: BitMask; readonly rings: Rings } | null | undefined
}

/** Corners of an outline up to which it is found anew for every frame of a stroke: some milliseconds' work. */
const MOST_CORNERS = 8000
/** How strongly an area is filled while it is painted: as at rest, and more where its outline is not drawn meanwhile. */
/** Side of the smallest picture of a tile. */
const SMALLEST_PICTURE = 8
const ALPHA = { outlined: 0.26, plain: 0.5 } as const

/** Pictures of masks in the making, by object; `null` is a new one. Those no longer drawn are let go. */
export interface AreaPictures {
  readonly draw: (context: CanvasRenderingContext2D, areas: Draft['areas'], look: AreaLook) => void
  readonly clear: () => void
}

export interface AreaLook {
  readonly colorOf: (id: ObjectId | null) => string
  readonly transform: Transform
  readonly canvas: Size
  readonly pixelRatio: number
}

export function createAreaPictures(): AreaPictures {
  const pictures = new Map<ObjectId | null, AreaPicture>()
  return {
    clear: () => {
      pictures.clear()
    },
    draw: (context, areas, look) => {
      for (const id of pictures.keys()) if (!areas.some((area) => area.id === id)) pictures.delete(id)
      for (const { id, mask } of areas) {
        const known = pictures.get(id) ?? {
          tiles: new Map<number, TilePicture>(),
          images: new Map<number, ImageData>(),
          outline: undefined,
        }
        pictures.set(id, known)
        drawArea(context, mask, known, look.colorOf(id), look)
      }
    },
  }
}

function drawArea(context: CanvasRenderingContext2D, mask: BitMask, known: AreaPicture, color: string, look: AreaLook): void {
  const rings = outlineOf(mask, known)
  const { transform, canvas, pixelRatio } = look
  context.globalAlpha = rings === null ? ALPHA.plain : ALPHA.outlined
  // Pixels stay squares; shrunk, they are mixed.
  context.imageSmoothingEnabled = transform.scale < 1
  drawMask(context, mask, known, color, look)
  context.globalAlpha = 1
  if (rings === null) return
  const line = areaLine({ kind: 'solid', color }, color, 1, pixelRatio)
  strokeAreas(context, [{ rings: rings.map((ring) => devicePath(ring, transform, canvas)) }], penOf(2, pixelRatio), line)
}

/** The outline of a mask in the making, or null where it has become too much to follow. */
function outlineOf(mask: BitMask, known: AreaPicture): Rings | null {
  if (known.outline === null) return null
  if (known.outline?.of !== mask) {
    const rings = outlines(maskSpans(mask))
    const corners = rings.reduce((sum, { length }) => sum + length / 2, 0)
    known.outline = corners > MOST_CORNERS ? null : { of: mask, rings }
  }
  return known.outline?.rings ?? null
}

function drawMask(
  context: CanvasRenderingContext2D,
  mask: BitMask,
  { tiles, images }: Pick<AreaPicture, 'tiles' | 'images'>,
  color: string,
  { transform, canvas }: Pick<AreaLook, 'transform' | 'canvas'>,
): void {
  for (const key of tiles.keys()) if (!mask.tiles.has(key)) tiles.delete(key)
  context.fillStyle = color
  for (const [key, tile] of mask.tiles) {
    const { column, row } = tilePlace(key)
    // Edges on whole device pixels: tiles meet without a seam.
    const rect = deviceRect({ x: column * MASK_TILE, y: row * MASK_TILE, width: MASK_TILE, height: MASK_TILE }, transform)
    const { x, y, width, height } = rect
    if (x >= canvas.width || y >= canvas.height || x + width <= 0 || y + height <= 0) continue
    if (tile === FULL_TILE) {
      context.fillRect(x, y, width, height)
      continue
    }
    const picture = tiles.get(key)
    const side = pictureSide(Math.max(width, height))
    const same = picture?.tile === tile && picture.color === color && picture.canvas.width === side
    const fresh = same ? picture : pictureOf(tile, color, imageOf(images, side), picture?.canvas)
    if (fresh !== picture) tiles.set(key, fresh)
    context.drawImage(fresh.canvas, x, y, width, height)
  }
}

/** Side of a tile's picture that is enough for so many device pixels: twice as many, so that edges are mixed, and no more than the tile has. */
function pictureSide(shown: number): number {
  let side = SMALLEST_PICTURE
  while (side < MASK_TILE && side < 2 * shown) side *= 2
  return side
}

function imageOf(images: Map<number, ImageData>, side: number): ImageData {
  const image = images.get(side) ?? new ImageData(side, side)
  images.set(side, image)
  return image
}

function pictureOf(tile: Tile, color: string, image: ImageData, old?: OffscreenCanvas): TilePicture {
  const side = image.width
  const canvas = old?.width === side ? old : new OffscreenCanvas(side, side)
  fillImage(image, tile, Number.parseInt(color.slice(1), 16))
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return { tile, color, canvas }
}

/** Fills a picture with a tile's pixels in a colour (0xRRGGBB), the others clear. With a side below the tile's own, each stands for a square of them, as its middle is. */
function fillImage({ data: { buffer }, width: side }: ImageData, tile: Tile, color: number): void {
  const pixels = new Uint32Array(buffer)
  // Red, green, blue, alpha in this order of bytes, whatever the machine's own.
  new DataView(buffer).setUint32(0, ((color << 8) | 0xff) >>> 0)
  const value = pixels[0]!
  pixels.fill(0)
  if (side === MASK_TILE) fillRuns(tile, pixels, value)
  else fillMiddles(tile, pixels, value, MASK_TILE / side)
}

function fillRuns(tile: Tile, pixels: Uint32Array, value: number): void {
  for (let bit = nextSet(tile, 0, TILE_BITS); bit < TILE_BITS;) {
    const end = nextClear(tile, bit, TILE_BITS)
    pixels.fill(value, bit, end)
    bit = nextSet(tile, end, TILE_BITS)
  }
}

function fillMiddles(tile: Tile, pixels: Uint32Array, value: number, step: number): void {
  let at = 0
  for (let y = step / 2; y < MASK_TILE; y += step)
    for (let x = step / 2; x < MASK_TILE; x += step, at++) {
      const bit = y * MASK_TILE + x
      if (((tile[bit >>> 5]! >>> (bit & 31)) & 1) === 1) pixels[at] = value
    }
}
