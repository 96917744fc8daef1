import { createStore, type StoreApi } from 'zustand/vanilla'
import { squareMillimetresOf } from '#shared/areas.ts'
import { ANSWER, type ReviewColumns } from '#shared/contracts/review.ts'
import { type Change } from '#shared/records/edit.ts'
import { type ImageId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { type DecisionRecord } from '#shared/records/prediction.ts'
import { isFinished } from '#shared/records/image.ts'
import { keptTogether } from '#shared/origin.ts'
import { type ProjectClient } from '../state/clients.ts'
import { type DocumentState } from '../state/document.ts'
import { labelsImages, saidOf } from '../labels/said.ts'
import { answersIn, itemsByImage, itemsOf, type ReviewItem } from './items.ts'
import { foresee, labelsChanged, type Shown } from './shown.ts'
import { ALL_SCORES, type Answered, doneFrom, FROM_UNCERTAIN, isDecided, isOpen, isShown, nextOpen, openBefore, type Queue, queueOf, type ImageDoubts, type QueueSettings } from './queue.ts' // prettier-ignore

export interface ReviewState extends QueueSettings, Answered, Shown, Queue {
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
      rows: new Uint32Array(0),
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
    ...{ shown: new Uint16Array(0), foreseen: new Map<PredictionId, readonly number[]>() },
  }
}

/** The pace that the rest is estimated by is that of so many last answers: of a minute at least, however fast they come. */
const PACE = 600

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

/** The state after answers of which main has not heard yet, with what they will show. */
function foreseen(state: ReviewState, rowOf: ReadonlyMap<PredictionId, number>, given: ReadonlyMap<PredictionId, number>): ReviewState {
  const next = answered(state, rowOf, given)
  if (next === null) return state
  const items = [...given].flatMap(([id, answer]): [ReviewItem, number][] => {
    const row = rowOf.get(id)
    return row === undefined ? [] : [[state.items[row]!, answer]]
  })
  return foresee(next, items)
}

/**
 * Labels that came and went, decisions that were made or taken back anywhere, and images that were finished or opened again; what was taken back is
 * current again, and what a label shows now is asked no more.
 */
export function answersChanged(
  state: ReviewState,
  { rowOf, known }: { readonly rowOf: ReadonlyMap<PredictionId, number>; readonly known: Iterable<DecisionRecord> },
  change: Change,
): ReviewState {
  const { diff, kind } = change
  const states = diff.images.updated.filter(([before, after]) => isFinished(before) !== isFinished(after))
  const given = answersIn(change, state.columns?.classIds ?? [], known)
  const placed = labelsChanged(state, diff)
  if (given.size + states.length === 0 && placed === state) return state
  const next = answered(placed, rowOf, given) ?? placed
  const changed = new Set(state.finished)
  for (const [, after] of states) {
    if (isFinished(after) && !state.doneToo) changed.add(after.id)
    else changed.delete(after.id)
  }
  // The same set while nothing was finished: what is reckoned from it holds.
  const finished = states.length === 0 ? state.finished : changed
  const back = kind === 'edit' ? undefined : diff.decisions.removed[0]?.predictionId
  const at = back === undefined ? state.at : state.queue.findIndex(({ id }) => id === back)
  const after = { ...next, finished }
  const current = after.queue[at]
  return { ...after, at: current && !isShown(current, after) ? at : nextOpen(after.queue, after, at) }
}

/** Items that were open when they were read. */
export const askedItems = ({ items, asked }: Pick<ReviewState, 'items' | 'asked'>): ReviewItem[] =>
  items.filter(({ row }) => asked[row] === 1)

/** Whether somebody is in the middle of the queue: some of it is decided since it was read, and some is open. */
export const isUnderWay = (state: ReviewState): boolean =>
  state.queue.some((item) => isDecided(item, state)) && state.queue.some((item) => isOpen(item, state))

/** Open predictions that still keep the image of an item from being done. */
export function leftOnImage(state: ReviewState, imageId: ImageId): number {
  const from = doneFrom(state)
  const items = itemsByImage(state.items).get(imageId) ?? []
  return items.filter((one) => one.score >= from && !isDecided(one, state) && !isShown(one, state)).length
}

