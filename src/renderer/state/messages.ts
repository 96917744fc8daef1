import { createStore, type StoreApi } from 'zustand/vanilla'
import { heard } from '#shared/i18n/heard.ts'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'

/** Something to tell the person. The shell of the window shows it (a toast) and takes it away. */
export interface Message {
  readonly key: number
  readonly kind: 'done' | 'hint' | 'error'
  readonly title: string
  /** What to do, or what is safe; may be empty. */
  readonly text: string
  /** What can be copied for support, for errors. */
  readonly error: ErrorInfo | null
  /** The toast offers Undo. */
  readonly undo: boolean
  /** What else the toast offers. */
  readonly offer?: Offer | null
}

/** Something that a message leads to, as a button. */
export interface Offer {
  readonly label: string
  readonly run: () => void
}

export interface MessagesState {
  readonly messages: readonly Message[]
  readonly next: number
}

/** At most so many are kept: more than a person could read. */
const KEPT = 20

/** The list with one more message; what is the last one still on show is not said twice. */
export function told(state: MessagesState, message: Omit<Message, 'key'>): MessagesState {
  const last = state.messages.at(-1)
  if (last?.kind === message.kind && last.title === message.title && last.text === message.text) return state
  return { messages: [...state.messages, { ...message, key: state.next }].slice(-KEPT), next: state.next + 1 }
}

export interface MessagesActions {
  readonly tell: (message: Omit<Message, 'key'>) => void
  readonly done: (title: string, undo?: boolean) => void
  readonly hint: (title: string, text?: string) => void
  /** `doing`: what failed, as in "Draw RBC", in the window’s language or as an edit is called. */
  readonly failed: (doing: string, thrown: unknown, offer?: Offer | null) => void
  readonly dismiss: (key: number) => void
}

export type MessagesStore = StoreApi<MessagesState> & MessagesActions

export function createMessagesStore(): MessagesStore {
  const store = createStore<MessagesState>(() => ({ messages: [], next: 1 }))
  const tell = (message: Omit<Message, 'key'>): void => {
    store.setState((state) => told(state, message))
  }
  return Object.assign(store, {
    tell,
    done: (title: string, undo = false) => {
      tell({ kind: 'done', title, text: '', error: null, undo })
    },
    hint: (title: string, text = '') => {
      tell({ kind: 'hint', title, text, error: null, undo: false })
    },
    failed: (doing: string, thrown: unknown, offer: Offer | null = null) => {
      const error = toErrorInfo(thrown)
      // What the person gave up has not failed.
      if (error.code === 'cancelled')
        tell({ kind: 'hint', title: heard(error.message), text: heard(error.hint ?? ''), error: null, undo: false })
      else
        tell({ kind: 'error', title: `${heard(doing)}: ${heard(error.message)}`, text: heard(error.hint ?? ''), error, undo: false, offer })
    },
    dismiss: (key: number) => {
      store.setState((state) => ({ ...state, messages: state.messages.filter((message) => message.key !== key) }))
    },
  })
}
