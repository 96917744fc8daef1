import type { JobLabel, JobSample } from '#shared/contracts/job.ts'
import { type Box, boxContainsPoint, clipBox, intersectBoxes } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'
import { isLine } from '#shared/geometry/line.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { type AreaShape, shapeSpans } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { translateShape } from '#shared/masks/translate-shape.ts'
import type { Shape } from '#shared/records/shape.ts'
import { placeIn } from './plan-windows.ts'

interface Labelled extends Size {
  readonly labels: readonly JobLabel[]
}

/**
 * The labels of an image as they lie in a window of it (whole pixels), in the window's pixels. Areas that its edge cuts are clipped to it, to
 * the very pixels that they have there. So are boxes; with `ignoresCut` a cut one is ignored, since what is left of the object may not look
 * like one. Labels of the whole image stay. Throws AppError `mask-damaged`.
 */
export function labelsIn({ labels, ...image }: Labelled, window: Box, ignoresCut: boolean): JobLabel[] {
  return labels.flatMap((label) => {
    if (!isPlaced(label.shape)) return [label]
    const bounds = shapeBounds(label.shape)
    // What sticks out of the image is in no window.
    const place = placeIn(window, clipBox(bounds, image) ?? bounds)
    if (place === 'inside') return [{ ...label, shape: translateShape(label.shape, { x: -window.x, y: -window.y }) }]
    const shape = place === 'cut' ? clipped(label.shape, window) : null
    return shape === null ? [] : [{ ...label, shape, ignore: label.ignore || (ignoresCut && label.shape.type === 'box') }]
  })
}

/** The parts of an image that count as they lie in a window of it, clipped to it; undefined: all of it counts. Throws AppError `mask-damaged`. */
export function regionsIn(regions: JobSample['regions'], window: Box): JobSample['regions'] {
  return regions?.flatMap((region) => {
    const shape = placeIn(window, shapeBounds(region)) === 'outside' ? null : clipped(region, window)
    return shape?.type === 'box' || shape?.type === 'mask' ? [shape] : []
  })
}

function clipped(shape: Exclude<Shape, { readonly type: 'image' }>, window: Box): Shape | null {
  if (shape.type === 'point') return boxContainsPoint(window, shape) ? translateShape(shape, { x: -window.x, y: -window.y }) : null
  if (isLine(shape)) return null
  if (shape.type !== 'box') return clippedArea(shape, window)
  const seen = intersectBoxes(shape, window)
  return seen === null ? null : { type: 'box', ...seen, x: seen.x - window.x, y: seen.y - window.y }
}

/** As a mask: of a line with thousands of corners each window would otherwise carry all. */
function clippedArea(shape: Exclude<AreaShape, { readonly type: 'box' }>, window: Box): Shape | null {
  const spans = shapeSpans(shape, window)
  return maskOf(
    maskOfSpans((sink) => {
      spans((y, from, to) => {
        sink(y - window.y, from - window.x, to - window.x)
      })
    }),
  )
}
