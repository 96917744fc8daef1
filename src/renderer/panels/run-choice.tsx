import { Select } from '@mantine/core'
import { useMemo } from 'react'
import { runId, type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { useDocument } from '../app/context.ts'
import { runTitle } from './run-titles.ts'

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

/** A run as people know it; null where there is none. */
export function useRunTitle(run: RunId | null): string | null {
  const record = useDocument((state) => state.runs.find(({ id }) => id === run))
  const models = useDocument((state) => state.models)
  return useMemo(() => (record ? runTitle(record, models, Date.now()) : null), [record, models])
}

/** Chooses among the runs, the newest first. */
export function RunChoice({ value, onChange }: RunChoiceProps) {
  const data = useRunOptions()
  return (
    <Select
      aria-label={t('Predictions of')}
      data={[...data]}
      value={value}
      placeholder={t('None chosen')}
      onChange={(chosen) => {
        if (chosen !== null) onChange(runId.parse(chosen))
      }}
    />
  )
}
