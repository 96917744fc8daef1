import { type Box } from '../geometry/box.ts'

/** An id of an image, a class or an object: whatever the caller uses; 1 and '1' are two ids. */
export type Key = number | string

/** An object as a person marked it. */
export interface TruthBox {
  readonly id?: Key | undefined
  readonly imageId: Key
  readonly classId: Key
  readonly box: Box
  /** COCO's iscrowd: a region of many. It is not to be found itself, and what is predicted inside it is not held against the detector. */
  readonly crowd?: boolean | undefined
  /** Not to be found, but no error if found once (Pascal VOC's "difficult", COCO's internal ignore flag). */
  readonly ignore?: boolean | undefined
  /** Square pixels, for the area ranges; default width x height. COCO files give the mask's area here. */
  readonly area?: number | undefined
}

/** An object as a detector sees it; the score is finite, 0 to 1. */
export interface PredictedBox {
  readonly id?: Key | undefined
  readonly imageId: Key
  readonly classId: Key
  readonly box: Box
  readonly score: number
  /** Where it matches nothing it is neither right nor wrong, and it is not counted: it lies where nobody said what is there. */
  readonly ignore?: boolean | undefined
}

/** Whether a truth is one that must be found and is counted. */
export function isCounted(truth: TruthBox): boolean {
  return truth.crowd !== true && truth.ignore !== true
}

/** The ids in order: numbers first, ascending, then texts by code unit. */
export function sortedKeys(keys: Iterable<Key>): Key[] {
  return [...new Set(keys)].sort((a, b) => {
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
    return a < b ? -1 : 1
  })
}
