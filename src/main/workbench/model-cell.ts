import { familyName } from '#shared/fold-names.ts'
import { isEnsemble, type ModelRecord, type RunRecord } from '#shared/records/model.ts'

/** A model as tables name it: as people call it, and by its id. */
export const modelCell = ({ name, id }: Pick<ModelRecord, 'name' | 'id'>): string => `${name} (${id})`

/** Who made a run, as tables name it: its model, or the folds that predicted together, by the id of their cross-validation. */
export function runCell(run: RunRecord, model: ModelRecord): string {
  if (!isEnsemble(run) || model.fold === null) return modelCell(model)
  return modelCell({ name: `${familyName(model)}, ${model.fold.folds} folds together`, id: model.fold.of as ModelRecord['id'] })
}
