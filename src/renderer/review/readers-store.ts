import { createStore, type StoreApi } from 'zustand/vanilla'
import { type AgreementView, type ItemToRead, type ItemToSettle, type ReadersView } from '#shared/contracts/readers.ts'
import { type ClassId, type RunId } from '#shared/records/ids.ts'
import { type ProjectClient } from '../state/clients.ts'
import { touched } from './touched.ts'

/** What is done with what readers say: read blind, or settled where they differ. */
export type ReadersTask = 'read' | 'settle'

export interface ReadersState {
  /** Review asks about these in place of open predictions. */
  readonly on: boolean
  readonly task: ReadersTask
  readonly runId: RunId | null
  readonly person: string
  readonly toRead: readonly ItemToRead[]
  readonly toSettle: readonly ItemToSettle[]
  readonly agreement: AgreementView | null
  /** Place in the list of the task. */
  readonly at: number
  readonly reading: boolean
}

const EMPTY: ReadersState = {
  ...{ on: false, task: 'read', runId: null, person: '', toRead: [], toSettle: [], agreement: null, at: 0, reading: false },
}

const listOf = ({ task, toRead, toSettle }: ReadersState): readonly ItemToRead[] => (task === 'read' ? toRead : toSettle)

/** What is asked about now. */
export const currentReading = (state: ReadersState): ItemToRead | null => (state.on ? (listOf(state)[state.at] ?? null) : null)

const NOBODY: ItemToSettle['said'] = []

/** What readers say of the current one: nothing while it is read blind. */
export const currentSaid = (state: ReadersState): ItemToSettle['said'] =>
  state.on && state.task === 'settle' ? (state.toSettle[state.at]?.said ?? NOBODY) : NOBODY

export type ReadersStore = StoreApi<ReadersState> & {
  readonly turn: (on: boolean) => void
  readonly choose: (task: ReadersTask) => void
  readonly read: (runId: RunId | null) => Promise<void>
  /** To the next one, round the end, or the one before; false where there is none before. */
  readonly move: (step: 1 | -1) => boolean
  /** Answers the current one: it leaves the list at once and comes back where main refuses. */
  readonly answer: (classId: ClassId | null) => Promise<void>
  readonly clear: () => void
  readonly dispose: () => void
}

/** What main told. One that came back is asked about, in whichever list it is; else what is asked about stays so where it is still to be. */
function withView(state: ReadersState, view: ReadersView | null, isBack: (item: ItemToRead) => boolean): ReadersState {
  const current = currentReading(state)?.predictionId
  const next = { ...state, ...(view ?? { toRead: [], toSettle: [], agreement: null }) }
  const other: ReadersState = { ...next, task: next.task === 'read' ? 'settle' : 'read' }
  for (const tried of [next, other]) {
    const at = listOf(tried).findIndex(isBack)
    if (at >= 0) return { ...tried, at }
  }
  const same = listOf(next).findIndex(({ predictionId }) => predictionId === current)
  return { ...next, at: Math.max(0, same) }
}

const NOTHING_BACK = (): boolean => false

function without(state: ReadersState, { predictionId }: ItemToRead): ReadersState {
  const isOther = (one: ItemToRead): boolean => one.predictionId !== predictionId
  const next = { ...state, toRead: state.toRead.filter(isOther), toSettle: state.toSettle.filter(isOther) }
  return { ...next, at: state.at >= listOf(next).length ? 0 : state.at }
}

export function createReadersStore(project: ProjectClient): ReadersStore {
  const store = createStore<ReadersState>(() => EMPTY)
  let asked = 0
  let isBack: (item: ItemToRead) => boolean = NOTHING_BACK
  const read = async (runId: RunId | null): Promise<void> => {
    const mine = ++asked
    store.setState({ runId, reading: runId !== null })
    try {
      const view = runId === null ? null : await project.readers({ runId })
      if (mine !== asked) return
      store.setState((state) => withView(state, view, isBack))
      isBack = NOTHING_BACK
    } finally {
      if (mine === asked) store.setState({ reading: false })
    }
  }
  const answer = async (classId: ClassId | null): Promise<void> => {
    const before = store.getState()
    const item = currentReading(before)
    if (item === null) return
    const { predictionId } = item
    store.setState((state) => without(state, item))
    try {
      const call = before.task === 'read' ? project.read : project.settleReading
      await call({ predictionId, classId })
    } finally {
      await read(before.runId)
    }
  }
  const stop = project.onChanged((change) => {
    const { on, runId } = store.getState()
    if (change.kind === 'edit' || !on) return
    // What is done again does not come back.
    isBack = change.kind === 'undo' ? touched(change) : NOTHING_BACK
    read(runId).catch(() => undefined)
  })
  return Object.assign(store, {
    turn: (on: boolean) => {
      store.setState({ on, at: 0 })
    },
    choose: (task: ReadersTask) => {
      store.setState({ task, at: 0 })
    },
    read,
    move: (step: 1 | -1) => {
      const state = store.getState()
      const { length } = listOf(state)
      if (state.at + step < 0) return false
      store.setState({ at: length === 0 ? 0 : (state.at + step) % length })
      return true
    },
    answer,
    clear: () => {
      asked++
      store.setState(EMPTY)
    },
    dispose: stop,
  })
}
