import { familyName } from '#shared/fold-names.ts'
import { say } from '#shared/i18n/say.ts'
import { madeBy, type ModelRecord, type RunRecord } from '#shared/records/model.ts'

/** A model as tables name it: as people call it, and by its id. */
export const modelCell = ({ name, id }: Pick<ModelRecord, 'name' | 'id'>): string => `${name} (${id})`

/** Who predicts: a model, or, of several together (`model`: the first of them), how many. */
export function makerName(model: ModelRecord, count: number): string {
  if (count === 1) return model.name
  if (model.fold === null) return `${count} models together`
  const [name, all] = [familyName(model), model.fold.folds]
  return count === all
    ? say('{{name}}, {{count}} folds together', { name, count })
    : say('{{name}}, {{some}} of {{count}} folds together', { name, some: count, count: all })
}

/** Who made a run. `model`: the first of its models. */
export const runMaker = (run: RunRecord, model: ModelRecord): string => makerName(model, madeBy(run).length)

/** The same as tables name it, by an id: that of folds is that of their cross-validation. */
export function runCell(run: RunRecord, model: ModelRecord): string {
  const ids = madeBy(run)
  const id = ids.length === 1 ? model.id : (model.fold?.of ?? ids.join(' '))
  return `${runMaker(run, model)} (${id})`
}

/** That several models predicted together, and which; nothing of one alone. */
export const togetherNotes = (models: readonly ModelRecord[]): string[] =>
  models.length < 2
    ? []
    : [say('{{count}} models predicted together (ensemble): {{names}}.', { count: models.length, names: models.map(modelCell).join('; ') })]
