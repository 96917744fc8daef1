import { isLine, lineLength } from '#shared/geometry/line.ts'
import { type StoreSet } from '../state/stores.ts'
import { isGuess } from '../viewer/scene.ts'

/** Image pixels of the line that is selected, a ruler or one of several corners; null where something else is, or more. */
export function selectedLine({ document, selection }: Pick<StoreSet, 'document' | 'selection'>): number | null {
  const [only, ...more] = selection.getState().selected
  if (only === undefined || more.length > 0 || isGuess(only)) return null
  const shape = document.getState().tables.annotations.get(only)?.shape
  return shape !== undefined && isLine(shape) ? lineLength(shape.points) : null
}
