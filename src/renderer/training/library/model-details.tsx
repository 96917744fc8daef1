import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core'
import { type ReactNode, useMemo, useState } from 'react'
import { shownNumber } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { type LineageRow } from '#shared/lineage.ts'
import { noteEdit } from '#shared/records/model-note-edit.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { type ModelNoteChange } from '#shared/records/model-note.ts'
import { guessedObjects, type ModelRecord } from '#shared/records/model.ts'
import { predictAll } from '../../app/app-commands.ts'
import { DomainNote } from '../../panels/domain-note.tsx'
import { useApp, useDocument, useWritable } from '../../app/context.ts'
import { shownDuration } from '../../app/durations.ts'
import { backendTitle } from '../../app/engine-state.tsx'
import { shownMoment } from '../../app/moments.ts'
import { scoreText } from '../score-text.ts'
import { presetTitle } from '../preset-cards.tsx'
import { HeldOutScores } from '../trained-models.tsx'
import { TrainingCurves } from '../training-curves.tsx'
import { ExportModel } from './model-files.tsx'
import { TestScores } from './test-scores.tsx'
import styles from './library.module.css'

interface ModelDetailsProps {
  readonly row: LineageRow
  /** Null: there is no other model. */
  readonly onCompare: (() => void) | null
}

/** What is known of a model, and what people keep of it. */
export function ModelDetails({ row: { model, note }, onCompare }: ModelDetailsProps) {
  const app = useApp()
  const { stores } = app
  const writable = useWritable()
  const change = (what: ModelNoteChange): void => {
    const { author } = stores.tool.getState()
    void stores.actions.commit(noteEdit(model, { before: note ?? undefined, change: what, author, at: new Date().toISOString() }))
  }
  const alone = useMemo(() => [model], [model])
  const [asked, setAsked] = useState(0)
  const pinned = note?.pinned === true
  const archived = note?.archived === true
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={3}>{model.name}</Title>
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            disabled={!writable}
            onClick={() => change({ pinned: !pinned })}
            title={t('Pinned models stand first')}
          >
            {pinned ? t('Unpin') : t('Pin')}
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={!writable}
            onClick={() => change({ archived: !archived })}
            title={t('Archived models are left out of lists and choices; nothing is deleted')}
          >
            {archived ? t('Take out of the archive') : t('Archive')}
          </Button>
          <Button variant="default" size="xs" disabled={!writable} onClick={() => void predictAll(app, { model: model.id })}>
            {t('Predict on all images')}
          </Button>
          <ExportModel model={model} />
          {onCompare && (
            <Button
              variant="default"
              size="xs"
              onClick={onCompare}
              title={t('Scores side by side, and image by image what one found and the other missed')}
            >
              {t('Compare')}
            </Button>
          )}
        </Group>
      </Group>
      <DomainNote modelId={model.id} />
      <NoteField text={note?.text ?? ''} disabled={!writable} onChange={(text) => change({ text })} />
      <Facts model={model} asked={asked} />
      {model.curves.length > 0 && <TrainingCurves curves={model.curves} best={model.best} />}
      <HeldOutScores models={alone} onScores={() => setAsked((before) => before + 1)} />
    </Stack>
  )
}

interface NoteFieldProps {
  readonly text: string
  readonly disabled: boolean
  readonly onChange: (text: string) => void
}

const LONGEST_NOTE = 4000

/** Kept when the field is left: each change is one step of undo. */
function NoteField({ text, disabled, onChange }: NoteFieldProps) {
  const [draft, setDraft] = useState<string | null>(null)
  return (
    <Textarea
      label={t('Note')}
      autosize
      minRows={1}
      maxRows={5}
      maxLength={LONGEST_NOTE}
      disabled={disabled}
      placeholder={t('What it is good for, what to mind')}
      value={draft ?? text}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => {
        if (draft !== null && draft !== text) onChange(draft)
        setDraft(null)
      }}
    />
  )
}

function Facts({ model, asked }: { readonly model: ModelRecord; readonly asked: number }) {
  const models = useDocument((state) => state.models)
  const { trainImages, valImages, objects, dataHash, author, createdAt, settings } = model
  const learned = objects?.map(({ name, train, val }) => `${name} ${shownNumber(train)} (${shownNumber(val)})`).join(', ')
  const kept = Object.entries(settings).map(
    ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  )
  const made = shownMoment(createdAt, Date.now())
  const guessed = guessedObjects(model)
  return (
    <dl className={styles['facts']}>
      <Fact name={t('Net')}>{presetTitle(model.preset)}</Fact>
      {model.preset === FOREIGN_PRESET ? (
        <Fact name={t('Made')}>
          {t('elsewhere; imported {{moment}} from {{file}}. Nothing can be trained from it, since only its graph is known.', {
            moment: made,
            file: model.origin?.file ?? '',
          })}
        </Fact>
      ) : (
        <>
          <Fact name={t('Made')}>{author === '' ? made : t('{{moment}} by {{author}}', { moment: made, author })}</Fact>
          <Fact name={t('Went on from')}>{fromText(model, models)}</Fact>
          <Fact name={t('Learned from')}>
            {t('{{count}} images, validated on {{val}}', { count: trainImages, val: shownNumber(valImages) })}
          </Fact>
        </>
      )}
      {learned !== undefined && <Fact name={t('Objects')}>{t('{{learned}}; in brackets those validated on', { learned })}</Fact>}
      {guessed > 0 && (
        <Fact name={t('Not decided')}>
          {t('{{count}} more as an earlier model said, on images that were reviewed in part', { count: guessed })}
        </Fact>
      )}
      {model.preset !== FOREIGN_PRESET && (
        <>
          <Fact name={t('Score')}>{scoreText(model)}</Fact>
          <Fact name={t('Trained')}>{trainedText(model)}</Fact>
        </>
      )}
      <Fact name={t('On test images')}>
        <TestScores modelId={model.id} asked={asked} />
      </Fact>
      {kept.length > 0 && <Fact name={t('Settings')}>{kept.join(', ')}</Fact>}
      {dataHash !== '' && (
        <Fact name={t('Images and labels')}>
          <Text span size="sm" ff="monospace" title={dataHash}>
            {dataHash.slice(0, HASH_SHOWN)}…
          </Text>
        </Fact>
      )}
    </dl>
  )
}

const HASH_SHOWN = 16

function trainedText({ epochs, seconds, backend }: ModelRecord): string {
  const [count, duration] = [Math.round(epochs), shownDuration(seconds)]
  if (backend === '') return t('{{count}} epochs in {{duration}}', { count, duration })
  return t('{{count}} epochs in {{duration}} on {{backend}}', { count, duration, backend: backendTitle(backend) })
}

function fromText({ parent, origin }: ModelRecord, models: readonly ModelRecord[]): string {
  if (origin !== null) {
    const { project, ancestors } = origin
    if (ancestors.length === 0) return t('Imported from the project {{project}}', { project })
    return t('Imported from the project {{project}}, where it went on from {{names}}', { project, names: ancestors.join(', ') })
  }
  if (parent === null) return t('The preset’s own weights')
  return models.find(({ id }) => id === parent)?.name ?? t('A model that is gone')
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
