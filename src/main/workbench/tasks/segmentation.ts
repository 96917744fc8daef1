import { say } from '#shared/i18n/say.ts'
import { AppError } from '#shared/errors.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { createSegmentationReport, type SegmentationReport } from '#shared/metrics/segmentation-report.ts'
import type { Steps } from '#shared/steps.ts'
import { writeAreasCsv } from '../../interchange/csv.ts'
import { compareAreas } from './compare-areas.ts'
import { evaluatedAreas, isArea, unoutlined } from './evaluated-areas.ts'
import { isEmptyField } from './place-alone.ts'
import { type Evaluation, objectsOf, type WorkbenchTask } from './workbench-task.ts'
import { allGrouped, groupOf } from './whole-groups.ts'

/** A class for each pixel: areas of tissue, or cells and their parts, counted one by one. */
export const segmentationTask: WorkbenchTask = {
  kind: 'segmentation',
  isLabelled: (image, annotations) => annotations.some(({ shape }) => isArea(shape)) || isEmptyField(image, annotations),
  labelsOf: (annotations, classIndex) =>
    [...unoutlined(annotations), ...annotations].flatMap(({ shape, classId, crowd, difficult }) => {
      const index = classIndex.get(classId)
      if (!isArea(shape) || index === undefined) return []
      // Of a crowd or a difficult area nothing is learned, not even that it is background.
      return [{ shape, classIndex: index, ignore: crowd || difficult }]
    }),
  withinParts: (labels, parts) => {
    const { touches } = regionTest(parts)
    return labels.filter(({ shape }) => isPlaced(shape) && touches(shapeBounds(shape)))
  },
  learnsFrom: () => true,
  firstStep: say('Outline some areas with the brush or the polygon, or import masks, then train.'),
  fewLabels: 10,
  warnings: () => [],
  inWorkWarning: (count) =>
    say('{{count}} training images are still in work: what is not outlined there is learned as background.', { count }),
  // Where objects are counted, 0.5 is where as many are found as there are; elsewhere no area is told with less.
  countedFrom: 0.5,
  measuresAreas: true,
  evaluate,
  compare: compareAreas,
  writePredictions: (file, run) => writeAreasCsv(file, objectsOf(run)),
  sharedClasses: 'none',
  checkClasses: (names) => {
    if (names.length <= MOST_CLASSES) return
    throw new AppError('wrong-classes', `A segmentation has at most ${MOST_CLASSES} classes, not ${names.length}.`, 'Name fewer classes.')
  },
}

/** Pixels hold a class in a byte, some values of which have a meaning of their own. */
const MOST_CLASSES = 250

/**
 * Dice and Jaccard of each class over all pixels, objects by PQ and AP50, boundaries, with intervals; keys as the command line promises them.
 * `perClass` has the background too, by that name; the means are without it.
 */
function* evaluate({ images, read, classes, score }: Evaluation): Steps<SegmentationReport> {
  const report = createSegmentationReport({ classes: [BACKGROUND, ...classes.map(({ id, name }) => ({ id, name }))] })
  const places = new Map(classes.map(({ id }, i) => [id, i + 1]))
  const grouped = allGrouped(images)
  for (const image of images) {
    const { id, micronsPerPixel } = image
    yield* report.addSteps(
      { id, group: groupOf(image, grouped), micrometresPerPixel: micronsPerPixel ?? undefined },
      evaluatedAreas(read(image), places, score),
    )
  }
  return yield* report.reportSteps()
}

const BACKGROUND = { id: 'background', name: 'background' } as const
