import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Preferences, preferences } from '#shared/contracts/app.ts'
import { type ImportRequest } from '#shared/contracts/project.ts'
import { type ClassId, type ImageId } from '#shared/records/ids.ts'
import { type Place } from '#shared/commands.ts'
import { type DistanceOperation } from '../state/tool.ts'

/** The places that a project has; `start` is shown where none is open. */
export type ProjectPlace = Exclude<Place, 'start'>

/** What floats above the window. */
export type Dialog =
  /** `topic`: the one of src/renderer/help/topics.ts that is shown first. */
  | { readonly kind: 'help'; readonly topic?: string }
  | { readonly kind: 'keys' }
  | { readonly kind: 'preferences' }
  | { readonly kind: 'about' }
  | { readonly kind: 'new-project'; readonly paths: readonly string[] }
  /** `direct`: images without labels are taken without a question (they were chosen together with a new project). */
  | { readonly kind: 'import'; readonly paths: readonly string[]; readonly format: ImportRequest['format']; readonly direct: boolean }
  | { readonly kind: 'import-as' }
  | { readonly kind: 'export' }
  | { readonly kind: 'split' }
  /** `line`: image pixels of a line of the open image whose length is known; `missing`: asked for the images that have none. */
  | { readonly kind: 'pixel-size'; readonly line: number | null; readonly missing?: true }
  /** Which slide, patient and group images are of; `image`: one that is meant first, else the open one. */
  | { readonly kind: 'origin'; readonly image: ImageId | null }
  | { readonly kind: 'workflow' }
  /** The library of models. */
  | { readonly kind: 'models' }
  /** `folder`: the project that is to be what it was in one of its backups. */
  | { readonly kind: 'restore'; readonly folder: string }
  | { readonly kind: 'distance'; readonly operation: DistanceOperation }
  /** Which model the smart outline goes by. */
  | { readonly kind: 'outline-model' }
  /** The pictures that lie beside a slide in its file. */
  | { readonly kind: 'associated'; readonly imageId: ImageId }

/** The frame of the window: where the person is, what is folded, what floats. */
export interface ShellState {
  readonly place: ProjectPlace
  readonly left: boolean
  readonly right: boolean
  readonly dialog: Dialog | null
  readonly preferences: Preferences
  /** Something with the whole window waits for main: what it does, or null. */
  readonly busy: string | null
  /** The window was just loaded and does not know yet which project main has open, if any. */
  readonly adopting: boolean
  /** The class whose name is being typed. */
  readonly renaming: ClassId | null
  /** The guide through the loop is shown. */
  readonly guide: boolean
}

export function initialShell(known: Preferences = preferences.parse({})): ShellState {
  return {
    place: 'label',
    left: true,
    right: true,
    dialog: null,
    preferences: known,
    busy: null,
    adopting: false,
    renaming: null,
    guide: false,
  }
}

/** Folds both panels, or shows both where both are folded. */
export function foldedAll(state: ShellState): ShellState {
  const shown = !(state.left || state.right)
  return { ...state, left: shown, right: shown }
}

export interface ShellActions {
  readonly goTo: (place: ProjectPlace) => void
  readonly fold: (side: 'left' | 'right' | 'all') => void
  readonly open: (dialog: Dialog) => void
  readonly close: () => void
}

export type ShellStore = StoreApi<ShellState> & ShellActions

export function createShellStore(known?: Preferences): ShellStore {
  const store = createStore<ShellState>(() => initialShell(known))
  return Object.assign(store, {
    goTo: (place: ProjectPlace) => {
      store.setState({ place })
    },
    fold: (side: 'left' | 'right' | 'all') => {
      store.setState((state) => (side === 'all' ? foldedAll(state) : { ...state, [side]: !state[side] }))
    },
    open: (dialog: Dialog) => {
      store.setState({ dialog })
    },
    close: () => {
      store.setState({ dialog: null })
    },
  })
}
