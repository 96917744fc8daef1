import { type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type BitMask } from '#shared/masks/bit-mask.ts'
import { type Click, type Prompt } from '#shared/outline/prompt.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { type RegionShape } from '#shared/records/region.ts'
import { type View } from '../viewer/view-geometry.ts'
import { type ObjectId, type SceneObject } from '../viewer/scene.ts'
import { type HandleName } from '../viewer/handles.ts'
import { type AreaMode, type Areas, type AreaTarget } from './area-edit.ts'
import { type CorneredShape, type CornerPlace } from './corner-gesture.ts'
import { type Turnable } from './frame-math.ts'
import { type ToolName } from './tool-set.ts'

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
  /** How hard a pen presses, 0 to 1; of a mouse or a finger nothing. */
  readonly pressure?: number | undefined
}

export type Target =
  | { readonly kind: 'handle'; readonly id: ObjectId; readonly handle: HandleName }
  /** The handle that turns an object; `under`: what lies below it, that a click means. */
  | { readonly kind: 'turn'; readonly id: ObjectId; readonly under: ObjectId | null }
  | CornerTarget
  /** `grip`: a selected object lies under the pointer too, and a drag moves the selection. */
  | { readonly kind: 'object'; readonly id: ObjectId; readonly grip: boolean }
  | { readonly kind: 'empty' }

/** A corner, or the middle of a side, of the only selected polygon or line. */
export interface CornerTarget {
  readonly kind: 'corner'
  readonly id: ObjectId
  readonly place: CornerPlace
}

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
  readonly targetAt: (input: Pick<PointerInput, 'image' | 'screen'>) => Target
  /** Of a box in axes turned by the view's angle. */
  readonly middlesWithin: (box: Box) => ReadonlySet<ObjectId>
  /** Objects whose middle lies in a ring of corners x, y, ... of the image. */
  readonly middlesInside: (ring: readonly number[]) => ReadonlySet<ObjectId>
  /** Diameter of brush and eraser, CSS pixels. */
  readonly brushSize: number
  /** Brush and wand add to the selected object without Shift. */
  readonly adding: boolean
  /** Clicks of the smart outline say what is not the object; with Alt the other way round. */
  readonly outside: boolean
  /** How far a colour may be from the one under the wand, CIELAB. */
  readonly tolerance: number
  /** Annotations that cover an area whose bounds meet a box. */
  readonly areasWithin: (box: Box) => readonly AreaTarget[]
  /** The selected objects that cover an area, in the order of their selection. */
  readonly selectedAreas: () => readonly AreaTarget[]
  /** What looks like the place under the pointer; null while the picture is not there. */
  readonly likeAt: (point: Point, tolerance: number) => BitMask | null
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
      readonly from: Turnable
      readonly shape: Turnable
    }
  | TurnGesture
  | LassoGesture
  | CornerGesture
  | DrawGesture
  | SideGesture
  | StrokeGesture
  | WandGesture
  | OutlineGesture
  | PolygonGesture
  | LineGesture
  | { readonly kind: 'place'; readonly at: Point }
  /** By arrow keys: goes on until the key is let go. */
  | { readonly kind: 'nudge'; readonly from: Shapes; readonly shapes: Shapes; readonly verb: 'Move' | 'Resize' | 'Turn' }

/** By the handle that turns an object about its middle. */
export interface TurnGesture {
  readonly kind: 'turn'
  readonly start: Point
  readonly id: ObjectId
  readonly from: Turnable
  readonly shape: Turnable
}

/** A line by a free hand round what is to be selected. */
export interface LassoGesture {
  readonly kind: 'lasso'
  /** Image pixels. */
  readonly corners: readonly Point[]
  readonly at: Point
  readonly before: ReadonlySet<ObjectId>
  /** What was selected before stays so. */
  readonly add: boolean
}

export interface DrawGesture {
  readonly kind: 'draw'
  /** What is drawn between the two corners. */
  readonly what: 'box' | 'ellipse'
  readonly start: PointerInput
  readonly at: Point
  readonly square: boolean
  /** `drag` ends when the button is let go; `clicks` follows the pointer until the next click. */
  readonly mode: 'drag' | 'clicks'
  /** In `clicks`: where the second press went down, once it did. */
  readonly second: Point | null
  /** It becomes a region of interest, not an object. */
  readonly region?: true
}

/** A rotated box in the making: first one of its sides, by a drag or two clicks, then how far it reaches from there. */
export interface SideGesture {
  readonly kind: 'side'
  readonly start: PointerInput
  /** Image pixels. */
  readonly from: Point
  /** Where the side ends, once it does. */
  readonly to: Point | null
  readonly at: Point
}

