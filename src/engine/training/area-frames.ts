import type { Box } from '#shared/geometry/box.ts'
import { intersectBoxes } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { tilesOf } from '#shared/geometry/tiles.ts'
import type { TrainFrame, TrainImage } from '../data/batch-pipeline.ts'
import { countsIn } from './training-setup.ts'

/** Share of a frame that neighbours see both. */
const OVERLAP = 0.25

/**
 * Samples of images at one scale: frames of one size over each image, in the middle of it where the image is smaller. Of frames without any
 * label no more are kept than of those with one, spread evenly: a slide is mostly background.
 */
export function areaFrames(images: readonly TrainImage[], frame: Size): TrainFrame[] {
  const all = images.flatMap((image, index) =>
    framesOf(image, frame)
      .filter(countsIn(image))
      .map((region) => ({ image: index, region })),
  )
  const bounds = images.map(({ labels }) => labels.flatMap(({ shape }) => (isPlaced(shape) ? [shapeBounds(shape)] : [])))
  const isEmpty = ({ image, region }: TrainFrame): boolean => !bounds[image]!.some((box) => intersectBoxes(box, region) !== null)
  const empty = all.filter(isEmpty)
  const most = Math.max(1, all.length - empty.length)
  if (empty.length <= most) return all
  const kept = new Set(Array.from({ length: most }, (_, i) => empty[Math.floor((i * empty.length) / most)]!))
  return all.filter((one) => !isEmpty(one) || kept.has(one))
}

function framesOf({ width, height }: Size, frame: Size): Box[] {
  const overlap = Math.floor(OVERLAP * Math.min(frame.width, frame.height))
  return tilesOf(width, height, frame, overlap).map((tile) => ({
    x: tile.x - (frame.width - tile.width) / 2,
    y: tile.y - (frame.height - tile.height) / 2,
    ...frame,
  }))
}
