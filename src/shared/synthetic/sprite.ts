import { type Band } from './band.ts'
import { type Outline } from './outline.ts'

/** The classes of a synthetic smear, named as in BCCD. */
export type SmearClass = 'RBC' | 'WBC' | 'Platelets'

/** A thing that can be painted anywhere. `outline` is the truth about where it is to be seen. */
export interface Sprite {
  readonly className: SmearClass
  readonly outline: Outline
  /** Adds it to the band, its centre at (x, y) of the whole smear. */
  readonly paint: (band: Band, x: number, y: number) => void
}