/** A corner that is being dragged. */
export interface CornerGesture {
  readonly kind: 'corner'
  readonly id: ObjectId
  /** The shape as it is, with the corner that a drag of a side makes, and as it would become. */
  readonly before: CorneredShape
  readonly from: CorneredShape
  readonly shape: CorneredShape
  readonly ring: number
  readonly index: number
}

/** A stroke of the brush or the eraser. Unlike the others it does add up: each piece is painted into what the pieces before left. */
export interface StrokeGesture {
  readonly kind: 'stroke'
  readonly mode: AreaMode
  readonly verb: AreaVerb
  /** Where the stroke is, image pixels. */
  readonly at: Point
  /** Half the brush's width in image pixels, at full pressure: it stays though the view is zoomed meanwhile. */
  readonly radius: number
  readonly areas: Areas
}

/** The wand: what looks like the place where the button went down, more or less of it as the pointer goes right or left. */
export interface WandGesture {
  readonly kind: 'wand'
  readonly start: PointerInput
  readonly mode: AreaMode
  /** The tolerance when the button went down, and now. */
  readonly from: number
  readonly tolerance: number
  readonly areas: Areas
}

/** The smart outline of an object in the making. */
export interface OutlineGesture {
  readonly kind: 'outline'
  readonly mode: AreaMode
  /** What was said so far, image pixels. */
  readonly prompt: Prompt
  /** What came of it, or of the prompt before while the answer is waited for. */
  readonly found: BitMask | null
  readonly areas: Areas
  readonly waiting: boolean
  /** The press that is still held, and where the pointer is since. */
  readonly held: PointerInput | null
  readonly at: Point
  /** Enter was pressed: it ends with the answer. */
  readonly ending: boolean
}

/** A polygon in the making: corners by clicks, or freehand while the button is held. */
export interface PolygonGesture {
  readonly kind: 'polygon'
  /** Image pixels. */
  readonly corners: readonly Point[]
  readonly at: Point
  /** The press that is still held. */
  readonly held: PointerInput | null
  /** That press has become a line by a free hand. */
  readonly freehand: boolean
  /** How many corners there were before that press. */
  readonly before: number
  /** It becomes a region of interest, not an object. */
  readonly region?: true
}

/** An open line in the making: along which areas are split, an object of its own, or two places that are measured between. */
export interface LineGesture extends Omit<PolygonGesture, 'kind'> {
  readonly kind: 'line'
  readonly what: 'split' | 'polyline' | 'ruler'
}

export type ReshapeVerb = 'Move' | 'Resize' | 'Turn' | 'Reshape'
export type AreaVerb = 'Paint' | 'Erase' | 'Pick' | 'Outline'

/** What a gesture wants done. The driver does it: gestures themselves change nothing. */
export type Effect =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'select'; readonly ids: ReadonlySet<ObjectId> }
  | { readonly kind: 'draw'; readonly shape: PlacedShape }
  | { readonly kind: 'region'; readonly shape: RegionShape }
  | { readonly kind: 'reshape'; readonly shapes: Shapes; readonly verb: ReshapeVerb }
  | { readonly kind: 'copy'; readonly shapes: Shapes }
  | { readonly kind: 'areas'; readonly areas: Areas; readonly verb: AreaVerb }
  | { readonly kind: 'tolerance'; readonly tolerance: number }
  /** Asks for the outline; `before`: what was said before the last click. */
  | { readonly kind: 'outline'; readonly prompt: Prompt; readonly before: Prompt }
  | { readonly kind: 'split'; readonly line: readonly Point[] }
  | { readonly kind: 'explain'; readonly why: Obstacle }

/** What keeps a tool from doing anything. */
export type Obstacle = 'no-class' | 'read-only' | 'no-pixels' | 'locked' | 'nothing-outlined' | 'not-outlined'

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
  /** The rubber band, in axes turned by the view's angle. */
  readonly band: Box | null
  /** Areas as they would become; `id` null: of a new object. Those of the scene are hidden meanwhile. */
  readonly areas: readonly { readonly id: ObjectId | null; readonly mask: BitMask }[]
  /** Places by which an object is outlined. */
  readonly clicks: readonly Click[]
  readonly polygon: DraftPolygon | null
  /** A line in the making along which areas are split, to the place of the pointer. */
  readonly line: readonly Point[]
}

/** A polygon in the making as it is shown. */
export interface DraftPolygon {
  readonly corners: readonly Point[]
  /** Where the next corner would be. */
  readonly at: Point
  /** A click would close it. */
  readonly closing: boolean
}
