import { type StoreApi } from 'zustand/vanilla'
import { type Change } from '#shared/records/edit.ts'
import { type PredictionId } from '#shared/records/ids.ts'
import { changed, editAnswered, editSent, type DocumentState } from './document.ts'
import { type MessagesStore } from './messages.ts'
import { type Shown } from './tables.ts'

/** Milliseconds that an answered edit stays shown while its `changed` event is on its way; as a rule the event comes first. */
const EVENT_GRACE = 100
/** Numbers of the latest changes that are remembered. */
const REMEMBERED = 64

/** What main answers at least. */
type Answered = Pick<Change, 'history'>

/** What is shown before main answers. */
export interface Optimistic<C = unknown> {
  readonly edit: Shown
  readonly decides: readonly PredictionId[]
  /** Called when the answer is there (null: it failed), just before what was shown meanwhile goes. */
  readonly settle?: (change: C | null) => void
}

/** Sends changes to main and keeps the document in step: shown at once, taken back with a word where main refuses. */
export interface Committer {
  /** Answers with what was committed, or null where it failed (and the person was told). */
  readonly send: <C extends Answered>(doing: string, optimistic: Optimistic<C>, call: () => Promise<C>) => Promise<C | null>
  /** Main committed a change: every commit arrives here once, those of this window too. */
  readonly hear: (change: Change) => void
}

export function createCommitter(document: StoreApi<DocumentState>, messages: MessagesStore): Committer {
  let nextKey = 1
  let heard: readonly number[] = []
  const waiting = new Map<number, () => void>()

  const eventOf = ({ history: { sequence } }: Answered): Promise<void> =>
    heard.includes(sequence)
      ? Promise.resolve()
      : new Promise((resolve) => {
          waiting.set(sequence, resolve)
          setTimeout(resolve, EVENT_GRACE)
        })

  const answer = async <C extends Answered>(doing: string, call: () => Promise<C>): Promise<C | null> => {
    try {
      const change = await call()
      await eventOf(change)
      return change
    } catch (thrown) {
      messages.failed(doing, thrown)
      return null
    }
  }

  return {
    send: async (doing, { edit, decides, settle }, call) => {
      const key = nextKey++
      // Asked first, shown then: what is drawn meanwhile must not keep the edit from the disk.
      const answered = answer(doing, call)
      document.setState((state) => editSent(state, { key, edit, decides }))
      const change = await answered
      settle?.(change)
      document.setState((state) => editAnswered(state, key))
      return change
    },
    hear: (change) => {
      document.setState((state) => changed(state, change, Date.now()))
      const { sequence } = change.history
      heard = [...heard.slice(1 - REMEMBERED), sequence]
      waiting.get(sequence)?.()
      waiting.delete(sequence)
    },
  }
}
