import { confusionSteps, type DetectionConfusion } from './confusion.ts'
import type { Key, PredictedBox, TruthBox } from './detection-records.ts'
import { type Steps } from '../steps.ts'

/** What two detectors found of the objects on one image. Found: paired with a box of its own class. */
export interface ComparedImage {
  readonly imageId: Key
  readonly both: readonly Key[]
  readonly onlyA: readonly Key[]
  readonly onlyB: readonly Key[]
  readonly neither: readonly Key[]
  /** Boxes that are on nothing, or on an object of another class. */
  readonly wrongA: readonly Key[]
  readonly wrongB: readonly Key[]
}

interface Compared {
  readonly images: readonly Key[]
  readonly classes: readonly Key[]
  readonly truth: readonly TruthBox[]
  readonly a: readonly PredictedBox[]
  readonly b: readonly PredictedBox[]
  /** Predictions scored lower take no part. */
  readonly score: number
}

/**
 * Two detectors against the same truth, image by image, paired as the confusion matrix does (IoU 0.5, highest first): those images first on
 * which most objects were found by one alone, then those where one has more wrong boxes than the other. In steps, an image of a detector each.
 */
export function* comparisonSteps({ images, classes, truth, a, b, score }: Compared): Steps<ComparedImage[]> {
  const ofA = outcomeOf((yield* confusionSteps(truth, a, { images, classes, score })).items)
  const ofB = outcomeOf((yield* confusionSteps(truth, b, { images, classes, score })).items)
  const rows = images.map((imageId): ComparedImage => {
    const [own, other] = [ofA.get(imageId) ?? NOTHING, ofB.get(imageId) ?? NOTHING]
    const counted = [...own.found, ...own.missed]
    return {
      imageId,
      both: counted.filter((id) => own.found.has(id) && other.found.has(id)),
      onlyA: counted.filter((id) => own.found.has(id) && !other.found.has(id)),
      onlyB: counted.filter((id) => !own.found.has(id) && other.found.has(id)),
      neither: counted.filter((id) => !own.found.has(id) && !other.found.has(id)),
      wrongA: own.wrong,
      wrongB: other.wrong,
    }
  })
  return rows.sort((one, two) => difference(two) - difference(one) || wrongs(two) - wrongs(one))
}

const difference = ({ onlyA, onlyB }: ComparedImage): number => onlyA.length + onlyB.length
const wrongs = ({ wrongA, wrongB }: ComparedImage): number => Math.abs(wrongA.length - wrongB.length)

interface Found {
  readonly found: Set<Key>
  readonly missed: Set<Key>
  readonly wrong: Key[]
}
type Outcome = Map<Key, Found>
const NOTHING: Found = { found: new Set(), missed: new Set(), wrong: [] }

function outcomeOf(items: DetectionConfusion['items']): Outcome {
  const outcome: Outcome = new Map()
  for (const [row, cells] of items.entries())
    for (const [column, cell] of cells.entries())
      for (const { imageId, truthId, predictionId } of cell) {
        const own = outcome.get(imageId) ?? { found: new Set(), missed: new Set(), wrong: [] }
        outcome.set(imageId, own)
        if (truthId !== null) (row === column ? own.found : own.missed).add(truthId)
        if (predictionId !== null && row !== column) own.wrong.push(predictionId)
      }
  return outcome
}
