import { createStore, type StoreApi } from 'zustand/vanilla'
import { type FoldsReport } from '#shared/contracts/work.ts'
import { toErrorInfo } from '#shared/errors.ts'
import { heard } from '#shared/i18n/heard.ts'
import { type CountTab } from '../count/count-store.ts'

/** What came of a request for the report of a cross-validation. */
export type FoldsAnswer = FoldsReport | { readonly why: string }

/** Which cross-validation is asked about, and as what stands now: after an edit the same folds are judged anew. */
export interface FoldsQuestion {
  readonly of: string
  readonly as: string
}

export interface FoldsState {
  /** The view of all images together that is shown; null: the table of the folds. */
  readonly view: CountTab | null
  /** What was answered last, and to what: the report over many images takes a while, so it stays while the person is elsewhere. */
  readonly told: (FoldsQuestion & { readonly answer: FoldsAnswer }) | null
  /** What is under way. */
  readonly asked: FoldsQuestion | null
}

/** What Train remembers of the newest cross-validation. */
export interface FoldsStore extends StoreApi<FoldsState> {
  /** Asks unless that is answered or under way; a question that failed is asked again. */
  readonly ask: (question: FoldsQuestion, request: () => Promise<FoldsReport>) => void
}

const isSame = (a: FoldsQuestion | null, b: FoldsQuestion): boolean => a?.of === b.of && a.as === b.as

export function createFoldsStore(): FoldsStore {
  const store = createStore<FoldsState>(() => ({ view: null, told: null, asked: null }))
  return {
    ...store,
    ask: (question, request) => {
      const { told, asked } = store.getState()
      if (isSame(asked, question) || (isSame(told, question) && told !== null && !('why' in told.answer))) return
      store.setState({ asked: question })
      const take = (answer: FoldsAnswer): void => {
        // Another question came meanwhile.
        if (store.getState().asked === question) store.setState({ told: { ...question, answer }, asked: null })
      }
      request().then(take, (thrown: unknown) => {
        take({ why: heard(toErrorInfo(thrown).message) })
      })
    },
  }
}
