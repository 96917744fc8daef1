import { type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { tileBox, type TilePlace } from '#shared/geometry/tile-grid.ts'
import { closePicture, CRISP_ZOOM, drawPicture, type Picture } from '../picture.ts'
import { deviceRect } from '../strokes.ts'
import { type Transform } from '../view-geometry.ts'
import { TileCache } from './tile-cache.ts'
import { TileLoader } from './tile-loader.ts'
import { planTiles, tileKey, tilesOf, tilesToDraw, tilesWanted, type Has } from './tile-plan.ts'

/** Bytes of decoded tiles that are kept: what the largest screen shows and its surroundings (260 MB), and coarser ones. */
const CACHE_BYTES = 320 * 2 ** 20
/** Device pixels by which tiles on a slant are larger on each side. */
const OVERLAP = 0.75

export interface TiledMeans {
  readonly size: Size
  readonly levels: number
  /** What is under the tiles until the coarsest is there; this picture's own from then on. */
  readonly standin: Picture | null
  readonly load: (place: TilePlace, signal: AbortSignal) => Promise<ImageBitmap>
  /** Another tile is there: draw again. */
  readonly changed: () => void
  /** A tile could not be had; told once. */
  readonly failed: (thrown: unknown) => void
}

/** A large image that is drawn from tiles of the level that fits. Drawing it asks for what is missing. */
export class TiledPicture {
  readonly size: Size
  readonly levels: number
  readonly #cache = new TileCache<ImageBitmap>(CACHE_BYTES)
  readonly #loader: TileLoader<ImageBitmap>
  readonly #has: Has = (place) => this.#cache.has(tileKey(place))
  #standin: Picture | null
  #level = 0
  #revision = 0
  #missing = 0

  constructor({ size, levels, standin, load, changed, failed }: TiledMeans) {
    this.size = { width: size.width, height: size.height }
    this.levels = levels
    this.#standin = standin
    this.#level = levels - 1
    const arrived = (place: TilePlace, tile: ImageBitmap): void => {
      this.#cache.set(tileKey(place), tile)
      this.#revision++
      if (place.level === levels - 1) this.#dropStandin()
      changed()
    }
    this.#loader = new TileLoader({ load, arrived, failed })
    // The coarsest is wanted in any case, and at once.
    this.#loader.want([{ level: levels - 1, column: 0, row: 0 }])
  }

  /** The level that was drawn last. */
  get level(): number {
    return this.#level
  }

  /** Another number whenever there are other pixels. */
  get revision(): number {
    return this.#revision
  }

  /** How many tiles of the view drawn last were not there. */
  get missing(): number {
    return this.#missing
  }

  /** Draws what a canvas shows, transform and size in device pixels, and asks for what is missing of it. */
  draw(context: CanvasRenderingContext2D, transform: Transform, canvas: Size): void {
    const { size: image, levels } = this
    const plan = planTiles({ image, levels, transform, canvas })
    const { under, tiles } = tilesToDraw(plan, image, levels, this.#has)
    this.#level = plan.level
    this.#missing = plan.inSight.length - tiles.length
    if (this.#standin && this.#missing > 0) drawPicture(context, this.#standin, transform, canvas)
    // Used, though not drawn: it is the last to go.
    this.#cache.get(tileKey({ level: levels - 1, column: 0, row: 0 }))
    context.imageSmoothingQuality = 'low'
    context.imageSmoothingEnabled = true
    // On a slant, edges are mixed with what is below them: tiles overlap, so that no seam shows.
    const { a, b } = context.getTransform()
    const overlap = a === 0 || b === 0 ? 0 : OVERLAP
    for (const place of under) this.#drawTile(context, place, transform, canvas, overlap)
    context.imageSmoothingEnabled = plan.level > 0 || transform.scale <= CRISP_ZOOM
    for (const place of tiles) this.#drawTile(context, place, transform, canvas, overlap)
    this.#loader.want(tilesWanted(plan, levels, this.#has))
  }

  /** Draws a part of a level, in the level's pixels one to one; whether all of its tiles were there. */
  copy(context: OffscreenCanvasRenderingContext2D, level: number, box: Box): boolean {
    const scale = 2 ** -level
    const transform = { scale, x: -box.x, y: -box.y }
    const { size: image, levels } = this
    const part = { x: box.x / scale, y: box.y / scale, width: box.width / scale, height: box.height / scale }
    const inSight = tilesOf(image, level, part)
    const { under, tiles } = tilesToDraw({ level, inSight, ahead: [] }, image, levels, this.#has)
    for (const place of [...under, ...tiles]) this.#drawTile(context, place, transform, box)
    return tiles.length === inSight.length
  }

  /** Gives up what is on its way and frees all. */
  close(): void {
    this.#loader.stop()
    this.#cache.clear()
    this.#dropStandin()
  }

  #dropStandin(): void {
    if (this.#standin) closePicture(this.#standin)
    this.#standin = null
  }

  #drawTile(context: CanvasImage, place: TilePlace, transform: Transform, canvas: Size, overlap = 0): void {
    const tile = this.#cache.get(tileKey(place))
    if (tile) drawPiece(context, tile, tileBox(this.size, place), transform, canvas, overlap)
  }
}

type CanvasImage = Pick<CanvasRenderingContext2D, 'drawImage'>

/**
 * Draws a bitmap that shows a box of the image, edges on whole device pixels: neighbours meet without a seam. Only the pixels in
 * sight are drawn: at 64x the whole would reach far beyond what a canvas can count. `overlap`: device pixels by which it is
 * stretched on each side.
 */
export function drawPiece(context: CanvasImage, bitmap: ImageBitmap, box: Box, transform: Transform, canvas: Size, overlap = 0): void {
  const upright = deviceRect(box, transform)
  const rect = {
    x: upright.x - overlap,
    y: upright.y - overlap,
    width: upright.width + 2 * overlap,
    height: upright.height + 2 * overlap,
  }
  if (rect.width <= 0 || rect.height <= 0) return
  const [toX, toY] = [rect.width / bitmap.width, rect.height / bitmap.height]
  const left = Math.max(0, Math.floor(-rect.x / toX) - 1)
  const top = Math.max(0, Math.floor(-rect.y / toY) - 1)
  const right = Math.min(bitmap.width, Math.ceil((canvas.width - rect.x) / toX) + 1)
  const bottom = Math.min(bitmap.height, Math.ceil((canvas.height - rect.y) / toY) + 1)
  if (right <= left || bottom <= top) return
  const [width, height] = [right - left, bottom - top]
  context.drawImage(bitmap, left, top, width, height, rect.x + left * toX, rect.y + top * toY, width * toX, height * toY)
}
