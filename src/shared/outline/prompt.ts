import { type Box } from '../geometry/box.ts'
import { type Point } from '../geometry/point.ts'

/** A place that belongs to the object that is outlined, or one that does not. Pixels of the picture. */
export interface Click extends Point {
  readonly inside: boolean
}

/** What a person said of an object so far. Without a box the first click is inside it. */
export interface Prompt {
  /** In the order in which they were made. */
  readonly clicks: readonly Click[]
  /** Drawn round the object; null for none. */
  readonly box: Box | null
}
