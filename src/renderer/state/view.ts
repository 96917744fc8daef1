import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Box } from '#shared/geometry/box.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type ImageId } from '#shared/records/ids.ts'
import {
  actualZoom,
  fitView,
  limitView,
  panBy,
  turnAround,
  viewOfBox,
  viewShowing,
  zoomAround,
  type Frame,
  type View,
} from '../viewer/view-geometry.ts'

export interface ViewState {
  readonly view: View
  readonly frame: Frame
  /** The image fills the viewport and goes on doing so when the window changes. */
  readonly fitted: boolean
  /** Whose view this is, and where the images seen before were left; those that filled the viewport upright are not among them. */
  readonly imageId: ImageId | null
  readonly left: ReadonlyMap<ImageId, LeftView>
  /** Whether a canvas shows it: a gallery or a page of the place may stand there instead. */
  readonly seen: boolean
}

type LeftView = Pick<ViewState, 'view' | 'fitted'>

const NO_FRAME: Frame = { image: { width: 1, height: 1 }, viewport: { width: 1, height: 1 }, pixelRatio: 1 }

export function emptyView(): ViewState {
  return { view: fitView(NO_FRAME), frame: NO_FRAME, fitted: true, imageId: null, left: new Map(), seen: false }
}

const reframed = (state: ViewState, frame: Frame): ViewState => ({
  ...state,
  frame,
  view: state.fitted ? fitView(frame, state.view.angle) : limitView(state.view, frame),
})

/** The canvas has another size, or the window moved to another screen. */
export function resized(state: ViewState, viewport: Size, pixelRatio: number): ViewState {
  const { frame } = state
  if (viewport.width === frame.viewport.width && viewport.height === frame.viewport.height && pixelRatio === frame.pixelRatio) return state
  return reframed(state, { ...frame, viewport, pixelRatio })
}

/** Another image: seen as it was left, or whole and upright. */
export function turnedTo(state: ViewState, imageId: ImageId, image: Size): ViewState {
  const left = new Map(state.left)
  const { view, fitted } = state
  if (state.imageId !== null && fitted && view.angle === 0) left.delete(state.imageId)
  else if (state.imageId !== null) left.set(state.imageId, { view, fitted })
  const before = left.get(imageId) ?? { view: { ...view, angle: 0 }, fitted: true }
  return reframed({ ...state, imageId, left, ...before }, { ...state.frame, image })
}

/** The view turned to an angle about a point of the viewport; an image that fills it goes on doing so. */
export function turned(state: ViewState, angle: number, anchor: Point): ViewState {
  const { view, frame, fitted } = state
  return fitted ? { ...state, view: fitView(frame, angle) } : viewed(state, turnAround(view, frame, anchor, angle))
}

/** A view that a person chose by pan or zoom. */
export function viewed(state: ViewState, view: View): ViewState {
  return { ...state, view: limitView(view, state.frame), fitted: false }
}

export interface ViewActions {
  readonly setViewport: (viewport: Size, pixelRatio: number) => void
  readonly setImage: (imageId: ImageId, image: Size) => void
  /** Another image will be seen as the open one is now: where and how near. */
  readonly seeAlike: (imageId: ImageId) => void
  readonly set: (view: View) => void
  /** CSS pixels. */
  readonly panBy: (dx: number, dy: number) => void
  /** `anchor` in CSS pixels of the viewport; its middle where it is left out. */
  readonly zoomBy: (factor: number, anchor?: Point) => void
  readonly fit: () => void
  /** Degrees clockwise; `anchor` as above. */
  readonly turnTo: (angle: number, anchor?: Point) => void
  readonly actual: (anchor?: Point) => void
  readonly zoomTo: (box: Box, share?: number) => void
  /** Brings a box into view by the least shift. */
  readonly reveal: (box: Box) => void
}

export type ViewStore = StoreApi<ViewState> & ViewActions

export function createViewStore(): ViewStore {
  const store = createStore<ViewState>(emptyView)
  const change = (next: (state: ViewState) => View): void => {
    store.setState((state) => viewed(state, next(state)))
  }
  const middle = ({ frame }: ViewState): Point => ({ x: frame.viewport.width / 2, y: frame.viewport.height / 2 })
  return Object.assign(store, {
    setViewport: (viewport: Size, pixelRatio: number) => {
      store.setState((state) => resized(state, viewport, pixelRatio))
    },
    setImage: (imageId: ImageId, image: Size) => {
      store.setState((state) => turnedTo(state, imageId, image))
    },
    seeAlike: (imageId: ImageId) => {
      store.setState(({ left, view, fitted }) => ({ left: new Map(left).set(imageId, { view, fitted }) }))
    },
    set: (view: View) => {
      change(() => view)
    },
    panBy: (dx: number, dy: number) => {
      change(({ view }) => panBy(view, dx, dy))
    },
    zoomBy: (factor: number, anchor?: Point) => {
      change((state) => {
        const zoom = limitView({ ...state.view, zoom: state.view.zoom * factor }, state.frame).zoom
        return zoomAround(state.view, state.frame, anchor ?? middle(state), zoom)
      })
    },
    fit: () => {
      store.setState((state) => ({ ...state, fitted: true, view: fitView(state.frame, state.view.angle) }))
    },
    turnTo: (angle: number, anchor?: Point) => {
      store.setState((state) => turned(state, angle, anchor ?? middle(state)))
    },
    actual: (anchor?: Point) => {
      change((state) => zoomAround(state.view, state.frame, anchor ?? middle(state), actualZoom(state.frame)))
    },
    zoomTo: (box: Box, share?: number) => {
      change(({ view, frame }) => viewOfBox(box, frame, share, undefined, view.angle))
    },
    reveal: (box: Box) => {
      store.setState((state) => {
        const view = viewShowing(box, state.view, state.frame)
        return view === state.view ? state : viewed(state, view)
      })
    },
  })
}
