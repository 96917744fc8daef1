import { createStore, type StoreApi } from 'zustand/vanilla'
import { type SecondLook, type SettleRequest } from '#shared/contracts/review.ts'
import { type RunId } from '#shared/records/ids.ts'
import { type ProjectClient } from '../state/clients.ts'
import { touched } from './touched.ts'

/** Where labels and predictions of a run differ, as Review goes through them. */
export interface LooksState {
  /** Review asks about these in place of open predictions. */
  readonly on: boolean
  readonly runId: RunId | null
  readonly looks: readonly SecondLook[]
  /** Keys of those that were answered. */
  readonly settled: ReadonlySet<string>
  /** -1: none is left. */
  readonly at: number
  /** What the models say otherwise of labels says little. */
  readonly learnedLittle: boolean
  readonly reading: boolean
}

const EMPTY: LooksState = { on: false, runId: null, looks: [], settled: new Set(), at: -1, learnedLittle: false, reading: false }

/** The same for the same difference. */
export const lookKey = ({ annotationId, predictionId }: Pick<SecondLook, 'annotationId' | 'predictionId'>): string =>
  `${annotationId ?? ''} ${predictionId === null ? '' : String(predictionId)}`

/** The difference that is asked about now. */
export const currentLook = ({ on, looks, at }: LooksState): SecondLook | null => (on ? (looks[at] ?? null) : null)

type Looked = Pick<LooksState, 'looks' | 'settled'>

/** The next place after `at` that was not answered, round the end; -1 where none is. */
function nextLook({ looks, settled }: Looked, at: number): number {
  const { length } = looks
  for (let n = 1; n <= length; n++) {
    const index = (at + n) % length
    if (!settled.has(lookKey(looks[index]!))) return index
  }
  return -1
}

/** Goes to the next one that was not answered, or to the one before; false where there is none before. */
function moved(store: StoreApi<LooksState>, step: 1 | -1): boolean {
  const { looks, settled, at: from } = store.getState()
  const before = looks.slice(0, Math.max(0, from)).findLastIndex((one) => !settled.has(lookKey(one)))
  if (step === -1 && before < 0) return false
  store.setState({ at: step === 1 ? nextLook({ looks, settled }, from) : before })
  return true
}

/**
 * Where one is among differences that were read anew: at one that came back, else where one was. What was settled since `before` may be among them
 * still: main was asked before.
 */
function placeAmong(
  looks: readonly SecondLook[],
  state: LooksState,
  { before, isBack }: { readonly before: LooksState['settled']; readonly isBack: (look: SecondLook) => boolean },
): Pick<LooksState, 'settled' | 'at'> {
  const current = currentLook(state)
  const settled = new Set([...state.settled].filter((key) => !before.has(key)))
  const back = looks.findIndex((one) => isBack(one) && !settled.has(lookKey(one)))
  const same = current === null ? -1 : looks.findIndex((one) => lookKey(one) === lookKey(current))
  return { settled, at: back >= 0 ? back : same >= 0 ? same : nextLook({ looks, settled }, -1) }
}

const NOTHING_BACK = (): boolean => false

export type LooksStore = StoreApi<LooksState> & {
  readonly turn: (on: boolean) => void
  /** Reads the differences of a run anew; the current one stays current where it is among them. */
  readonly read: (runId: RunId | null) => Promise<void>
  /** To the next one, or the one before; false where there is none before. */
  readonly move: (step: 1 | -1) => boolean
  /** Goes on at once; comes back to it where main refuses. */
  readonly settle: (look: SecondLook, right: SettleRequest['right']) => Promise<void>
  readonly clear: () => void
  readonly dispose: () => void
}

export function createLooksStore(project: ProjectClient): LooksStore {
  const store = createStore<LooksState>(() => EMPTY)
  let reading = 0
  let isBack: (look: SecondLook) => boolean = NOTHING_BACK
  const read = async (runId: RunId | null): Promise<void> => {
    const mine = ++reading
    const before = store.getState().settled
    store.setState({ runId, reading: runId !== null })
    try {
      const { looks, learnedLittle } = runId === null ? EMPTY : await project.secondLooks({ runId })
      if (mine !== reading) return
      store.setState((state) => ({ looks, learnedLittle, ...placeAmong(looks, state, { before, isBack }) }))
      isBack = NOTHING_BACK
    } finally {
      if (mine === reading) store.setState({ reading: false })
    }
  }
  const mark = (look: SecondLook, isSettled: boolean): void => {
    store.setState((state) => {
      const settled = new Set(state.settled)
      if (isSettled) settled.add(lookKey(look))
      else settled.delete(lookKey(look))
      const place = state.looks.findIndex((one) => lookKey(one) === lookKey(look))
      return { settled, at: isSettled ? nextLook({ looks: state.looks, settled }, place) : place }
    })
  }
  // What was taken back is asked about again.
  const stop = project.onChanged((change) => {
    const { on, runId } = store.getState()
    if (change.kind === 'edit' || !on) return
    // What is done again does not come back.
    isBack = change.kind === 'undo' ? touched(change) : NOTHING_BACK
    read(runId).catch(() => undefined)
  })
  return Object.assign(store, {
    turn: (on: boolean) => {
      store.setState({ on })
    },
    read,
    move: (step: 1 | -1) => moved(store, step),
    settle: async (look: SecondLook, right: SettleRequest['right']) => {
      const { kind, imageId, annotationId, predictionId } = look
      mark(look, true)
      try {
        await project.settleLook({ look: { kind, imageId, annotationId, predictionId }, right })
      } catch (thrown) {
        mark(look, false)
        throw thrown
      }
    },
    clear: () => {
      reading++
      store.setState(EMPTY)
    },
    dispose: stop,
  })
}
