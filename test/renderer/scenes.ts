import { listBlock, ObjectTable } from '../../src/renderer/objects/object-table.ts'
import { rowsOfList } from '../../src/renderer/objects/rows.ts'
import {
  isGuess,
  objectAt,
  sceneOfParts,
  shownRows,
  type Scene,
  type SceneObject,
  type ScenePart,
} from '../../src/renderer/viewer/scene.ts'
import { type AnnotationRecord } from '../../src/shared/records/annotation.ts'
import { type PredictionRecord } from '../../src/shared/records/prediction.ts'

/** The scene of a list of objects, from below. */
export function buildScene(objects: readonly SceneObject[]): Scene {
  const part = (guess: boolean): ScenePart => ({
    rows: rowsOfList(objects.filter(({ id }) => isGuess(id) === guess)),
    guess,
    isShown: () => true,
  })
  return sceneOfParts([part(true), part(false)])
}

/** All objects on show, from below. */
export function* shownObjects(scene: Scene): IterableIterator<SceneObject> {
  for (const row of shownRows(scene)) yield objectAt(row)
}

/** A table that holds a list as one block. */
export const tableOf = <R extends AnnotationRecord | PredictionRecord>(records: readonly R[]): ObjectTable<R> => ObjectTable.ofBlock(listBlock(records)) // prettier-ignore
