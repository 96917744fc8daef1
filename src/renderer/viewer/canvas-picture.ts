import { type Size } from '#shared/geometry/point.ts'
import { closePicture, drawPicture, type Picture } from './picture.ts'
import { TiledPicture } from './tiles/tiled-picture.ts'
import { type Transform } from './view-geometry.ts'

/** What the canvas shows of an image: all of it in one piece, or what is in sight as tiles. */
export type CanvasPicture = Picture | TiledPicture

/** Draws what a canvas of the given size in device pixels shows. */
export function drawCanvasPicture(context: CanvasRenderingContext2D, picture: CanvasPicture, transform: Transform, canvas: Size): void {
  if (picture instanceof TiledPicture) picture.draw(context, transform, canvas)
  else drawPicture(context, picture, transform, canvas)
}

/** Frees what a picture holds, and gives up what is on its way. */
export function closeCanvasPicture(picture: CanvasPicture): void {
  if (picture instanceof TiledPicture) picture.close()
  else closePicture(picture)
}
