import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Point } from '#shared/geometry/point.ts'
import { IDLE, type Gesture } from '../tools/gesture.ts'

export interface GestureState {
  readonly gesture: Gesture
  /** Image point under the pointer, null where it is not over the canvas: what the status line shows. */
  readonly pointer: Point | null
  /** What moved the selection last. Tab picks among objects that overlap under the pointer only while the pointer leads. */
  readonly lead: 'pointer' | 'keys'
}

export type GestureStore = StoreApi<GestureState>

export function createGestureStore(): GestureStore {
  return createStore<GestureState>(() => ({ gesture: IDLE, pointer: null, lead: 'pointer' }))
}
