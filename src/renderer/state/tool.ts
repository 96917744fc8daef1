import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ClassRecord } from '#shared/records/class.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { type ToolName } from '../tools/gesture.ts'
import { type PlacedObject } from '../tools/edits.ts'

export interface ToolState {
  readonly tool: ToolName
  /** Class that new objects get; null where the project has none. */
  readonly classId: ClassId | null
  /** Space is held: the pointer moves the view whatever the tool. */
  readonly panHeld: boolean
  /** What Ctrl+C took. */
  readonly clipboard: readonly PlacedObject[]
  /** Who new annotations are signed by. */
  readonly author: string
}

export function emptyTool(): ToolState {
  return { tool: 'move', classId: null, panHeld: false, clipboard: [], author: '' }
}

/** Keeps the current class among those that exist: the first one where it is gone. */
export function classesAre(state: ToolState, classes: readonly ClassRecord[]): ToolState {
  if (classes.some(({ id }) => id === state.classId)) return state
  return { ...state, classId: classes[0]?.id ?? null }
}

export interface ToolActions {
  readonly pick: (tool: ToolName) => void
  readonly setClass: (classId: ClassId) => void
  readonly holdPan: (held: boolean) => void
  readonly setClipboard: (objects: readonly PlacedObject[]) => void
  readonly setAuthor: (author: string) => void
  readonly keepClass: (classes: readonly ClassRecord[]) => void
}

export type ToolStore = StoreApi<ToolState> & ToolActions

export function createToolStore(): ToolStore {
  const store = createStore<ToolState>(emptyTool)
  return Object.assign(store, {
    pick: (tool: ToolName) => {
      store.setState({ tool })
    },
    setClass: (classId: ClassId) => {
      store.setState({ classId })
    },
    holdPan: (panHeld: boolean) => {
      store.setState({ panHeld })
    },
    setClipboard: (clipboard: readonly PlacedObject[]) => {
      store.setState({ clipboard })
    },
    setAuthor: (author: string) => {
      store.setState({ author })
    },
    keepClass: (classes: readonly ClassRecord[]) => {
      store.setState((state) => classesAre(state, classes))
    },
  })
}
