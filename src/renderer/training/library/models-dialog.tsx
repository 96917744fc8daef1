import { Checkbox, Group, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { type ForeignProposal } from '#shared/contracts/foreign.ts'
import { t } from '#shared/i18n/translate.ts'
import { lineage } from '#shared/lineage.ts'
import { type ModelId } from '#shared/records/ids.ts'
import { useDocument } from '../../app/context.ts'
import { WindowDialog } from '../../app/dialogs/window-dialog.tsx'
import { CompareModels } from './compare-models.tsx'
import { GraphForm } from './graph-form.tsx'
import { ImportModel } from './model-files.tsx'
import { ModelDetails } from './model-details.tsx'
import { ModelList } from './model-list.tsx'
import styles from './library.module.css'

interface Asking {
  readonly file: string
  readonly proposal: NonNullable<ForeignProposal>
}

/** All models as a tree, and of the chosen one what is known of it, or how it compares with another. */
export function ModelsDialog() {
  const models = useDocument((state) => state.models)
  const notes = useDocument((state) => state.tables.modelNotes)
  const [all, setAll] = useState(false)
  const [wanted, setWanted] = useState<ModelId | null>(null)
  const [comparing, setComparing] = useState(false)
  const [asking, setAsking] = useState<Asking | null>(null)
  const rows = useMemo(() => lineage(models, notes.values(), { all }), [models, notes, all])
  const chosen = rows.find(({ model }) => model.id === wanted) ?? rows[0]
  const archived = [...notes.values()].some((note) => note.archived)
  if (asking)
    return (
      <WindowDialog title={t('Library of models')} width={884}>
        <GraphForm
          {...asking}
          onDone={(id) => {
            setAsking(null)
            if (id !== null) setWanted(id)
          }}
        />
      </WindowDialog>
    )
  return (
    <WindowDialog title={t('Library of models')} width={1120}>
      <Stack gap="md">
        {chosen ? (
          <div className={styles['columns']}>
            <ModelList
              rows={rows}
              chosen={chosen.model.id}
              onChoose={(id) => {
                setWanted(id)
              }}
            />
            <div className={styles['details']}>
              {comparing && models.length > 1 ? (
                <CompareModels key={chosen.model.id} model={chosen.model} onBack={() => setComparing(false)} />
              ) : (
                <ModelDetails key={chosen.model.id} row={chosen} onCompare={models.length > 1 ? () => setComparing(true) : null} />
              )}
            </div>
          </div>
        ) : (
          <Text size="sm" c="var(--sw-muted)">
            {archived
              ? t('All models are archived.')
              : t('No model yet. A training leaves its best model here; one from another project or program can be imported.')}
          </Text>
        )}
        <Group justify="space-between">
          <ImportModel onImported={setWanted} onAsk={(file, proposal) => setAsking({ file, proposal })} />
          {archived && (
            <Checkbox label={t('Show archived models')} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          )}
        </Group>
      </Stack>
    </WindowDialog>
  )
}
