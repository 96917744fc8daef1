import { createStore, type StoreApi } from 'zustand/vanilla'
import { AS_IN_FILE, isAsInFile, type ColorView } from '#shared/color-view.ts'
import { type ClassId } from '#shared/records/ids.ts'

/** How the open image and its objects are shown. Nothing of it touches the file or the labels. */
export interface DisplayState extends ColorView {
  /** Opacity of boxes and points that are not selected, 0 to 1. */
  readonly labelOpacity: number
  readonly annotations: boolean
  readonly predictions: boolean
  /** Classes whose objects are not shown. */
  readonly hiddenClasses: ReadonlySet<ClassId>
  /** Images are shown by number instead of by their files' names, for blinded reading. */
  readonly maskNames: boolean
  /** Crosses lie over the image, for counting by points. */
  readonly grid: boolean
  /** Between the crosses: micrometres where the image's scale is known, else pixels of the image. */
  readonly gridMicrons: number
  readonly gridPixels: number
  /** The panel with the sliders is open. */
  readonly adjusting: boolean
}

/** Ranges of the sliders. */
export const ADJUST_RANGE = { brightness: [0.25, 3], contrast: [0.25, 3], gamma: [0.3, 3], labelOpacity: [0.1, 1] } as const

/** Distances that crosses may have, in micrometres as in pixels. */
export const GRID_RANGE = [1, 100_000] as const

export type Adjustment = keyof typeof ADJUST_RANGE

export function defaultDisplay(): DisplayState {
  return {
    ...AS_IN_FILE,
    labelOpacity: 1,
    annotations: true,
    predictions: true,
    hiddenClasses: new Set(),
    maskNames: false,
    grid: false,
    gridMicrons: 50,
    gridPixels: 100,
    adjusting: false,
  }
}

export function adjusted(state: DisplayState, what: Adjustment, value: number): DisplayState {
  const [low, high] = ADJUST_RANGE[what]
  return { ...state, [what]: Math.min(high, Math.max(low, value)) }
}

/** The id of the SVG filter that shows the image's colours as they are wished for (viewer/color-filter.tsx). */
export const COLOR_FILTER = 'sw-color-filter'

/** The adjustments as a CSS filter; `none` where they change nothing, since a filter costs every frame. */
export function filterOf(view: ColorView): string {
  return isAsInFile(view) ? 'none' : `url(#${COLOR_FILTER})`
}

export interface DisplayActions {
  readonly adjust: (what: Adjustment, value: number) => void
  readonly setColors: (change: Partial<ColorView>) => void
  readonly resetAdjustments: () => void
  readonly toggle: (what: 'annotations' | 'predictions' | 'maskNames' | 'grid' | 'adjusting') => void
  /** Hides a class, or shows it again, and with it those that are a kind of it. */
  readonly toggleClass: (id: ClassId, kinds?: readonly ClassId[]) => void
  /** How far the crosses of the count grid stand from each other. */
  readonly spaceGrid: (unit: 'gridMicrons' | 'gridPixels', distance: number) => void
}

export type DisplayStore = StoreApi<DisplayState> & DisplayActions

export function createDisplayStore(): DisplayStore {
  const store = createStore<DisplayState>(defaultDisplay)
  return Object.assign(store, {
    adjust: (what: Adjustment, value: number) => {
      store.setState((state) => adjusted(state, what, value))
    },
    setColors: (change: Partial<ColorView>) => {
      store.setState(change)
    },
    resetAdjustments: () => {
      store.setState({ ...AS_IN_FILE, labelOpacity: 1 })
    },
    toggle: (what: 'annotations' | 'predictions' | 'maskNames' | 'grid' | 'adjusting') => {
      store.setState((state) => ({ ...state, [what]: !state[what] }))
    },
    spaceGrid: (unit: 'gridMicrons' | 'gridPixels', distance: number) => {
      store.setState({ [unit]: Math.min(GRID_RANGE[1], Math.max(GRID_RANGE[0], distance)) })
    },
    toggleClass: (id: ClassId, kinds: readonly ClassId[] = []) => {
      store.setState(({ hiddenClasses }) => {
        const hidden = new Set(hiddenClasses)
        const shows = hidden.has(id)
        for (const one of [id, ...kinds])
          if (shows) hidden.delete(one)
          else hidden.add(one)
        return { hiddenClasses: hidden }
      })
    },
  })
}
