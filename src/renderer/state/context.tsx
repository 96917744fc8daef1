import { createContext, useContext, type ReactNode } from 'react'
import { useStore, type StoreApi } from 'zustand'
import { must } from '#shared/assert.ts'
import { type DisplayState } from './display.ts'
import { type DocumentState } from './document.ts'
import { type GestureState } from './gesture-store.ts'
import { type MessagesState } from './messages.ts'
import { type PredictionsState } from './predictions.ts'
import { type SceneState } from './scene-store.ts'
import { type SelectionState } from './selection.ts'
import { type Stores, type StoreSet } from './stores.ts'
import { type ToolState } from './tool.ts'
import { type ViewState } from './view.ts'

const StoresContext = createContext<Stores | null>(null)

/** Gives the stores of a window to everything in it. */
export function StoresProvider({ stores, children }: { readonly stores: Stores; readonly children: ReactNode }): ReactNode {
  return <StoresContext value={stores}>{children}</StoresContext>
}

export function useStores(): Stores {
  return must(useContext(StoresContext), 'components of the window stand inside StoresProvider')
}

type Selector<S, T> = (state: S) => T
type StateOf<K extends keyof StoreSet> = StoreSet[K] extends StoreApi<infer S> ? S : never

/** A part of a store's state; the component draws again only when that part is another (compared by identity). */
function usePart<K extends keyof StoreSet, T>(store: K, selector: Selector<StateOf<K>, T>): T {
  return useStore(useStores()[store] as StoreApi<StateOf<K>>, selector)
}

export const useDocument = <T,>(selector: Selector<DocumentState, T>): T => usePart('document', selector)
export const usePredictions = <T,>(selector: Selector<PredictionsState, T>): T => usePart('predictions', selector)
export const useScene = <T,>(selector: Selector<SceneState, T>): T => usePart('scene', selector)
export const useSelection = <T,>(selector: Selector<SelectionState, T>): T => usePart('selection', selector)
export const useTool = <T,>(selector: Selector<ToolState, T>): T => usePart('tool', selector)
export const useGesture = <T,>(selector: Selector<GestureState, T>): T => usePart('gesture', selector)
export const useView = <T,>(selector: Selector<ViewState, T>): T => usePart('view', selector)
export const useDisplay = <T,>(selector: Selector<DisplayState, T>): T => usePart('display', selector)
export const useMessages = <T,>(selector: Selector<MessagesState, T>): T => usePart('messages', selector)
