import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Point } from '#shared/geometry/point.ts'
import { type ImageId, type RegionId } from '#shared/records/ids.ts'
import { type Unfinished } from '../tools/drafts.ts'
import { IDLE, type Gesture } from '../tools/gesture.ts'
import { type SnapPlace } from '../tools/snapping.ts'

export interface GestureState {
  readonly gesture: Gesture
  /** Image point under the pointer, null where it is not over the canvas: what the status line shows. */
  readonly pointer: Point | null
  /** What it is drawn to, where corners and edges snap to their neighbours'. */
  readonly snap: SnapPlace | null
  /** The region of interest that is being moved and reshaped (tools/region-edit.ts). */
  readonly region: RegionId | null
  /** What moved the selection last. Tab picks among objects that overlap under the pointer only while the pointer leads. */
  readonly lead: 'pointer' | 'keys'
  /** Polygons and smart outlines that were left unfinished, by their image: each goes on when its image is open again. */
  readonly drafts: ReadonlyMap<ImageId, Unfinished>
}

export type GestureStore = StoreApi<GestureState>

export function createGestureStore(): GestureStore {
  return createStore<GestureState>(() => ({ gesture: IDLE, pointer: null, snap: null, region: null, lead: 'pointer', drafts: new Map() }))
}
