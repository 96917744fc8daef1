import { annotationColumnsOf, predictionColumnsOf } from '../columns-of.ts'
import { type ProjectSnapshot } from '../../src/shared/contracts/project.ts'
import { projectContract } from '../../src/shared/contracts/project.ts'
import { AppError } from '../../src/shared/errors.ts'
import { serve } from '../../src/shared/ipc/proxy.ts'
import { type HandlersOf } from '../../src/shared/ipc/service.ts'
import { type Message, type Transport } from '../../src/shared/ipc/transport.ts'
import { type AnnotationRecord, PLAIN } from '../../src/shared/records/annotation.ts'
import { type ClassRecord } from '../../src/shared/records/class.ts'
import {
  amendedFacts,
  factsOf,
  invertDiff,
  type Amended,
  type Change,
  type Diff,
  type Edit,
  type TableDiff,
} from '../../src/shared/records/edit.ts'
import { annotationId, decisionId, newId, type ImageId, type PredictionId, type RunId } from '../../src/shared/records/ids.ts'
import { type ImageRecord } from '../../src/shared/records/image.ts'
import { type ModelRecord, type RunRecord } from '../../src/shared/records/model.ts'
import { type DecisionRecord, type ImageResult, type PredictionRecord } from '../../src/shared/records/prediction.ts'
import { type FlagRecord } from '../../src/shared/records/flag.ts'
import { type ModelNote } from '../../src/shared/records/model-note.ts'
import { type RegionRecord } from '../../src/shared/records/region.ts'
import { type TaskKind } from '../../src/shared/records/task.ts'
import { reviewColumnsOf } from '../review-columns.ts'

// Main as the window sees it, in memory: the project service over a pair of transports, with undo, and with failures on demand.

interface TransportPair {
  readonly near: Transport
  readonly far: Transport
  /** Until nothing is under way, nor comes of what arrived: however busy the machine is. */
  readonly idle: () => Promise<void>
}

/** Two ends of a channel inside one process; messages arrive in order, in later tasks. */
function transportPair(delay: number): TransportPair {
  let underWay = 0
  const make = (): {
    transport: (other: () => Set<(message: unknown) => void>) => Transport
    listeners: Set<(message: unknown) => void>
  } => {
    const listeners = new Set<(message: unknown) => void>()
    return {
      listeners,
      transport: (other) => ({
        post: (message: Message) => {
          const copy: unknown = structuredClone(message)
          underWay++
          setTimeout(() => {
            underWay--
            for (const listener of other()) listener(copy)
          }, delay)
        },
        listen: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        onClose: () => () => undefined,
      }),
    }
  }
  const a = make()
  const b = make()
  const idle = async (): Promise<void> => {
    // What arrived is answered within its own task and the small ones behind it.
    do await new Promise((resolve) => setTimeout(resolve, 0))
    while (underWay > 0)
  }
  return { near: a.transport(() => b.listeners), far: b.transport(() => a.listeners), idle }
}

interface Row {
  readonly id: string | number
}

class Table<R extends Row> {
  readonly rows = new Map<R['id'], R>()
  constructor(records: readonly R[]) {
    for (const record of records) this.rows.set(record.id, record)
  }
  plan(put: readonly R[] = [], remove: readonly R['id'][] = []): TableDiff<R> {
    const diff: TableDiff<R> = { added: [], updated: [], removed: [] }
    for (const record of put) {
      const before = this.rows.get(record.id)
      if (before) diff.updated.push([before, record])
      else diff.added.push(record)
    }
    for (const id of remove) if (this.rows.has(id)) diff.removed.push(this.rows.get(id)!)
    return diff
  }
  apply({ added, updated, removed }: TableDiff<R>): void {
    for (const record of added) this.rows.set(record.id, record)
    for (const [, record] of updated) this.rows.set(record.id, record)
    for (const { id } of removed) this.rows.delete(id)
  }
}

export interface FakeContent {
  readonly classes: readonly ClassRecord[]
  readonly images: readonly ImageRecord[]
  readonly annotations: readonly AnnotationRecord[]
  readonly regions?: readonly RegionRecord[]
  readonly runs?: readonly RunRecord[]
  readonly predictions?: readonly PredictionRecord[]
  readonly readOnly?: string
  readonly task?: TaskKind
  readonly models?: readonly ModelRecord[]
  /** Of every run alike. */
  readonly results?: readonly ImageResult[]
}

export interface FakeProject {
  readonly transport: Transport
  /** Waits until all that was asked is answered and all that was told has arrived. */
  readonly idle: () => Promise<void>
  readonly edits: Edit[]
  /** The next call of `edit` or `decide` fails with this. */
  failNext: AppError | null
  /** Predictions whose decision would change a locked object. */
  readonly locked: Set<PredictionId>
  readonly snapshot: () => ProjectSnapshot
  readonly annotations: () => AnnotationRecord[]
  readonly decisions: () => DecisionRecord[]
  readonly undo: () => Promise<void>
  readonly stop: () => void
}

