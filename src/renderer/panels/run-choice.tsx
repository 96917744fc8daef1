import { Select } from '@mantine/core'
import { useMemo } from 'react'
import { familyName, type ModelFamily } from '#shared/fold-names.ts'
import { runId, type RunId } from '#shared/records/ids.ts'
import { isEnsemble, type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { useDocument } from '../app/context.ts'
import { shownMoment } from '../app/moments.ts'

/** What the models of a cross-validation are called together. */
export const foldsTitle = ({ name, folds }: Pick<ModelFamily, 'name' | 'folds'>): string =>
  folds === null ? name : `${name}, ${t('{{count}} folds', { count: folds })}`

/** The same of a model that is one of them. */
export const familyTitle = (model: ModelRecord): string => foldsTitle({ name: familyName(model), folds: model.fold?.folds ?? null })

/** A run as people know it: its model, and when. */
export function runTitle(run: RunRecord, models: readonly ModelRecord[], now: number): string {
  const model = models.find(({ id }) => id === run.modelId)
  const name = model ? (isEnsemble(run) ? familyTitle(model) : model.name) : t('a model that is gone')
  return `${name} · ${shownMoment(run.createdAt, now)}`
}

interface RunChoiceProps {
  readonly value: RunId | null
  readonly onChange: (run: RunId) => void
}

/** The runs of the project to choose from, the newest first. */
export function useRunOptions(): readonly { readonly value: RunId; readonly label: string }[] {
  const runs = useDocument((state) => state.runs)
  const models = useDocument((state) => state.models)
  return useMemo(() => {
    const newest = [...runs].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    return newest.map((run) => ({ value: run.id, label: runTitle(run, models, Date.now()) }))
  }, [runs, models])
}

/** Chooses among the runs, the newest first. */
export function RunChoice({ value, onChange }: RunChoiceProps) {
  const data = useRunOptions()
  return (
    <Select
      aria-label={t('Predictions of')}
      data={[...data]}
      value={value}
      onChange={(chosen) => {
        if (chosen !== null) onChange(runId.parse(chosen))
      }}
    />
  )
}
