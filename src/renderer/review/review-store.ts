import { createStore, type StoreApi } from 'zustand/vanilla'
import { ANSWER, type ReviewColumns } from '#shared/contracts/review.ts'
import { type Change } from '#shared/records/edit.ts'
import { type ImageId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { isFinished } from '#shared/records/image.ts'
import { groupBy } from '#shared/group-by.ts'
import { type ProjectClient } from '../state/clients.ts'
import { type DocumentState } from '../state/document.ts'
import { labelsImages, saidOf } from '../labels/said.ts'
import { answersIn, itemsOf, type ReviewItem } from './items.ts'
import { ALL_SCORES, type Answered, doneFrom, FROM_UNCERTAIN, isDecided, isOpen, nextOpen, type Queue, queueOf, type ImageDoubts, type QueueSettings } from './queue.ts' // prettier-ignore

export interface ReviewState extends QueueSettings, Answered, Queue {
  readonly runId: RunId | null
  /** Images that a person declared done are looked at too. */
  readonly doneToo: boolean
  /** What the run found; null before it was read. */
  readonly columns: ReviewColumns | null
  readonly items: readonly ReviewItem[]
  /** By row, whether it was open when it was read: what the queue asks about. */
  readonly asked: Uint8Array
  /** Place in the queue; -1 while it is empty or all is decided. */
  readonly at: number
  readonly reading: boolean
  readonly gallery: boolean
  /** An object that is asked about alone is shown with much of what lies around it, not close up. */
  readonly context: boolean
  /** Of the gallery: the page of open objects that is shown, from 0, and those on it that are marked as wrong. */
  readonly page: number
  readonly wrong: ReadonlySet<PredictionId>
  /** Of tasks that label images as wholes: how unsure the run is of each. */
  readonly doubts: ImageDoubts
  /** When the last answers were given, milliseconds; the newest at the end. */
  readonly times: readonly number[]
}

export function emptyReview(): ReviewState {
  return {
    ...FROM_UNCERTAIN,
    ...{ runId: null, doneToo: false, columns: null, items: [], asked: new Uint8Array(0), times: [] },
    ...{
      queue: [],
      reasons: null,
      draws: new Float64Array(0),
      ranks: new Float64Array(0),
      at: -1,
      reading: false,
      gallery: false,
      context: false,
    },
    ...{ page: 0, wrong: new Set<PredictionId>() },
    ...{ answers: new Int16Array(0), finished: new Set<ImageId>(), doubts: new Map() },
  }
}

/** Answers of a minute or two: the pace that the rest is estimated by. */
const PACE = 40

/** The state after answers, by prediction; such as it does not know are left. Null where nothing changed. */
export function answered(
  state: ReviewState,
  rowOf: ReadonlyMap<PredictionId, number>,
  given: ReadonlyMap<PredictionId, number>,
): ReviewState | null {
  const news = [...given].flatMap(([id, answer]): [number, number][] => {
    const row = rowOf.get(id)
    return row === undefined || state.answers[row] === answer ? [] : [[row, answer]]
  })
  if (news.length === 0) return null
  const answers = state.answers.slice()
  for (const [row, answer] of news) answers[row] = answer
  // Many at once say nothing of a person's pace.
  const isOne = news.length === 1 && news[0]![1] !== ANSWER.open
  return { ...state, answers, times: isOne ? [...state.times.slice(1 - PACE), Date.now()] : state.times }
}

/** Decisions that were made or taken back anywhere, and images that were finished or opened again; what was taken back is current again. */
export function answersChanged(state: ReviewState, rowOf: ReadonlyMap<PredictionId, number>, change: Change): ReviewState {
  const { diff, kind } = change
  const states = diff.images.updated.filter(([before, after]) => isFinished(before) !== isFinished(after))
  const given = answersIn(change, state.columns?.classIds ?? [])
  if (given.size + states.length === 0) return state
  const next = answered(state, rowOf, given) ?? state
  const changed = new Set(state.finished)
  for (const [, after] of states) {
    if (isFinished(after) && !state.doneToo) changed.add(after.id)
    else changed.delete(after.id)
  }
  // The same set while nothing was finished: what is reckoned from it holds.
  const finished = states.length === 0 ? state.finished : changed
  const back = kind === 'edit' ? undefined : diff.decisions.removed[0]?.predictionId
  const at = back === undefined ? state.at : state.queue.findIndex(({ id }) => id === back)
  return { ...next, finished, at: at >= 0 ? at : nextOpen(state.queue, { answers: next.answers, finished }, -1, 1) }
}

/** Items that were open when they were read. */
export const askedItems = ({ items, asked }: Pick<ReviewState, 'items' | 'asked'>): ReviewItem[] =>
  items.filter(({ row }) => asked[row] === 1)

/** Whether somebody is in the middle of the queue: some of it is decided since it was read, and some is open. */
export const isUnderWay = (state: ReviewState): boolean =>
  state.queue.some((item) => isDecided(item, state)) && state.queue.some((item) => isOpen(item, state))

const byImage = new WeakMap<readonly ReviewItem[], ReadonlyMap<ImageId, readonly ReviewItem[]>>()

/** Items by their image; made once for a list. */
function itemsByImage(items: readonly ReviewItem[]): ReadonlyMap<ImageId, readonly ReviewItem[]> {
  const made = byImage.get(items) ?? groupBy(items, ({ imageId }) => imageId)
  byImage.set(items, made)
  return made
}

/** Open predictions that still keep the image of an item from being done. */
export function leftOnImage(state: ReviewState, imageId: ImageId): number {
  const from = doneFrom(state)
  const items = itemsByImage(state.items).get(imageId) ?? []
  return items.filter((one) => one.score >= from && !isDecided(one, state)).length
}

export type ReviewStore = StoreApi<ReviewState> & {
  readonly configure: (settings: Partial<Pick<ReviewState, 'order' | 'low' | 'high' | 'gallery'>>) => void
  /** Reads what a run found. */
  readonly read: (runId: RunId | null, doneToo: boolean) => Promise<void>
  readonly move: (step: 1 | -1) => void
  readonly goTo: (id: PredictionId) => void
  /** Answers before main has heard of them, as `ReviewColumns.answers`; `ANSWER.open` takes one back. */
  readonly answer: (given: ReadonlyMap<PredictionId, number>) => void
  readonly clear: () => void
  readonly dispose: () => void
}

export function createReviewStore(project: ProjectClient, document: StoreApi<DocumentState>): ReviewStore {
  const store = createStore<ReviewState>(emptyReview)
  let rowOf: ReadonlyMap<PredictionId, number> = new Map()
  const stop = project.onChanged((change) => {
    store.setState((state) => answersChanged(state, rowOf, change))
  })
  let reading = 0
  const read = async (runId: RunId | null, doneToo: boolean): Promise<void> => {
    const mine = ++reading
    const before = store.getState()
    // The same question again (the place was left meanwhile): what is seen stays until all is read anew.
    const again = before.runId === runId && before.doneToo === doneToo && before.items.length > 0
    const whole = labelsImages(document.getState().project?.task)
    if (!again)
      store.setState({
        ...emptyReview(),
        ...settingsOf(before),
        ...(whole ? { low: ALL_SCORES.low, high: ALL_SCORES.high } : {}),
        runId,
        doneToo,
      })
    if (runId === null) return
    store.setState({ reading: true })
    try {
      const [columns, doubts] = await Promise.all([
        project.reviewItems({ runId, finishedToo: doneToo }),
        whole ? doubtsOf(project, document.getState(), runId) : new Map<ImageId, number>(),
      ])
      if (mine !== reading) return
      const items = itemsOf(columns)
      rowOf = new Map(items.map(({ id, row }) => [id, row]))
      store.setState((state) => requeued({ ...state, ...begun(columns, items), doubts }, document.getState()))
    } finally {
      if (mine === reading) store.setState({ reading: false })
    }
  }
  return Object.assign(store, {
    configure: (settings: Partial<ReviewState>) => {
      store.setState((state) => {
        const isOther = settings.order !== undefined && settings.order !== state.order
        return requeued({ ...state, ...settings, ...(isOther ? { at: -1 } : {}) }, document.getState())
      })
    },
    read,
    move: (step: 1 | -1) => {
      store.setState((state) => ({ at: nextOpen(state.queue, state, state.at, step) }))
    },
    goTo: (id: PredictionId) => {
      store.setState((state) => ({ at: state.queue.findIndex((one) => one.id === id) }))
    },
    answer: (given: ReadonlyMap<PredictionId, number>) => {
      store.setState((state) => answered(state, rowOf, given) ?? state)
    },
    clear: () => {
      reading++
      store.setState(emptyReview())
    },
    dispose: stop,
  })
}

const settingsOf = ({ order, low, high, gallery, context }: ReviewState) => ({ order, low, high, gallery, context })

/** What is new with columns that were just read. */
function begun(
  columns: ReviewColumns,
  items: readonly ReviewItem[],
): Pick<ReviewState, 'columns' | 'items' | 'asked' | 'answers' | 'finished'> {
  const asked = Uint8Array.from(columns.answers, (answer) => (answer === ANSWER.open ? 1 : 0))
  return { columns, items, asked, answers: columns.answers.slice(), finished: new Set() }
}

/** The state with its queue made anew; the current item stays current if it is still in it, unless another order was chosen: that begins at its first. */
function requeued(state: ReviewState, { tables }: DocumentState): ReviewState {
  const { columns, items, doubts, asked } = state
  if (columns === null) return state
  const groupOf = (id: ImageId): string | null => tables.images.get(id)?.group ?? null
  const made = queueOf({ items, columns, doubts, groupOf }, ({ row }) => asked[row] === 1, state)
  const current = state.queue[state.at]?.id
  const at = made.queue.findIndex(({ id }) => id === current)
  return { ...state, ...made, at: at >= 0 ? at : nextOpen(made.queue, state, -1, 1) }
}

async function doubtsOf(project: ProjectClient, { runs, models, classes }: DocumentState, runId: RunId): Promise<ImageDoubts> {
  const model = models.find(({ id }) => id === runs.find((run) => run.id === runId)?.modelId)
  if (!model) return new Map()
  const said = saidOf(await project.results({ runId }), model, classes)
  return new Map([...said].map(([id, { doubt }]) => [id, doubt]))
}
