import { createStore, type StoreApi } from 'zustand/vanilla'
import { type DomainCheck } from '#shared/contracts/domain.ts'
import { type PredictRequest } from '#shared/contracts/work.ts'
import { heard } from '#shared/i18n/heard.ts'
import { type Clients } from '../state/clients.ts'
import { domainText } from './domain-text.ts'

/** What is known of how far a prediction's images are from those that its models learned from. */
export interface DomainTold {
  /** Empty where none is unlike. */
  readonly text: string
  readonly examples: DomainCheck['examples']
  /** Somebody broke the comparison off: it stays so until it is asked for again. */
  readonly brokenOff: boolean
}

export const NOTHING_TOLD: DomainTold = { text: '', examples: { far: [], near: [] }, brokenOff: false }

/** So many are remembered: of one project it is a handful. */
const REMEMBERED = 30

export type DomainNotes = StoreApi<ReadonlyMap<string, DomainTold>> & {
  /** Compares images and models once for each `key`, which names them as they are; `again`: also where that was done. */
  readonly ask: (key: string, request: PredictRequest, again?: boolean) => void
}

/** What was compared in this window, so that a place that is come back to asks nothing anew. */
export function createDomainNotes(work: Pick<Clients['work'], 'domainNote' | 'domainCheck'>): DomainNotes {
  const store = createStore<ReadonlyMap<string, DomainTold>>(() => new Map())
  const tell = (key: string, told: DomainTold): void => {
    store.setState((known) => new Map([...[...known].filter(([one]) => one !== key), [key, told] as const].slice(-REMEMBERED)), true)
  }
  const compare = async (key: string, request: PredictRequest): Promise<void> => {
    tell(key, NOTHING_TOLD)
    try {
      // Of colours it tells at once, of what the images show as soon as that was looked at.
      tell(key, { ...NOTHING_TOLD, text: heard(await work.domainNote(request)) })
      const found = await work.domainCheck(request)
      tell(key, { text: domainText(found), examples: found.examples, brokenOff: found.brokenOff })
    } catch {
      // A note that cannot be made stops nobody from predicting; it is tried again where it is wanted next.
      store.setState((known) => new Map([...known].filter(([one]) => one !== key)), true)
    }
  }
  return Object.assign(store, {
    ask: (key: string, request: PredictRequest, again = false) => {
      if (again || !store.getState().has(key)) void compare(key, request)
    },
  })
}
