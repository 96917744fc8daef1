import { createStore, type StoreApi } from 'zustand/vanilla'
import { bindingsOf, type Bindings, type KeyOverrides } from '#shared/key-bindings.ts'

/** The keys that hold now. */
export interface KeysState {
  readonly overrides: KeyOverrides
  readonly bindings: Bindings
  /** Keys are shown with a Mac's signs and Cmd takes Ctrl's part. */
  readonly mac: boolean
}

export interface KeysActions {
  /** Takes over the keys of the preferences. */
  readonly setOverrides: (overrides: KeyOverrides) => void
  readonly setMac: (mac: boolean) => void
}

export type KeysStore = StoreApi<KeysState> & KeysActions

export function createKeysStore(): KeysStore {
  const store = createStore<KeysState>(() => ({ overrides: {}, bindings: bindingsOf(), mac: false }))
  return Object.assign(store, {
    setOverrides: (overrides: KeyOverrides) => {
      store.setState({ overrides, bindings: bindingsOf(overrides) })
    },
    setMac: (mac: boolean) => {
      store.setState({ mac })
    },
  })
}
