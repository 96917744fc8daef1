import { type ProjectSnapshot } from '#shared/contracts/project.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type Change, type HistoryState } from '#shared/records/edit.ts'
import { type ImageId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import { type DecisionRecord } from '#shared/records/prediction.ts'
import { type RegionRecord } from '#shared/records/region.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { ObjectTable } from '../objects/object-table.ts'
import { applyDiff, diffOf, emptyTables, tablesOf, withImage, type Shown, type Tables } from './tables.ts'

/** An edit that was sent and not yet answered: shown at once, taken back if it fails. */
export interface PendingEdit {
  readonly key: number
  readonly edit: Shown
  /** Predictions that it decides: they leave the canvas at once. */
  readonly decides: readonly PredictionId[]
}

export interface ProjectInfo {
  readonly folder: string
  readonly name: string
  readonly task: TaskKind
  /** Empty, or why nothing can be changed. */
  readonly readOnly: string
}

/** The open project and its open image. Everything in `tables` is as the person sees it: what main confirmed and what is under way. */
export interface DocumentState {
  readonly project: ProjectInfo | null
  readonly models: readonly ModelRecord[]
  readonly runs: readonly RunRecord[]
  readonly history: HistoryState
  readonly imageId: ImageId | null
  /** The objects of the open image are not here yet. */
  readonly loading: boolean
  readonly tables: Tables
  /** Records of `tables` as lists, in the project's order. */
  readonly classes: readonly ClassRecord[]
  readonly images: readonly ImageRecord[]
  /** Predictions of the open image that a person decided upon: no longer guesses. */
  readonly decided: ReadonlySet<PredictionId>
  readonly confirmed: Tables
  readonly pending: readonly PendingEdit[]
  /** When main last confirmed a change, milliseconds since 1970; null before the first. */
  readonly savedAt: number | null
}

const NO_HISTORY: HistoryState = { undo: null, redo: null, sequence: 0 }

export function emptyDocument(): DocumentState {
  const tables = emptyTables()
  return {
    project: null,
    models: [],
    runs: [],
    history: NO_HISTORY,
    imageId: null,
    loading: false,
    tables,
    classes: [],
    images: [],
    decided: new Set(),
    confirmed: tables,
    pending: [],
    savedAt: null,
  }
}

/** Brings what is shown up to date with what is confirmed and what is under way. */
function settled(state: DocumentState): DocumentState {
  let tables = state.confirmed
  for (const { edit } of state.pending) tables = applyDiff(tables, diffOf(edit, tables), state.imageId)
  return {
    ...state,
    tables,
    classes: tables.classes === state.tables.classes ? state.classes : [...tables.classes.values()],
    images: tables.images === state.tables.images ? state.images : [...tables.images.values()],
    decided: sameOr(state.decided, decidedIn(tables, state.pending)),
  }
}

function decidedIn(tables: Tables, pending: readonly PendingEdit[]): ReadonlySet<PredictionId> {
  const decided = new Set<PredictionId>()
  for (const { predictionId } of tables.decisions.values()) decided.add(predictionId)
  for (const { decides } of pending) for (const id of decides) decided.add(id)
  return decided
}

/** The old set where the new one holds the same, so that what was derived from it stays valid. */
function sameOr<T>(old: ReadonlySet<T>, fresh: ReadonlySet<T>): ReadonlySet<T> {
  return old.size === fresh.size && [...fresh].every((item) => old.has(item)) ? old : fresh
}

/** A project as main read it. Called again after bulk changes, it keeps the open image if that is still there. */
export function openProject(state: DocumentState, snapshot: ProjectSnapshot): DocumentState {
  const { folder, name, task, readOnly, models, runs, history } = snapshot
  const same = state.project?.folder === folder
  const fresh = tablesOf(snapshot)
  const imageId = same && state.imageId !== null && fresh.images.has(state.imageId) ? state.imageId : null
  const confirmed = imageId === null ? fresh : { ...fresh, annotations: state.confirmed.annotations, decisions: state.confirmed.decisions }
  const base = same ? state : emptyDocument()
  return settled({
    ...base,
    project: { folder, name, task, readOnly },
    models,
    runs,
    history,
    imageId,
    loading: imageId !== null && base.loading,
    confirmed,
  })
}

/** Turns to another image (or none); its objects follow with `imageLoaded`. */
export function showImage(state: DocumentState, imageId: ImageId | null): DocumentState {
  if (imageId === state.imageId && !state.loading) return state
  return settled({ ...state, imageId, loading: imageId !== null, confirmed: withImage(state.confirmed, new ObjectTable(), []) })
}

/** The objects of an image arrived; passed over if another image is open by now. */
export function imageLoaded(
  state: DocumentState,
  imageId: ImageId,
  annotations: ObjectTable<AnnotationRecord>,
  decisions: readonly DecisionRecord[],
): DocumentState {
  if (imageId !== state.imageId) return state
  return settled({ ...state, loading: false, confirmed: withImage(state.confirmed, annotations, decisions) })
}

/** An edit was sent. */
export function editSent(state: DocumentState, pending: PendingEdit): DocumentState {
  return settled({ ...state, pending: [...state.pending, pending] })
}

/** An edit was answered, well or not: what it did is confirmed by `changed`, or it did nothing. */
export function editAnswered(state: DocumentState, key: number): DocumentState {
  const pending = state.pending.filter((one) => one.key !== key)
  if (pending.length === state.pending.length) return state
  return settled({ ...state, pending })
}

/** Main committed a change. Each is told once, in the order of commits. */
export function changed(state: DocumentState, { diff, history }: Change, now: number): DocumentState {
  return settled({ ...state, history, savedAt: now, confirmed: applyDiff(state.confirmed, diff, state.imageId) })
}

/** Regions of interest of an image, of a document of the open one, oldest first. */
export function regionsOf({ tables, imageId }: Pick<DocumentState, 'tables' | 'imageId'>): readonly RegionRecord[] {
  const lists = regionLists.get(tables.regions) ?? new Map<ImageId | null, readonly RegionRecord[]>()
  regionLists.set(tables.regions, lists)
  const list = lists.get(imageId) ?? [...tables.regions.values()].filter((region) => region.imageId === imageId).sort(byAge)
  lists.set(imageId, list)
  return list
}

/** The same list for an image while the table is the same. */
const regionLists = new WeakMap<Tables['regions'], Map<ImageId | null, readonly RegionRecord[]>>()

const byAge = (a: RegionRecord, b: RegionRecord): number =>
  a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1

/** The open image's record, or null. */
export function openImageOf(state: { readonly imageId: ImageId | null; readonly tables: Pick<Tables, 'images'> }): ImageRecord | null {
  return state.imageId === null ? null : (state.tables.images.get(state.imageId) ?? null)
}

/** Runs of the same project that further images joined between two states. */
export function grownRuns(
  now: Pick<DocumentState, 'project' | 'runs'>,
  before: Pick<DocumentState, 'project' | 'runs'>,
): ReadonlySet<RunId> {
  if (now.runs === before.runs || now.project?.folder !== before.project?.folder) return new Set()
  const images = new Map(before.runs.map((run) => [run.id, run.images]))
  return new Set(now.runs.filter((run) => (images.get(run.id) ?? run.images) !== run.images).map(({ id }) => id))
}
