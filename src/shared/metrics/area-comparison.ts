import { meanOfKnown } from './report-parts.ts'
import { createOverlaps, type ObjectOverlaps, tallyObjects } from './segmentation-objects.ts'
import { addCounts, classOverlap, countPixels, IGNORED_PIXEL, sumCounts } from './segmentation-overlap.ts'
import { type SegmentationSource, tilesOfSource } from './segmentation-source.ts'
import type { Steps } from '../steps.ts'

/** What one run says of an image's areas. */
export interface JudgedAreas {
  /** Mean Dice of the classes beside the background that are there or said, over pixels; null where none is. */
  readonly dice: number | null
  /** Numbers of the labelled objects on ground that counts, and of those that were found: paired by class with an IoU above 0.5. */
  readonly truths: ReadonlySet<number>
  readonly found: ReadonlySet<number>
  /** Numbers of the predicted objects that pair with nothing, but for those that lie mostly where nothing counts. */
  readonly wrong: readonly number[]
}

/** One run against the labels of an image, walked through window by window, a step each. `classes`: as many as maps may hold, the background as 0 among them. */
export function* judgeAreas(source: SegmentationSource, classes: number): Steps<JudgedAreas> {
  const counts = sumCounts([], classes)
  const collector = createOverlaps()
  for (const tile of tilesOfSource(source.width, source.height)) {
    yield
    const blank = source.blank(tile)
    // Background on both sides is in no Dice but its own.
    if (blank === 0 || blank === IGNORED_PIXEL) continue
    const { truth, predicted, truthInstances, predictedInstances } = source.read(tile)
    addCounts(counts, countPixels(truth, predicted, classes))
    if (truthInstances && predictedInstances) collector.add({ truth, predicted, truthInstances, predictedInstances })
  }
  const dice = meanOfKnown(Array.from({ length: classes - 1 }, (_, k) => classOverlap(counts, k + 1).dice))
  return { dice, ...paired(collector.overlaps(), classes) }
}

function paired(overlaps: ObjectOverlaps, classes: number): Omit<JudgedAreas, 'dice'> {
  const { truths, predictions, ignoredArea } = overlaps
  const matched = Array.from({ length: classes }, (_, k) => tallyObjects(overlaps, k).matched).flat()
  const paired = new Set(matched.map(({ predicted }) => predicted))
  const held = (p: number): boolean => ignoredArea[p]! <= predictions.area[p]!
  return {
    truths: new Set(truths.ids),
    found: new Set(matched.map(({ truth }) => truths.ids[truth]!)),
    wrong: [...predictions.ids.keys()].filter((p) => !paired.has(p) && held(p)).map((p) => predictions.ids[p]!),
  }
}
