import { type Box } from '#shared/geometry/box.ts'
import { tileBox, tileLevels } from '#shared/geometry/tile-grid.ts'
import { isDrawnByTiles, type ImageRecord } from '#shared/records/image.ts'
import { type Clients } from '../../state/clients.ts'
import { levelAt, tilesOf } from './tile-plan.ts'

/** A picture and where it lies on the image, in the image's pixels. */
export interface PicturePart {
  readonly url: string
  readonly box: Box
}

/**
 * The pictures of which a small view of a part of an image is made: the whole image in one, or the tiles that show the part.
 * `scale`: device pixels an image pixel in the view.
 */
export function pictureParts(clients: Pick<Clients, 'imageUrl' | 'tileUrl'>, image: ImageRecord, part: Box, scale: number): PicturePart[] {
  const { id, width, height } = image
  if (!isDrawnByTiles(image)) return [{ url: clients.imageUrl(id), box: { x: 0, y: 0, width, height } }]
  const level = levelAt(scale, tileLevels(image))
  return tilesOf(image, level, part).map((place) => ({ url: clients.tileUrl(id, place), box: tileBox(image, place) }))
}

/** Address of one picture that shows all of an image; of a large one that is its coarsest tile. */
export function wholeUrl(clients: Pick<Clients, 'imageUrl' | 'tileUrl'>, image: ImageRecord): string {
  if (!isDrawnByTiles(image)) return clients.imageUrl(image.id)
  return clients.tileUrl(image.id, { level: tileLevels(image) - 1, column: 0, row: 0 })
}
