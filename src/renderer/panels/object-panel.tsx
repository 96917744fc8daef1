import { Button, Group, Select, Text, Textarea, TextInput, SimpleGrid } from '@mantine/core'
import { memo, useEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { useStore } from 'zustand'
import { areaText, squareMillimetres } from '#shared/areas.ts'
import { type CommandId } from '#shared/commands.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { isLine, lengthText, lineLength } from '#shared/geometry/line.ts'
import { isPlaced, type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { classId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { type Shape } from '#shared/records/shape.ts'
import { say } from '#shared/i18n/say.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { shapeArea } from '../objects/sizes.ts'
import { shownMoment } from '../app/moments.ts'
import { openImageOf } from '../state/document.ts'
import { useAfterFrame } from '../state/after-frame.ts'
import { lockedAmong, truthAmong } from '../state/locked.ts'
import { useKeyOf } from '../state/context.tsx'
import { areFlagged } from '../tools/flag-commands.ts'
import { relabelSelected } from '../tools/object-commands.ts'
import { boundsOf } from '../viewer/area-outline.ts'
import { isGuess, sharedClass, type ObjectId } from '../viewer/scene.ts'
import { Hint } from '../hint/hint.tsx'
import { MeasuredList } from './measured-list.tsx'
import { makerTitle } from './run-titles.ts'
import { ORIGINS } from './origins.ts'
import { PanelSection } from './panel-section.tsx'
import styles from './object-panel.module.css'

/** What is selected: its class, size, who made it, its lock and level, a name and a note. Follows the canvas by a frame. */
export function ObjectPanel() {
  const { stores } = useApp()
  const [selected, showNow] = useAfterFrame(useStore(stores.selection, (state) => state.selected))
  const section = useFieldKeys(showNow)
  return (
    <div ref={section}>
      <Selected selected={selected} />
    </div>
  )
}

/** Parts of the panel show what is selected, and change with nothing else of the selection. */
interface Parts {
  readonly selected: ReadonlySet<ObjectId>
}

const Selected = memo(function Selected({ selected }: Parts) {
  const [only] = selected
  if (only === undefined) return null
  const title = selected.size === 1 ? t('Object') : t('{{count}} objects', { count: selected.size })
  return (
    <PanelSection title={title}>
      <ClassChoice selected={selected} />
      <Standing selected={selected} />
      {selected.size === 1 && (isGuess(only) ? <Guess id={only} /> : <Annotation id={only} />)}
    </PanelSection>
  )
})

/** The keys for name and note go into their fields, also where the panel does not show yet what was just selected. */
function useFieldKeys(showNow: () => void): RefObject<HTMLDivElement | null> {
  const { stores } = useApp()
  const section = useRef<HTMLDivElement>(null)
  const single = useStore(stores.selection, ({ selected }) => selected.size === 1 && truthAmong(selected) === 1)
  useEffect(() => {
    if (!single) return
    const into = (field: string) => () => {
      showNow()
      section.current?.querySelector<HTMLElement>(`[data-field="${field}"]`)?.focus()
    }
    return stores.commands.register({ 'object.name': into('name'), 'object.note': into('note') })
  }, [stores, single, showNow])
  return section
}

/** The class that all selected objects share; choosing another relabels them. */
function ClassChoice({ selected }: Parts) {
  const { stores } = useApp()
  const writable = useWritable()
  const classes = useDocument((state) => state.classes)
  const scene = useStore(stores.scene, (state) => state.scene)
  return (
    <Select
      aria-label={t('Class of the selected')}
      data={classes.map(({ id, name }) => ({ value: id, label: name }))}
      value={sharedClass(scene, selected)}
      placeholder={t('Several classes')}
      disabled={!writable}
      onChange={(value) => {
        if (value !== null) relabelSelected(stores, classId.parse(value))
      }}
    />
  )
}

/** Lock of the selected, and what they lie above. */
function Standing({ selected }: Parts) {
  const { stores } = useApp()
  const writable = useWritable()
  const annotations = useDocument(({ tables }) => tables.annotations)
  const locked = lockedAmong(selected, annotations)
  const truth = truthAmong(selected)
  const all = locked > 0 && locked === truth
  const run = (id: CommandId) => () => stores.commands.run(id)
  const flag = <FlagToggle selected={selected} />
  if (truth === 0) return <Group my={6}>{flag}</Group>
  return (
    <SimpleGrid cols={2} spacing={4} verticalSpacing={4} mt={6}>
      <Button variant={locked > 0 ? 'light' : 'default'} aria-pressed={all} disabled={!writable} onClick={run('object.lock')} {...SMALL}>
        {all ? t('Unlock') : locked > 0 ? t('Lock all ({{locked}} locked)', { locked }) : t('Lock')}
      </Button>
      {flag}
      <Button variant="default" disabled={!writable} onClick={run('object.front')} {...SMALL}>
        {t('To front')}
      </Button>
      <Button variant="default" disabled={!writable} onClick={run('object.back')} {...SMALL}>
        {t('To back')}
      </Button>
    </SimpleGrid>
  )
}

/** Flags the selected for a colleague; pressed while all of them are. */
function FlagToggle({ selected }: Parts) {
  const { stores } = useApp()
  const writable = useWritable()
  const key = useKeyOf('object.flag')
  const tables = useDocument((state) => state.tables)
  const imageId = useDocument((state) => state.imageId)
  const all = areFlagged(tables, imageId, selected)
  return (
    <Hint label={`${all ? t('Take the flag off') : t('Flag for a colleague')}  ${key}`}>
      <Button
        variant={all ? 'light' : 'default'}
        aria-pressed={all}
        disabled={!writable}
        onClick={() => stores.commands.run('object.flag')}
        {...SMALL}
      >
        {t('Flag')}
      </Button>
    </Hint>
  )
}

const SMALL = { size: 'compact-xs', flex: 1 } as const

function Annotation({ id }: { readonly id: AnnotationRecord['id'] }) {
  const record = useDocument(({ tables }) => tables.annotations.get(id))
  if (!record) return null
  return (
    <>
      <Place shape={record.shape} />
      {isLine(record.shape) && <ScaleButton />}
      <Text size="xs" c="var(--sw-muted)" mb={4}>
        {ORIGINS[record.origin]}
        {record.author === '' ? '' : t(' by {{author}}', { author: record.author })}, {shownMoment(record.updatedAt, Date.now())}
      </Text>
      {/* Their fields start anew where another text comes from elsewhere: by undo. */}
      <Name key={`${record.id} name ${record.name}`} record={record} />
      <Note key={`${record.id} note ${record.note}`} record={record} />
      <MeasuredList record={record} />
    </>
  )
}

/** Position and size (of an area, of its bounds), in pixels of the image and in micrometres where the file states them. */
function Place({ shape }: { readonly shape: Shape }) {
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  const area = useMemo(() => areaRows(shape, microns), [shape, microns])
  if (!isPlaced(shape)) return null
  const { x, y } = boundsOf(shape)
  const place = [t('Place'), `${shownDecimals(x, 1)}, ${shownDecimals(y, 1)} px`, ''] as const
  const rows: readonly FactRow[] = shape.type === 'point' ? [place] : [...sizeRows(shape, microns), ...area, place]
  return (
    <dl className={styles['facts']}>
      {rows.map(([name, value, extra]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {extra !== '' && <span className={styles['extra']}>{extra}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** A line whose length is known tells the scale. */
function ScaleButton() {
  const { stores } = useApp()
  const writable = useWritable()
  return (
    <Button variant="default" fullWidth mb={4} disabled={!writable} onClick={() => stores.commands.run('object.scale')} {...SMALL}>
      {t('Set scale from this line…')}
    </Button>
  )
}

type FactRow = readonly [string, string, string]

/** Of a line its length; of what is turned its own sides, and by how much; of an area its bounds. */
function sizeRows(shape: PlacedShape, microns: number | null): FactRow[] {
  if (isLine(shape)) return [[t('Length'), lengthText(lineLength(shape.points), microns), '']]
  const { width, height } = isFramed(shape) ? shape : boundsOf(shape)
  const size = [
    t('Size'),
    t('{{width}} × {{height}} px', { width: shownDecimals(width, 1), height: shownDecimals(height, 1) }),
    sized(width, height, microns),
  ] as const
  return isFramed(shape) && shape.angle !== 0 ? [size, [t('Angle'), `${String(Math.round(shape.angle * 10) / 10)}°`, '']] : [size]
}

/** Of what is outlined how much it covers; of boxes their sides say it. */
function areaRows(shape: Shape, microns: number | null): FactRow[] {
  if (shape.type !== 'polygon' && shape.type !== 'mask' && shape.type !== 'ellipse') return []
  const pixels = shapeArea(shape)
  const known = squareMillimetres(pixels, microns)
  return [[t('Area'), areaText(pixels, known), known === null ? '' : areaText(pixels, null)]]
}

const sized = (width: number, height: number, microns: number | null): string =>
  microns === null ? '' : `${shownDecimals(width * microns, 2)} × ${shownDecimals(height * microns, 2)} µm`

function Name({ record }: { readonly record: AnnotationRecord }) {
  const { stores } = useApp()
  const writable = useWritable()
  const [text, setText] = useState(record.name)
  const keep = (): void => {
    const name = text.trim()
    setText(name)
    if (name === record.name) return
    const amend = { annotations: [record.id], to: { name, updatedAt: new Date().toISOString() } }
    void stores.actions.commit({
      label: name === '' ? say('Take the name away') : say('Name {{name}}', { name }).slice(0, 120),
      put: {},
      remove: {},
      amend,
    })
  }
  return (
    <TextInput
      data-field="name"
      aria-label={t('Name')}
      placeholder={t('Name')}
      size="xs"
      mb={4}
      maxLength={200}
      readOnly={!writable}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
      onBlur={keep}
    />
  )
}

function Note({ record }: { readonly record: AnnotationRecord }) {
  const { stores } = useApp()
  const writable = useWritable()
  const [text, setText] = useState(record.note)
  const keep = (): void => {
    if (text === record.note) return
    const amend = { annotations: [record.id], to: { note: text, updatedAt: new Date().toISOString() } }
    void stores.actions.commit({ label: say('Write a note'), put: {}, remove: {}, amend })
  }
  return (
    <Textarea
      data-field="note"
      aria-label={t('Note')}
      placeholder={t('Note')}
      size="xs"
      autosize
      minRows={2}
      maxRows={8}
      maxLength={4000}
      readOnly={!writable}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
      }}
      onBlur={keep}
    />
  )
}

function Guess({ id }: { readonly id: PredictionRecord['id'] }) {
  const { stores } = useApp()
  const writable = useWritable()
  const record = useStore(stores.predictions, ({ predictions }) => predictions.get(id))
  const model = useDocument(({ runs, models }) => {
    const run = runs.find((one) => one.id === record?.runId)
    const own = models.find((one) => one.id === run?.modelId)
    return run && own ? makerTitle(run, own) : ''
  })
  if (!record) return null
  return (
    <>
      <Place shape={record.shape} />
      <Text size="xs" c="var(--sw-muted)" mb={8}>
        {t('Predicted by {{model}}, score {{score}}', { model, score: shownDecimals(record.score, 2) })}
      </Text>
      <Group gap="xs" grow>
        <Button variant="default" disabled={!writable} onClick={() => stores.commands.run('prediction.accept')}>
          {t('Accept')}
        </Button>
        <Button variant="default" disabled={!writable} onClick={() => stores.commands.run('prediction.reject')}>
          {t('Reject')}
        </Button>
      </Group>
    </>
  )
}
