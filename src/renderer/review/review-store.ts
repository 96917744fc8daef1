import { createStore, type StoreApi } from 'zustand/vanilla'
import { annotationsOf } from '#shared/objects/annotation-columns.ts'
import { predictionsOf } from '#shared/objects/prediction-columns.ts'
import { type Change } from '#shared/records/edit.ts'
import { type ImageId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { type ProjectClient } from '../state/clients.ts'
import { type DocumentState } from '../state/document.ts'
import { labelsImages, saidOf } from '../labels/said.ts'
import {
  ALL_SCORES,
  type Answered,
  doneFrom,
  nextOpen,
  openPredictions,
  queueOf,
  UNCERTAIN,
  type ImageDoubts,
  type QueueSettings,
} from './queue.ts'

export interface ReviewState extends QueueSettings, Answered {
  readonly runId: RunId | null
  /** Images that a person declared done are looked at too. */
  readonly doneToo: boolean
  /** Predictions of the run that were open when they were read, in the images' order. */
  readonly found: readonly PredictionRecord[]
  readonly queue: readonly PredictionRecord[]
  /** Place in the queue; -1 while it is empty or all is decided. */
  readonly at: number
  /** Images read so far and all of them; null when the reading is over. */
  readonly reading: { readonly done: number; readonly total: number } | null
  readonly gallery: boolean
  /** Of tasks that label images as wholes: how unsure the run is of each. */
  readonly doubts: ImageDoubts
}

export function emptyReview(): ReviewState {
  return {
    ...UNCERTAIN,
    runId: null,
    doneToo: false,
    found: [],
    queue: [],
    decided: new Set(),
    finished: new Set(),
    at: -1,
    reading: null,
    gallery: false,
    doubts: new Map(),
  }
}

/** The state with its queue made anew; the current item stays current if it is still in it. */
export function requeued(state: ReviewState, part: Partial<ReviewState>): ReviewState {
  const next = { ...state, ...part }
  const queue = queueOf(next.found, next, next.doubts)
  const current = state.queue[state.at]?.id
  const at = queue.findIndex(({ id }) => id === current)
  return { ...next, queue, at: at >= 0 ? at : nextOpen(queue, next, -1, 1) }
}

/** Decisions that were made or taken back anywhere, and images that were finished or opened again; what was taken back is current again. */
export function answersChanged(state: ReviewState, { diff, kind }: Change): ReviewState {
  const { added, removed } = diff.decisions
  const states = diff.images.updated.filter(([before, after]) => isFinished(before) !== isFinished(after))
  if (added.length + removed.length + states.length === 0) return state
  const decided = new Set(state.decided)
  for (const { predictionId } of added) decided.add(predictionId)
  for (const { predictionId } of removed) decided.delete(predictionId)
  const finished = new Set(state.finished)
  for (const [, after] of states) {
    if (isFinished(after) && !state.doneToo) finished.add(after.id)
    else finished.delete(after.id)
  }
  const next = { ...state, decided, finished }
  const back = kind === 'edit' ? undefined : removed[0]?.predictionId
  const at = back === undefined ? state.at : state.queue.findIndex(({ id }) => id === back)
  return { ...next, at: at >= 0 ? at : nextOpen(state.queue, next, -1, 1) }
}

const isFinished = ({ state }: ImageRecord): boolean => state === 'done' || state === 'reviewed'

/** Open predictions that still keep the image of an item from being done. */
export function leftOnImage(state: ReviewState, imageId: ImageId): number {
  const from = doneFrom(state)
  return state.found.filter((one) => one.imageId === imageId && one.score >= from && !state.decided.has(one.id)).length
}

export type ReviewStore = StoreApi<ReviewState> & {
  readonly configure: (settings: Partial<Pick<ReviewState, 'order' | 'low' | 'high' | 'gallery'>>) => void
  /** Reads the open predictions of a run, image by image. */
  readonly read: (runId: RunId | null, doneToo: boolean) => Promise<void>
  readonly move: (step: 1 | -1) => void
  readonly goTo: (id: PredictionId) => void
  readonly clear: () => void
  readonly dispose: () => void
}

const settingsOf = ({ order, low, high, gallery }: ReviewState) => ({ order, low, high, gallery })

/** Milliseconds between two queues while images are read: sorting a growing queue for every few images would take longer than reading them. */
const SHOW_EVERY = 500

/** So many images are asked for at a time. */
const AT_ONCE = 6

export function createReviewStore(project: ProjectClient, document: StoreApi<DocumentState>): ReviewStore {
  const store = createStore<ReviewState>(emptyReview)
  const stop = project.onChanged((change) => {
    store.setState((state) => answersChanged(state, change))
  })
  let reading = 0
  const read = async (runId: RunId | null, doneToo: boolean): Promise<void> => {
    const mine = ++reading
    const before = store.getState()
    // The same question again (the place was left meanwhile): what is seen stays until all is read anew.
    const again = before.runId === runId && before.doneToo === doneToo && before.found.length > 0
    const whole = labelsImages(document.getState().project?.task)
    if (!again) store.setState((state) => ({ ...emptyReview(), ...settingsOf(state), ...(whole ? ALL_SCORES : {}), runId, doneToo }))
    if (runId === null) return
    if (whole) {
      const doubts = await doubtsOf(project, document.getState(), runId)
      if (mine === reading) store.setState({ doubts })
    }
    const images = await wantedImages(project, document.getState(), runId, doneToo)
    const found: PredictionRecord[] = []
    let nextShown = 0
    for (let start = 0; start < images.length && mine === reading; start += AT_ONCE) {
      store.setState({ reading: { done: start, total: images.length } })
      const part = await Promise.all(images.slice(start, start + AT_ONCE).map((id) => openOn(project, id, runId)))
      found.push(...part.flat())
      if (again || mine !== reading || performance.now() < nextShown) continue
      store.setState((state) => requeued(state, { found: [...found] }))
      nextShown = performance.now() + SHOW_EVERY
    }
    if (mine === reading) store.setState((state) => ({ ...requeued(state, { found }), reading: null }))
  }
  return Object.assign(store, {
    configure: (settings: Partial<ReviewState>) => {
      store.setState((state) => requeued(state, settings))
    },
    read,
    move: (step: 1 | -1) => {
      store.setState((state) => ({ at: nextOpen(state.queue, state, state.at, step) }))
    },
    goTo: (id: PredictionId) => {
      store.setState((state) => ({ at: state.queue.findIndex((one) => one.id === id) }))
    },
    clear: () => {
      reading++
      store.setState(emptyReview())
    },
    dispose: stop,
  })
}

/** Images on which the run found anything and which are not declared done. */
async function wantedImages(client: ProjectClient, { images, project }: DocumentState, runId: RunId, doneToo: boolean): Promise<ImageId[]> {
  if (project?.task === 'classification') {
    // Labelled images have nothing left to decide: they are not even read.
    const labelled = new Set((await client.labels({})).map(({ imageId }) => imageId))
    return images.filter(({ id }) => !labelled.has(id)).map(({ id }) => id)
  }
  const counts = await client.counts({ source: { kind: 'predictions', runId, score: 0 } })
  const found = new Set(counts.filter((row) => row.counts.some(({ count }) => count > 0)).map(({ imageId }) => imageId))
  return images.filter(({ id, state }) => found.has(id) && (doneToo || (state !== 'done' && state !== 'reviewed'))).map(({ id }) => id)
}

async function doubtsOf(project: ProjectClient, { runs, models, classes }: DocumentState, runId: RunId): Promise<ImageDoubts> {
  const model = models.find(({ id }) => id === runs.find((run) => run.id === runId)?.modelId)
  if (!model) return new Map()
  const said = saidOf(await project.results({ runId }), model, classes)
  return new Map([...said].map(([id, { doubt }]) => [id, doubt]))
}

async function openOn(project: ProjectClient, imageId: ImageId, runId: RunId): Promise<PredictionRecord[]> {
  const [predictions, decisions, annotations] = await Promise.all([
    project.predictions({ imageId, runId }),
    project.decisions({ imageId }),
    project.annotations({ imageId }),
  ])
  const decided = new Set(decisions.map(({ predictionId }) => predictionId))
  return openPredictions(predictionsOf(predictions), decided, annotationsOf(annotations))
}
