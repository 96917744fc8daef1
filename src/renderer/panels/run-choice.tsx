import { Select } from '@mantine/core'
import { useMemo } from 'react'
import { runId, type RunId } from '#shared/records/ids.ts'
import { type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { useDocument } from '../app/context.ts'
import { shownMoment } from '../app/moments.ts'

/** A run as people know it: its model, and when. */
export function runTitle(run: RunRecord, models: readonly ModelRecord[], now: number): string {
  const model = models.find(({ id }) => id === run.modelId)?.name ?? t('a model that is gone')
  return `${model} · ${shownMoment(run.createdAt, now)}`
}

interface RunChoiceProps {
  readonly value: RunId | null
  readonly onChange: (run: RunId) => void
}

/** Chooses among the runs, the newest first. */
export function RunChoice({ value, onChange }: RunChoiceProps) {
  const runs = useDocument((state) => state.runs)
  const models = useDocument((state) => state.models)
  const data = useMemo(() => {
    const newest = [...runs].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    return newest.map((run) => ({ value: run.id, label: runTitle(run, models, Date.now()) }))
  }, [runs, models])
  return (
    <Select
      aria-label={t('Predictions of')}
      data={data}
      value={value}
      onChange={(chosen) => {
        if (chosen !== null) onChange(runId.parse(chosen))
      }}
    />
  )
}