const STAMP = '2025-01-01T00:00:00.000Z'

/** A project in memory and the transport that a window reaches it by. */
export function fakeProject(content: FakeContent, delay = 0): FakeProject {
  const tables = {
    images: new Table(content.images),
    classes: new Table(content.classes),
    annotations: new Table(content.annotations),
    decisions: new Table<DecisionRecord>([]),
    regions: new Table(content.regions ?? []),
    flags: new Table<FlagRecord>([]),
    modelNotes: new Table<ModelNote>([]),
  }
  const predictions = new Map<PredictionId, PredictionRecord>((content.predictions ?? []).map((record) => [record.id, record]))
  const ofRun = (imageId: ImageId, runId: RunId): PredictionRecord[] =>
    ofImage(predictions.values(), imageId).filter((one) => one.runId === runId)
  const done: { label: string; diff: Diff }[] = []
  const undone: { label: string; diff: Diff }[] = []
  let sequence = 0
  const history = (): Change['history'] => ({ undo: done.at(-1)?.label ?? null, redo: undone.at(-1)?.label ?? null, sequence })
  const apply = (diff: Diff): void => {
    tables.images.apply(diff.images)
    tables.classes.apply(diff.classes)
    tables.annotations.apply(diff.annotations)
    for (const { id, to } of diff.annotations.amended) tables.annotations.rows.set(id, { ...tables.annotations.rows.get(id)!, ...to })
    tables.decisions.apply(diff.decisions)
    tables.regions.apply(diff.regions)
    tables.flags.apply(diff.flags)
    tables.modelNotes.apply(diff.modelNotes)
  }
  const tell = (label: string, kind: Change['kind'], diff: Diff): Change => {
    sequence++
    const change: Change = { label, kind, diff, history: history() }
    emit('changed', change)
    return change
  }
  const amendedIn = (amend: Edit['amend']): Amended[] =>
    (amend?.annotations ?? []).map((id) => {
      const record = tables.annotations.rows.get(id)!
      const from = factsOf(record)
      return { id, imageId: record.imageId, from, to: amendedFacts(from, amend!.to) }
    })
  const commit = (edit: Edit): Change => {
    const { failNext } = fake
    fake.failNext = null
    if (failNext) throw failNext
    fake.edits.push(edit)
    const diff: Diff = {
      images: tables.images.plan(edit.put.images, edit.remove.images),
      classes: tables.classes.plan(edit.put.classes, edit.remove.classes),
      annotations: { ...tables.annotations.plan(edit.put.annotations, edit.remove.annotations), amended: amendedIn(edit.amend) },
      decisions: tables.decisions.plan(edit.put.decisions, edit.remove.decisions),
      regions: tables.regions.plan(edit.put.regions, edit.remove.regions),
      flags: tables.flags.plan(edit.put.flags, edit.remove.flags),
      readings: { added: [], updated: [], removed: [] },
      modelNotes: tables.modelNotes.plan(edit.put.modelNotes, []),
    }
    apply(diff)
    done.push({ label: edit.label, diff })
    undone.length = 0
    return tell(edit.label, 'edit', diff)
  }
  const travel = (from: typeof done, to: typeof done, kind: 'undo' | 'redo'): Change | null => {
    const entry = from.pop()
    if (!entry) return null
    to.push(entry)
    const diff = kind === 'undo' ? invertDiff(entry.diff) : entry.diff
    apply(diff)
    return tell(entry.label, kind, diff)
  }
  const ofImage = <R extends { readonly imageId: ImageId }>(records: Iterable<R>, imageId: ImageId): R[] =>
    [...records].filter((record) => record.imageId === imageId)
  const snapshot = (): ProjectSnapshot => ({
    folder: 'fake.slidewright',
    name: 'fake',
    task: content.task ?? 'detection',
    readOnly: content.readOnly ?? '',
    classes: [...tables.classes.rows.values()],
    images: [...tables.images.rows.values()],
    counts: countsOf(tables.annotations.rows.values()),
    regions: [...tables.regions.rows.values()],
    flags: [...tables.flags.rows.values()],
    modelNotes: [...tables.modelNotes.rows.values()],
    models: [...(content.models ?? [])],
    runs: [...(content.runs ?? [])],
    history: history(),
  })
  /** Where an image has a label as a whole, a decision changes that one. */
  const labelOf = (imageId: ImageId): Pick<AnnotationRecord, 'id'> | null => {
    const label = ofImage(tables.annotations.rows.values(), imageId).find(({ shape }) => shape.type === 'image')
    return label ? { id: label.id } : null
  }
  const refuse = (): never => {
    throw new AppError('not-here', 'The stand-in does not do this.')
  }
  const handlers: HandlersOf<typeof projectContract> = {
    create: refuse,
    previewExport: refuse,
    workflow: refuse,
    saveWorkflow: refuse,
    previewImport: refuse,
    dropImport: () => ({}),
    open: snapshot,
    close: () => ({}),
    current: snapshot,
    recent: () => [],
    backups: () => [],
    restoreBackup: ({ folder, backup }) => ({ folder, restored: backup, kept: null }),
    objects: ({ imageId }) => ({
      annotations: annotationColumnsOf(imageId, ofImage(tables.annotations.rows.values(), imageId)),
      decisions: ofImage(tables.decisions.rows.values(), imageId),
    }),
    predictions: ({ imageId, runId }) => predictionColumnsOf({ imageId, runId }, ofRun(imageId, runId)),
    predictionIds: ({ imageId, runId }) => ({
      ids: Float64Array.from(ofRun(imageId, runId), ({ id }) => id).sort(),
    }),
    unseenImages: () => [],
    predictionsById: ({ ids }) => ids.flatMap((id) => predictions.get(id) ?? []),
    reviewItems: ({ finishedToo }) =>
      reviewColumnsOf({
        images: [...tables.images.rows.values()],
        classes: [...tables.classes.rows.values()],
        predictions: [...predictions.values()],
        annotations: [...tables.annotations.rows.values()],
        decisions: [...tables.decisions.rows.values()],
        finishedToo,
      }),
    labels: () => [...tables.annotations.rows.values()].filter(({ shape }) => shape.type === 'image'),
    results: ({ runId }) => (content.runs?.some(({ id }) => id === runId) === true ? [...(content.results ?? [])] : []),
    result: ({ imageId, runId }) =>
      content.runs?.some(({ id }) => id === runId) === true ? (content.results?.find((one) => one.imageId === imageId) ?? null) : null,
    edit: commit,
    undo: () => travel(done, undone, 'undo'),
    redo: () => travel(undone, done, 'redo'),
    decide: ({ predictions: asked, kind: wanted, to, rejects }) => {
      const decisions: DecisionRecord[] = []
      const annotations: AnnotationRecord[] = []
      for (const id of [...asked, ...rejects].filter((one) => !fake.locked.has(one))) {
        const kind = rejects.includes(id) ? 'reject' : wanted
        const { classId, shape, score, imageId } = predictions.get(id)!
        const annotation: AnnotationRecord | null =
          kind === 'reject'
            ? null
            : {
                ...{ id: annotationId.parse(newId()), imageId, classId: to?.classId ?? classId, shape: to?.shape ?? shape },
                ...{ origin: kind === 'accept' ? 'accepted' : 'corrected', predictionId: id, ...PLAIN },
                ...{ author: '', createdAt: STAMP, updatedAt: STAMP },
                ...(shape.type === 'image' ? labelOf(imageId) : null),
              }
        if (annotation) annotations.push(annotation)
        decisions.push({
          ...{ id: decisionId.parse(newId()), predictionId: id, imageId, kind, annotationId: annotation?.id ?? null, who: '', at: STAMP },
          ...{ from: { classId, shape, score }, to: to && { classId: to.classId, shape: to.shape ?? shape }, replaced: null },
        })
      }
      const locked = [...asked, ...rejects].filter((id) => fake.locked.has(id))
      return { ...commit({ label: wanted, put: { annotations, decisions }, remove: {} }), locked }
    },
    secondLooks: () => ({ looks: [], learnedLittle: false }),
    readers: () => ({ person: '', toRead: [], toSettle: [], agreement: null }),
    read: refuse,
    settleReading: refuse,
    settleLook: refuse,
    import: refuse,
    locate: refuse,
    locateAlong: refuse,
    plane: refuse,
    assignSplits: refuse,
    setPixelSize: refuse,
    setOrigin: refuse,
    // Images on which anything was predicted: as far as the review queue asks.
    countColumns: refuse,
    countedObjects: refuse,
    counts: () =>
      [...new Set([...predictions.values()].map(({ imageId }) => imageId))].map((imageId) => ({
        imageId,
        counts: ofImage(predictions.values(), imageId).map(({ classId }) => ({ classId, count: 1 })),
      })),
    export: refuse,
    saveView: () => ({}),
    loadView: () => ({}),
    missing: () => [],
    levels: refuse,
    stopPreparing: () => ({}),
    details: refuse,
    associated: refuse,
    measurements: () => null,
  }
  const { near, far, idle } = transportPair(delay)
  const { emit, stop } = serve(projectContract, handlers, far)
  const fake: FakeProject = {
    transport: near,
    idle,
    edits: [],
    failNext: null,
    locked: new Set(),
    snapshot,
    annotations: () => [...tables.annotations.rows.values()],
    decisions: () => [...tables.decisions.rows.values()],
    undo: () => Promise.resolve(void travel(done, undone, 'undo')),
    stop,
  }
  return fake
}

function countsOf(annotations: Iterable<AnnotationRecord>): ProjectSnapshot['counts'] {
  const counts = new Map<string, ProjectSnapshot['counts'][number]>()
  for (const { imageId, classId } of annotations) {
    const key = `${imageId} ${classId}`
    counts.set(key, { imageId, classId, annotations: (counts.get(key)?.annotations ?? 0) + 1 })
  }
  return [...counts.values()]
}
