import { say } from '#shared/i18n/say.ts'
import { toErrorInfo } from '#shared/errors.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { type DecideAsked, type ProjectSnapshot } from '#shared/contracts/project.ts'
import { type Change, type Edit } from '#shared/records/edit.ts'
import { annotationId, newId, type AnnotationId, type ImageId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { usualRun } from '#shared/records/model.ts'
import { annotationBlock, ObjectTable, predictionBlock } from '../objects/object-table.ts'
import { begunBy } from './begun.ts'
import { type Clients } from './clients.ts'
import { sayLocked, sparingLocked } from './locked.ts'
import { createCommitter, type Committer, type Optimistic } from './committing.ts'
import { imageLoaded, openProject, emptyDocument, showImage } from './document.ts'
import { createObjectsAhead, type ObjectsAhead } from './objects-ahead.ts'
import { type StoreSet } from './stores.ts'
import { type Stamp } from '../tools/edits.ts'

/** What the window asks of main. Whatever fails is told to the person; nothing here rejects. */
export interface Actions {
  /** Shows a project that main opened (answers of `create` and `open`). */
  readonly showProject: (snapshot: ProjectSnapshot) => void
  readonly hideProject: () => void
  /** Reads the project again: after imports and jobs. */
  readonly reload: () => Promise<void>
  readonly openImage: (imageId: ImageId | null) => Promise<void>
  /** Reads what lies on an image that is likely to be opened next. */
  readonly prepareImage: (imageId: ImageId) => void
  /** Opens an image with all that lies on it within this call, where that was read ahead; false where it was not. */
  readonly openPrepared: (imageId: ImageId) => boolean
  /** Makes a run the project's run on show: its predictions are drawn, reviewed and counted. */
  readonly chooseRun: (runId: RunId | null) => Promise<void>
  /** Draws the predictions of a run, whichever is on show: for a look at something that it says. */
  readonly visitRun: (runId: RunId | null) => Promise<void>
  /** Commits an edit; it is seen at once. Answers whether it was committed. */
  readonly commit: (edit: Edit) => Promise<boolean>
  /** `images`: also where it takes several images out of the project, which is asked about otherwise. */
  readonly undo: (images?: boolean) => Promise<void>
  readonly redo: () => Promise<void>
  /**
   * Accepts, corrects or rejects predictions of the open image; seen at once. Answers with those that are decided: none where it failed, and not
   * those whose decision would change a locked object, which the person is told.
   */
  readonly decide: (request: DecideAsked) => Promise<readonly PredictionId[]>
  /** Who, when and where, for new annotations; null while no image is open. */
  readonly stamp: () => Stamp | null
}

interface Means {
  readonly stores: StoreSet
  readonly clients: Clients
  readonly committer: Committer
  readonly ahead: ObjectsAhead
}

/** The actions of a window, and the function that stops them listening to main. */
export function createActions(stores: StoreSet, clients: Clients): { readonly actions: Actions; readonly dispose: () => void } {
  const means: Means = {
    stores,
    clients,
    committer: createCommitter(stores.document, stores.messages),
    ahead: createObjectsAhead(clients.project),
  }
  const actions = actionsOf(means)
  const stops = [
    clients.project.onChanged((change) => {
      means.committer.hear(change)
      leaveRemovedImage(stores, change)
    }),
    clients.project.onReload(() => void actions.reload()),
    means.ahead.dispose,
  ]
  return {
    actions,
    dispose: () => {
      for (const stop of stops) stop()
    },
  }
}

function actionsOf(means: Means): Actions {
  const { stores, clients } = means
  return {
    showProject: (snapshot) => {
      showProject(stores, snapshot)
    },
    hideProject: () => {
      means.ahead.forget()
      stores.predictions.setOnShow(null)
      stores.predictions.await(null, null)
      stores.document.setState(emptyDocument())
    },
    reload: () => reload(means),
    openImage: (imageId) => openImage(means, imageId),
    prepareImage: (imageId) => {
      means.ahead.prepare(imageId, stores.predictions.getState().runId)
    },
    openPrepared: (imageId) => openPrepared(means, imageId),
    chooseRun: (runId) => {
      stores.predictions.setOnShow(runId)
      return loadPredictions(means, runId, stores.document.getState().imageId)
    },
    visitRun: (runId) => loadPredictions(means, runId, stores.document.getState().imageId),
    commit: (edit) => commit(means, edit),
    undo: (images = false) => undo(means, images),
    redo: () => travel(means, 'redo', () => clients.project.redo({})),
    decide: (request) => decide(means, request),
    stamp: () => stampOf(stores),
  }
}

/** The usual run is on show unless the person chose another one that still exists. */
function showProject(stores: StoreSet, snapshot: ProjectSnapshot): void {
  stores.document.setState((state) => openProject(state, snapshot))
  const { imageId } = stores.document.getState()
  const { onShow: before, runId } = stores.predictions.getState()
  const isThere = (run: RunId | null): boolean => snapshot.runs.some(({ id }) => id === run)
  const onShow = isThere(before) ? before : (usualRun(snapshot.runs)?.id ?? null)
  stores.predictions.setOnShow(onShow)
  if (!isThere(runId)) stores.predictions.await(onShow, imageId)
}

/** An image that was removed (or whose import was undone) can't stay open. */
function leaveRemovedImage({ document }: StoreSet, { diff }: Change): void {
  const { imageId } = document.getState()
  if (diff.images.removed.some(({ id }) => id === imageId)) document.setState((state) => showImage(state, null))
}

async function reload(means: Means): Promise<void> {
  const { clients, stores } = means
  try {
    const snapshot = await clients.project.current({})
    if (snapshot === null) return
    const before = stores.document.getState().imageId
    showProject(stores, snapshot)
    const { imageId } = stores.document.getState()
    if (imageId !== null && imageId === before) await loadObjects(means, imageId)
    await loadPredictions(means, stores.predictions.getState().runId, imageId)
  } catch (thrown) {
    stores.messages.failed(t('Read the project'), thrown)
  }
}

async function openImage(means: Means, imageId: ImageId | null): Promise<void> {
  const { stores } = means
  if (imageId !== null && openPrepared(means, imageId)) return
  stores.document.setState((state) => showImage(state, imageId))
  const predictions = loadPredictions(means, stores.predictions.getState().runId, imageId)
  if (imageId !== null) await loadObjects(means, imageId)
  await predictions
}

function openPrepared({ stores, ahead }: Means, imageId: ImageId): boolean {
  const { document, predictions } = stores
  const { runId } = predictions.getState()
  const objects = ahead.take(imageId, runId)
  if (objects === null) return false
  document.setState((state) => imageLoaded(showImage(state, imageId), imageId, objects.annotations, objects.decisions))
  predictions.await(runId, imageId)
  if (runId !== null) predictions.arrive(runId, imageId, objects.predictions)
  whenIdle(() => {
    objects.annotations.prepare()
    objects.predictions.prepare()
  })
  return true
}

/** After the next frames were drawn; tests have no such thing, and wait for nothing. */
function whenIdle(task: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(task)
}

async function loadObjects({ stores, clients }: Means, imageId: ImageId): Promise<void> {
  try {
    const { annotations, decisions } = await clients.project.objects({ imageId })
    const table = ObjectTable.ofBlock(annotationBlock(annotations))
    stores.document.setState((state) => imageLoaded(state, imageId, table, decisions))
    whenIdle(() => {
      table.prepare()
    })
  } catch (thrown) {
    // Of an image that was left, or of a project that was closed, on the way: nobody misses them.
    if (stores.document.getState().imageId === imageId) stores.messages.failed(t('Read the annotations'), thrown)
  }
}

async function loadPredictions({ stores, clients }: Means, runId: RunId | null, imageId: ImageId | null): Promise<void> {
  stores.predictions.await(runId, imageId)
  if (runId === null || imageId === null) return
  try {
    const columns = await clients.project.predictions({ imageId, runId })
    const table = ObjectTable.ofBlock(predictionBlock(columns))
    stores.predictions.arrive(runId, imageId, table)
    whenIdle(() => {
      table.prepare()
    })
  } catch (thrown) {
    if (stores.predictions.getState().imageId === imageId) stores.messages.failed(t('Read the predictions'), thrown)
  }
}

/** Whether changes are possible; if not, the person is told. */
function mayChange({ document, messages }: StoreSet): boolean {
  const { project } = document.getState()
  if (project === null) return false
  if (project.readOnly !== '') messages.hint(t('This project can’t be changed here.'), heard(project.readOnly))
  return project.readOnly === ''
}

/** Whether a reader reads blind: then nothing is drawn or decided on the canvas, by whose answers one would see what others said. */
function readsBlind({ predictions, messages }: StoreSet): boolean {
  const { blind } = predictions.getState()
  if (blind !== null) messages.hint(t('Objects can’t be changed while you read.'), t('Answer with a key, or go back to the predictions.'))
  return blind !== null
}

async function commit({ stores, clients, committer }: Means, wanted: Edit): Promise<boolean> {
  if (!mayChange(stores)) return false
  if ((wanted.put.annotations ?? wanted.remove.annotations ?? wanted.amend) !== undefined && readsBlind(stores)) return false
  const { tables } = stores.document.getState()
  const { edit, locked } = sparingLocked(begunBy(wanted, tables), tables.annotations)
  if (locked > 0) sayLocked(stores.messages, locked)
  if (edit === null) return false
  const change = await committer.send(edit.label, { edit, decides: [] }, () => clients.project.edit(edit))
  return change !== null
}

/** One key too many does not empty a project: an undo that takes images out of it is asked for once more. */
async function undo(means: Means, sure: boolean): Promise<void> {
  const { stores, clients } = means
  const taking = (images: boolean) => () => clients.project.undo({ images })
  const again = { label: t('Take them out'), run: () => void travel(means, 'undo', taking(true)) }
  await travel(means, 'undo', taking(sure), (thrown) => {
    const { code, message, hint = '' } = toErrorInfo(thrown)
    if (code !== 'takes-images') return false
    stores.messages.tell({ kind: 'hint', title: heard(message), text: heard(hint), error: null, undo: false, offer: again })
    return true
  })
}

async function travel(
  means: Means,
  doing: 'undo' | 'redo',
  call: () => Promise<Change | null>,
  isAnswered: (thrown: unknown) => boolean = () => false,
): Promise<void> {
  const { stores } = means
  if (!mayChange(stores)) return
  try {
    const change = await call()
    if (change === null) stores.messages.hint(doing === 'undo' ? t('Nothing to undo.') : t('Nothing to redo.'))
    else await showChange(means, doing, change)
  } catch (thrown) {
    if (!isAnswered(thrown)) stores.messages.failed(doing === 'undo' ? t('Undo') : t('Redo'), thrown)
  }
}

/** More objects than this are not selected after an undo: the canvas shows them anyway. */
const SELECTED_AFTER_UNDO = 50

/** What an undo changed is seen: on its own image, and selected. */
async function showChange(means: Means, doing: 'undo' | 'redo', { label, diff }: Change): Promise<void> {
  const { stores } = means
  const what = heard(label)
  stores.messages.done(doing === 'undo' ? t('Undone: {{what}}', { what }) : t('Done again: {{what}}', { what }))
  const { added, updated, removed, amended } = diff.annotations
  const put = [...added, ...updated.map(([, after]) => after)]
  const images = new Set([...[...put, ...removed, ...amended].map(({ imageId }) => imageId), ...diff.images.added.map(({ id }) => id)])
  const [only] = images
  const { imageId, tables } = stores.document.getState()
  // A redo may take the image itself away.
  if (images.size === 1 && only !== undefined && only !== imageId && tables.images.has(only)) await openImage(means, only)
  const { annotations } = stores.document.getState().tables
  // A label of the image as a whole is no object on it.
  const changed = [...put, ...amended].map(({ id }) => id)
  if (changed.length === 0 || changed.length > SELECTED_AFTER_UNDO) return
  const seen = changed.filter((id) => (annotations.get(id)?.shape.type ?? 'image') !== 'image')
  if (seen.length > 0) stores.selection.select(seen)
}

function stampOf({ document, tool }: StoreSet): Stamp | null {
  const { imageId } = document.getState()
  if (imageId === null) return null
  return { imageId, author: tool.getState().author, now: new Date().toISOString(), newId: () => annotationId.parse(newId()) }
}

const DOING = { accept: say('Accept'), correct: say('Correct'), reject: say('Reject') } as const

async function decide({ stores, clients, committer }: Means, request: DecideAsked): Promise<readonly PredictionId[]> {
  const decides = [...request.predictions, ...(request.rejects ?? [])]
  if (!mayChange(stores) || decides.length === 0 || readsBlind(stores)) return []
  const annotations = request.kind === 'reject' ? [] : standins(stores, request)
  for (const { id, predictionId } of annotations) if (predictionId !== null) stores.selection.rename(predictionId, id)
  const optimistic: Optimistic<Change> = {
    edit: { put: { annotations }, remove: {} },
    decides,
    settle: (change) => {
      nameStandins(stores, annotations, change)
    },
  }
  const change = await committer.send(DOING[request.kind], optimistic, () => clients.project.decide({ rejects: [], ...request }))
  if (change === null) return []
  const locked = new Set(change.locked)
  if (locked.size > 0) sayLocked(stores.messages, locked.size)
  return decides.filter((id) => !locked.has(id))
}

/** The annotations that accepted or corrected predictions will become, shown until main made the real ones. */
function standins(stores: StoreSet, { predictions, kind, to }: DecideAsked): AnnotationRecord[] {
  const stamp = stampOf(stores)
  if (stamp === null) return []
  const known = stores.predictions.getState().predictions
  const made = predictions.flatMap((id) => known.get(id) ?? [])
  const plain = { ...PLAIN, createdAt: stamp.now }
  return made.map(({ id, classId, shape }) => ({
    ...((shape.type === 'image' ? labelOf(stores) : null) ?? { id: stamp.newId(), imageId: stamp.imageId, ...plain }),
    classId: to?.classId ?? classId,
    shape: to?.shape ?? shape,
    origin: kind === 'accept' ? 'accepted' : 'corrected',
    predictionId: id,
    author: stamp.author,
    updatedAt: stamp.now,
  }))
}

/** The label of the open image as a whole: an image has one, which takes the class that is accepted for it. */
function labelOf({ document }: StoreSet): AnnotationRecord | undefined {
  return [...document.getState().tables.annotations.values()].find(({ shape }) => shape.type === 'image')
}

/** Lets what was selected of the stand-ins stay selected: as the annotations that main made, or as predictions again if it made none. */
function nameStandins({ selection }: StoreSet, shown: readonly AnnotationRecord[], change: Change | null): void {
  const real = new Map<PredictionId | null, AnnotationId>(change?.diff.annotations.added.map(({ id, predictionId }) => [predictionId, id]))
  for (const { id, predictionId } of shown) {
    const name = real.get(predictionId) ?? predictionId
    if (name !== null) selection.rename(id, name)
  }
  selection.markAccepted([...real.values()])
}
