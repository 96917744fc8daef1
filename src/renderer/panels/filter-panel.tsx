import { ActionIcon, Button, Group, Input, MultiSelect, NumberInput, Pill, Text } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { useDeferredValue, useMemo } from 'react'
import { useStore } from 'zustand'
import { withKinds } from '#shared/class-tree.ts'
import { type ClassId, type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { type ObjectFilter, type Range, type Source } from '../objects/object-filter.ts'
import { isMeasuredByLength } from '../objects/sizes.ts'
import { useKeyOf } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { keepsBack } from '../state/filter.ts'
import { type Tables } from '../state/tables.ts'
import { filterText } from '../viewer/canvas-notes.tsx'
import { Hint } from '../hint/hint.tsx'
import { ORIGINS } from './origins.ts'
import { PanelSection } from './panel-section.tsx'
import { useRunOptions } from './run-choice.tsx'
import styles from './filter-panel.module.css'

/** Which of the image's objects the canvas shows: by class, origin, author, run, score and size. What it keeps back is neither drawn, hit nor selected. */
export function FilterPanel() {
  const { stores } = useApp()
  const open = useStore(stores.filter, (state) => state.open)
  const on = useStore(stores.filter, keepsBack)
  return (
    <PanelSection title={t('Filter')} actions={<OpenButton open={open} />}>
      {on && <Shown />}
      {open && <Fields />}
    </PanelSection>
  )
}

function OpenButton({ open }: { readonly open: boolean }) {
  const { stores } = useApp()
  const key = useKeyOf('view.filter')
  return (
    <Hint label={t('Show only some objects  {{key}}', { key })}>
      <ActionIcon aria-label={t('Filter objects')} aria-expanded={open} onClick={() => stores.commands.run('view.filter')}>
        <IconFilter size={16} />
      </ActionIcon>
    </Hint>
  )
}

/** How many are shown, and the way back to all. */
function Shown() {
  const { stores } = useApp()
  const filtered = useDeferredValue(useStore(stores.scene, (state) => state.filtered))
  return (
    <Group justify="space-between" wrap="nowrap" gap={8} mb={4}>
      <Text size="xs" role="status" aria-label={t('Objects shown')}>
        {filtered === null ? '' : filterText(filtered())}
      </Text>
      <Button variant="default" size="compact-xs" onClick={() => stores.commands.run('view.filter-clear')}>
        {t('Clear')}
      </Button>
    </Group>
  )
}

function Fields() {
  const { stores } = useApp()
  const filter = useStore(stores.filter, (state) => state.filter)
  const classes = useDocument((state) => state.classes)
  const known = useMakers()
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  const unit = microns === null ? 'px' : 'µm'
  const set = stores.filter.set
  const authors = [...new Set([...known.authors, ...(filter.authors ?? [])])]
  return (
    <div className={styles['fields']}>
      <Choice<ClassId>
        label={t('Class')}
        data={classes.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.classes}
        onChange={(wanted) => {
          set({ classes: wanted && withKinds(classes, filter.classes ?? new Set(), wanted) })
        }}
      />
      <Choice<Source>
        label={t('Origin')}
        data={SOURCES}
        value={filter.sources}
        onChange={(sources) => {
          set({ sources })
        }}
      />
      <Choice<string>
        label={t('Author')}
        data={authors.map((name) => ({ value: `by ${name}`, label: name === '' ? t('No name') : name }))}
        value={filter.authors === null ? null : new Set([...filter.authors].map((name) => `by ${name}`))}
        onChange={(names) => {
          set({ authors: names === null ? null : new Set([...names].map((name) => name.slice(3))) })
        }}
      />
      <OfRuns filter={filter} />
      <Between label={t('Area, {{unit}}²', { unit })} what="area" filter={filter} />
      {(known.lines || filter.length !== null) && <Between label={t('Length, {{unit}}', { unit })} what="length" filter={filter} />}
    </div>
  )
}

const SOURCES = [...Object.entries({ ...ORIGINS, predicted: t('Prediction') } as const satisfies Record<Source, string>)].map(
  ([value, label]) => ({ value: value as Source, label }),
)

/** Who made annotations of the open image, and whether lines are among them. */
function useMakers(): { readonly authors: readonly string[]; readonly lines: boolean } {
  const annotations = useDeferredValue(useDocument(({ tables }) => tables.annotations))
  return useMemo(() => makersOf(annotations), [annotations])
}

function makersOf({ parts }: Tables['annotations']): ReturnType<typeof useMakers> {
  const authors = new Set(parts.flatMap(({ block }) => block.rows.makers()?.authors.values ?? []))
  return { authors: [...authors].sort(), lines: parts.some(({ block }) => block.rows.kinds.some(isMeasuredByLength)) }
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly data: readonly { readonly value: T; readonly label: string }[]
  /** Null: all. */
  readonly value: ReadonlySet<T> | null
  readonly onChange: (value: ReadonlySet<T> | null) => void
}

/** Any of a list; none chosen means all. */
function Choice<T extends string>({ label, data, value, onChange }: ChoiceProps<T>) {
  return (
    <MultiSelect
      label={label}
      size="xs"
      data={[...data]}
      value={[...(value ?? [])]}
      placeholder={value === null ? t('All') : ''}
      hidePickedOptions
      renderPill={({ option, onRemove, disabled }) => (
        // A long name is cut off there.
        <Pill withRemoveButton={disabled !== true} {...(onRemove && { onRemove })} title={option.label}>
          {option.label}
        </Pill>
      )}
      onChange={(chosen) => {
        onChange(chosen.length === 0 ? null : new Set(chosen as T[]))
      }}
    />
  )
}

/** What goes by what models found. */
function OfRuns({ filter }: { readonly filter: ObjectFilter }) {
  const { stores } = useApp()
  const runs = useRunOptions()
  const shown = useStore(stores.predictions, (state) => state.runId)
  const isElsewhere = filter.runs !== null && (shown === null || !filter.runs.has(shown))
  if (runs.length === 0 && filter.runs === null && filter.score === null) return null
  return (
    <>
      <Choice<RunId>
        label={t('Found by')}
        data={runs}
        value={filter.runs}
        onChange={(wanted) => {
          stores.filter.set({ runs: wanted })
        }}
      />
      {isElsewhere && (
        <Text size="xs" c="var(--sw-muted)" role="note">
          {t('Predictions of this run are not shown now: only labels that came of it are seen. Choose it under Predictions.')}
        </Text>
      )}
      <Between label={t('Score of predictions')} what="score" filter={filter} />
    </>
  )
}

interface BetweenProps {
  readonly label: string
  readonly what: 'score' | 'area' | 'length'
  readonly filter: ObjectFilter
}

const END_NAMES = { from: t('from'), to: t('to') } as const satisfies Record<keyof Range, string>

/** From and to, each of which may be left open. */
function Between({ label, what, filter }: BetweenProps) {
  const { stores } = useApp()
  const range = filter[what]
  const isScore = what === 'score'
  const set = (end: keyof Range, value: number | string): void => {
    const next = { from: null, to: null, ...range, [end]: typeof value === 'number' ? value : null }
    stores.filter.set({ [what]: next.from === null && next.to === null ? null : next })
  }
  const field = (end: keyof Range) => (
    <NumberInput
      size="xs"
      aria-label={`${label}, ${END_NAMES[end]}`}
      placeholder={END_NAMES[end]}
      min={0}
      {...(isScore && { max: 1 })}
      step={isScore ? 0.05 : 1}
      hideControls
      value={range?.[end] ?? ''}
      onChange={(value) => {
        set(end, value)
      }}
    />
  )
  return (
    <div>
      <Input.Label size="xs" labelElement="div">
        {label}
      </Input.Label>
      <Group gap={4} grow wrap="nowrap">
        {field('from')}
        {field('to')}
      </Group>
    </div>
  )
}