export type ReviewStore = StoreApi<ReviewState> & {
  readonly configure: (settings: Partial<Pick<ReviewState, 'order' | 'low' | 'high' | 'gallery'>>) => void
  /** Reads what a run found. */
  readonly read: (runId: RunId | null, doneToo: boolean) => Promise<void>
  /** To the next open one, or the one before; false where there is none before. */
  readonly move: (step: 1 | -1) => boolean
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
    // Those of the open image: the one on which annotations are changed.
    const known = document.getState().tables.decisions.values()
    store.setState((state) => resized(answersChanged(state, { rowOf, known }, change), document.getState(), change))
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
      store.setState((state) => configured(state, settings, document.getState()))
    },
    read,
    move: (step: 1 | -1) => moved(store, step),
    goTo: (id: PredictionId) => {
      store.setState((state) => ({ at: state.queue.findIndex((one) => one.id === id) }))
    },
    answer: (given: ReadonlyMap<PredictionId, number>) => {
      store.setState((state) => foreseen(state, rowOf, given))
    },
    clear: () => {
      reading++
      store.setState(emptyReview())
    },
    dispose: stop,
  })
}

/** Goes to the next open one, or to the one before; false where there is none before. */
function moved(store: StoreApi<ReviewState>, step: 1 | -1): boolean {
  const state = store.getState()
  const at = step === 1 ? nextOpen(state.queue, state, state.at) : openBefore(state.queue, state, state.at)
  if (step === -1 && at < 0) return false
  store.setState({ at })
  return true
}

/** The state with the area that estimates are told by, where pixel sizes are others now; else the very same. */
function resized(state: ReviewState, { tables }: DocumentState, { diff }: Change): ReviewState {
  const { columns } = state
  const others = diff.images.updated.filter(([before, after]) => before.micronsPerPixel !== after.micronsPerPixel)
  if (columns === null || others.length === 0) return state
  const now = new Map(others.map(([, after]) => [after.id, after]))
  const images = columns.imageIds.map((id) => now.get(id) ?? tables.images.get(id) ?? { micronsPerPixel: null })
  return { ...state, columns: { ...columns, area: squareMillimetresOf(images, columns.pixels) } }
}

const settingsOf = ({ order, low, high, gallery, context }: ReviewState) => ({ order, low, high, gallery, context })

/** What is new with columns that were just read. */
function begun(
  columns: ReviewColumns,
  items: readonly ReviewItem[],
): Pick<ReviewState, 'columns' | 'items' | 'asked' | 'answers' | 'finished' | keyof Shown> {
  const asked = Uint8Array.from(columns.answers, (answer) => (answer === ANSWER.open ? 1 : 0))
  return { columns, items, asked, answers: columns.answers.slice(), finished: new Set(), shown: columns.shown, foreseen: new Map() }
}

/** The state with other settings of its queue. */
function configured(state: ReviewState, settings: Partial<ReviewState>, documents: DocumentState): ReviewState {
  const isOther = settings.order !== undefined && settings.order !== state.order
  return requeued({ ...state, ...settings, ...(isOther ? { at: -1 } : {}) }, documents)
}

/** The state with its queue made anew; the current item stays current if it is still in it, unless another order was chosen: that begins at its first. */
function requeued(state: ReviewState, { tables }: DocumentState): ReviewState {
  const { columns, items, doubts, asked } = state
  if (columns === null) return state
  const groupOf = (id: ImageId): string | null => {
    const image = tables.images.get(id)
    return image ? keptTogether(image) : null
  }
  const made = queueOf({ items, columns, doubts, groupOf }, ({ row }) => asked[row] === 1, state)
  const current = state.queue[state.at]?.id
  const at = made.queue.findIndex(({ id }) => id === current)
  return { ...state, ...made, at: at >= 0 ? at : nextOpen(made.queue, state, -1) }
}

async function doubtsOf(project: ProjectClient, { runs, models, classes }: DocumentState, runId: RunId): Promise<ImageDoubts> {
  const model = models.find(({ id }) => id === runs.find((run) => run.id === runId)?.modelId)
  if (!model) return new Map()
  const said = saidOf(await project.results({ runId }), model, classes)
  return new Map([...said].map(([id, { doubt }]) => [id, doubt]))
}
