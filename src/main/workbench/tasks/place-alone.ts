import type { Box } from '#shared/geometry/box.ts'
import { buildBoxIndex } from '#shared/geometry/box-index.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import type { AreaShape } from '#shared/masks/draw-shape.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import { say } from '#shared/i18n/say.ts'
import type { ClassId, ImageId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import { countsAsObject, type Shape } from '#shared/records/shape.ts'
import type { WorkbenchTask } from './workbench-task.ts'

// Objects of which a person said the place and no more: points and lines, and boxes where areas are learned from. They count, and nothing is
// learned from them; nor is it learned that there is nothing.

/**
 * Whether an image on which no area is drawn is background as a whole: a person called it done, and no point, line or box on it stands for an
 * object. Rulers only measure.
 */
export function isEmptyField(image: Pick<ImageRecord, 'state'>, annotations: readonly Pick<AnnotationRecord, 'shape'>[]): boolean {
  return isFinished(image) && !annotations.some(({ shape }) => isPlaced(shape) && countsAsObject(shape))
}

/** A point that no outline of its class holds, with what an object of the class would cover there, in image pixels. */
export interface PlaceAlone extends Pick<AnnotationRecord, 'id' | 'imageId' | 'classId'> {
  readonly box: Box
}

/**
 * The points of one image round which something of a class lies whose other objects are drawn there: as large as these are in the middle. Of a
 * class that has points alone nothing is known to be learned, so nothing has to be left out.
 */
export function placesAlone(annotations: readonly AnnotationRecord[], isDrawn: (shape: Shape) => shape is AreaShape): PlaceAlone[] {
  const points = annotations.filter(({ shape }) => shape.type === 'point')
  if (points.length === 0) return []
  const drawn = new Map<ClassId, AreaShape[]>()
  for (const { classId, shape } of annotations) {
    if (!isDrawn(shape)) continue
    const own = drawn.get(classId) ?? []
    drawn.set(classId, own)
    own.push(shape)
  }
  const known = new Map([...drawn].map(([id, shapes]) => [id, outlinesOf(shapes)]))
  return points.flatMap(({ id, imageId, classId, shape }): PlaceAlone[] => {
    const outlines = known.get(classId)
    if (shape.type !== 'point' || outlines === undefined || outlines.hold(shape)) return []
    const { width, height } = outlines
    return [{ id, imageId, classId, box: { x: shape.x - width / 2, y: shape.y - height / 2, width, height } }]
  })
}

interface Outlines {
  readonly width: number
  readonly height: number
  hold(point: Extract<Shape, { readonly type: 'point' }>): boolean
}

function outlinesOf(shapes: readonly AreaShape[]): Outlines {
  const bounds = shapes.map(shapeBounds)
  const index = buildBoxIndex(bounds)
  return {
    width: middleOf(bounds.map(({ width }) => width)),
    height: middleOf(bounds.map(({ height }) => height)),
    hold: (point) => {
      const near = index.search({ x: point.x, y: point.y, width: 0, height: 0 })
      return near.some((at) => regionTest([shapes[at]!]).holds(point))
    },
  }
}

const middleOf = (sizes: readonly number[]): number => [...sizes].sort((a, b) => a - b)[Math.floor(sizes.length / 2)]!

/** Says of how many finished images nothing is learned, since what is on them is not drawn. */
export function undrawnWarnings(
  task: Pick<WorkbenchTask, 'isLabelled' | 'withinParts'>,
  images: readonly ImageRecord[],
  on: (id: ImageId) => { readonly annotations: readonly AnnotationRecord[]; readonly regions: readonly unknown[] },
): string[] {
  // Images that are told as wholes are learned from by that.
  if (task.withinParts === undefined) return []
  const undrawn = images.filter((image) => {
    if (!isFinished(image) || image.split === 'test') return false
    const { annotations, regions } = on(image.id)
    return regions.length === 0 && !task.isLabelled(image, annotations)
  })
  if (undrawn.length === 0) return []
  return [
    say(
      '{{count}} finished images hold objects by their places alone, such as points: these count, and nothing is learned from the images.',
      {
        count: undrawn.length,
      },
    ),
  ]
}
