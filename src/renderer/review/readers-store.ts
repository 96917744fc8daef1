import { createStore, type StoreApi } from 'zustand/vanilla'
import { type AgreementView, type ItemToRead, type ItemToSettle, type ReadersView } from '#shared/contracts/readers.ts'
import { type ClassId, type RunId } from '#shared/records/ids.ts'
import { type ProjectClient } from '../state/clients.ts'

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
  readonly move: (step: 1 | -1) => void
  /** Answers the current one: it leaves the list at once and comes back where main refuses. */
  readonly answer: (classId: ClassId | null) => Promise<void>
  readonly clear: () => void
  readonly dispose: () => void
}

/** What main told; what is asked about stays so where it is still to be. */
function withView(state: ReadersState, view: ReadersView | null): ReadersState {
  const current = currentReading(state)?.predictionId
  const next = { ...state, ...(view ?? { toRead: [], toSettle: [], agreement: null }) }
  return {
    ...next,
    at: Math.max(
      0,
      listOf(next).findIndex(({ predictionId }) => predictionId === current),
    ),
  }
}

function without(state: ReadersState, { predictionId }: ItemToRead): ReadersState {
  const isOther = (one: ItemToRead): boolean => one.predictionId !== predictionId
  const next = { ...state, toRead: state.toRead.filter(isOther), toSettle: state.toSettle.filter(isOther) }
  return { ...next, at: state.at >= listOf(next).length ? 0 : state.at }
}

export function createReadersStore(project: ProjectClient): ReadersStore {
  const store = createStore<ReadersState>(() => EMPTY)
  let asked = 0
  const read = async (runId: RunId | null): Promise<void> => {
    const mine = ++asked
    store.setState({ runId, reading: runId !== null })
    try {
      const view = runId === null ? null : await project.readers({ runId })
      if (mine !== asked) return
      store.setState((state) => withView(state, view))
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
  const stop = project.onChanged(({ kind }) => {
    const { on, runId } = store.getState()
    if (kind !== 'edit' && on) read(runId).catch(() => undefined)
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
      store.setState((state) => {
        const { length } = listOf(state)
        return { at: length === 0 ? 0 : (state.at + step + length) % length }
      })
    },
    answer,
    clear: () => {
      asked++
      store.setState(EMPTY)
    },
    dispose: stop,
  })
}
