import { familyName, type ModelFamily } from '#shared/fold-names.ts'
import { isAside, isEnsemble, type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownMoment } from '../app/moments.ts'

/** What the models of a cross-validation are called together. */
export const foldsTitle = ({ name, folds }: Pick<ModelFamily, 'name' | 'folds'>): string =>
  folds === null ? name : `${name}, ${t('{{count}} folds', { count: folds })}`

/** The same of a model that is one of them. */
export const familyTitle = (model: ModelRecord): string => foldsTitle({ name: familyName(model), folds: model.fold?.folds ?? null })

/** Who made a run: its model, the first of them where several predicted together. */
export const makerTitle = (run: RunRecord, model: ModelRecord): string => (isEnsemble(run) ? familyTitle(model) : model.name)

/** A run as people know it: its model, when, and whether it was made for an evaluation alone. */
export function runTitle(run: RunRecord, models: readonly ModelRecord[], now: number): string {
  const model = models.find(({ id }) => id === run.modelId)
  const name = model ? makerTitle(run, model) : t('a model that is gone')
  const kind = isAside(run) ? ` · ${t('Evaluation')}` : ''
  return `${name} · ${shownMoment(run.createdAt, now)}${kind}`
}
