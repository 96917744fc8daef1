import { type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { type BoxShape } from '#shared/records/shape.ts'
import { type View } from '../viewer/view-geometry.ts'
import { type ObjectId, type SceneObject } from '../viewer/scene.ts'
import { type HandleName } from '../viewer/handles.ts'

export type ToolName = 'move' | 'select' | 'box' | 'point'

/** One pointer event, with what decides about it. */
export interface PointerInput {
  readonly kind: 'down' | 'move' | 'up'
  /** CSS pixels of the viewport. */
  readonly screen: Point
  /** Pixels of the image; may lie outside it. */
  readonly image: Point
  /** 0 left or pen, 1 middle, 2 right; of a move, what was pressed at its start does not matter. */
  readonly button: number
  readonly shift: boolean
  readonly alt: boolean
  /** Ctrl, on a Mac Cmd: selects for a moment with a drawing tool. */
  readonly mod: boolean
}

export type Target =
  | { readonly kind: 'handle'; readonly id: ObjectId; readonly handle: HandleName }
  /** `grip`: a selected object lies under the pointer too, and a drag moves the selection. */
  | { readonly kind: 'object'; readonly id: ObjectId; readonly grip: boolean }
  | { readonly kind: 'empty' }

/** What a gesture may know of the canvas. */
export interface GestureContext {
  readonly tool: ToolName
  /** Space is held. */
  readonly panHeld: boolean
  readonly readOnly: boolean
  readonly image: Size
  readonly view: View
  readonly classId: ClassId | null
  readonly selected: ReadonlySet<ObjectId>
  readonly object: (id: ObjectId) => SceneObject | undefined
  readonly targetAt: (input: PointerInput) => Target
  readonly middlesWithin: (box: Box) => readonly ObjectId[]
}

export type Shapes = ReadonlyMap<ObjectId, PlacedShape>

/**
 * A gesture in progress. Each holds what it started from and where the pointer is; what it would do is computed anew from
 * these on every move, so that nothing adds up and Escape leaves no trace.
 */
export type Gesture =
  | { readonly kind: 'idle' }
  /** Pressed, not yet moved far enough to be a drag. */
  | { readonly kind: 'press'; readonly start: PointerInput; readonly target: Target }
  | { readonly kind: 'pan'; readonly start: PointerInput; readonly view: View; readonly then: Gesture }
  | { readonly kind: 'band'; readonly start: Point; readonly at: Point; readonly before: ReadonlySet<ObjectId>; readonly add: boolean }
  | { readonly kind: 'move'; readonly start: Point; readonly from: Shapes; readonly shift: Point; readonly copy: boolean }
  | {
      readonly kind: 'resize'
      readonly start: Point
      readonly id: ObjectId
      readonly handle: HandleName
      readonly from: BoxShape
      readonly shape: BoxShape
    }
  | DrawGesture
  | { readonly kind: 'place'; readonly at: Point }
  /** By arrow keys: goes on until the key is let go. */
  | { readonly kind: 'nudge'; readonly from: Shapes; readonly shapes: Shapes; readonly verb: 'Move' | 'Resize' }

export interface DrawGesture {
  readonly kind: 'draw'
  readonly start: PointerInput
  readonly at: Point
  readonly square: boolean
  /** `drag` ends when the button is let go; `clicks` follows the pointer until the next click. */
  readonly mode: 'drag' | 'clicks'
  /** In `clicks`: where the second press went down, once it did. */
  readonly second: Point | null
}

/** What a gesture wants done. The driver does it: gestures themselves change nothing. */
export type Effect =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'select'; readonly ids: ReadonlySet<ObjectId> }
  | { readonly kind: 'draw'; readonly shape: PlacedShape }
  | { readonly kind: 'reshape'; readonly shapes: Shapes; readonly verb: 'Move' | 'Resize' }
  | { readonly kind: 'copy'; readonly shapes: Shapes }
  | { readonly kind: 'explain'; readonly why: 'no-class' | 'read-only' }

export interface Step {
  readonly gesture: Gesture
  readonly effects: readonly Effect[]
}

export const IDLE: Gesture = { kind: 'idle' }

/** CSS pixels that the pointer may stray while a press still counts as a click. */
export const CLICK_SLOP = 4

export const step = (gesture: Gesture, ...effects: readonly Effect[]): Step => ({ gesture, effects })

export const isDrag = (start: PointerInput, now: PointerInput): boolean =>
  Math.hypot(now.screen.x - start.screen.x, now.screen.y - start.screen.y) > CLICK_SLOP

/** What the canvas draws of a running gesture, in place of or besides the scene. */
export interface Draft {
  /** Objects as they would become; the scene's own are hidden meanwhile, unless they are being copied. */
  readonly shapes: Shapes
  /** How far `shapes` stand from where they are drawn, image pixels: large outlines are moved when they are let go, not at every step. */
  readonly shift: Point
  readonly copying: boolean
  /** An object being drawn. */
  readonly fresh: PlacedShape | null
  readonly band: Box | null
}
