import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ClassId } from '#shared/records/ids.ts'

/** How the open image and its objects are shown. Nothing of it touches the file or the labels. */
export interface DisplayState {
  /** Factor on every channel; 1 leaves the image as it is. */
  readonly brightness: number
  /** Factor about mid-grey; 1 leaves the image as it is. */
  readonly contrast: number
  /** Opacity of boxes and points that are not selected, 0 to 1. */
  readonly labelOpacity: number
  readonly annotations: boolean
  readonly predictions: boolean
  /** Classes whose objects are not shown. */
  readonly hiddenClasses: ReadonlySet<ClassId>
  /** The panel with the sliders is open. */
  readonly adjusting: boolean
}

/** Ranges of the sliders. */
export const ADJUST_RANGE = { brightness: [0.25, 3], contrast: [0.25, 3], labelOpacity: [0.1, 1] } as const

export type Adjustment = keyof typeof ADJUST_RANGE

export function defaultDisplay(): DisplayState {
  return { brightness: 1, contrast: 1, labelOpacity: 1, annotations: true, predictions: true, hiddenClasses: new Set(), adjusting: false }
}

export function adjusted(state: DisplayState, what: Adjustment, value: number): DisplayState {
  const [low, high] = ADJUST_RANGE[what]
  return { ...state, [what]: Math.min(high, Math.max(low, value)) }
}

/** The adjustments as a CSS filter; `none` where they change nothing, since a filter costs every frame. */
export function filterOf({ brightness, contrast }: Pick<DisplayState, 'brightness' | 'contrast'>): string {
  if (brightness === 1 && contrast === 1) return 'none'
  return `brightness(${brightness.toFixed(3)}) contrast(${contrast.toFixed(3)})`
}

export interface DisplayActions {
  readonly adjust: (what: Adjustment, value: number) => void
  readonly resetAdjustments: () => void
  readonly toggle: (what: 'annotations' | 'predictions' | 'adjusting') => void
  readonly toggleClass: (id: ClassId) => void
}

export type DisplayStore = StoreApi<DisplayState> & DisplayActions

export function createDisplayStore(): DisplayStore {
  const store = createStore<DisplayState>(defaultDisplay)
  return Object.assign(store, {
    adjust: (what: Adjustment, value: number) => {
      store.setState((state) => adjusted(state, what, value))
    },
    resetAdjustments: () => {
      store.setState({ brightness: 1, contrast: 1, labelOpacity: 1 })
    },
    toggle: (what: 'annotations' | 'predictions' | 'adjusting') => {
      store.setState((state) => ({ ...state, [what]: !state[what] }))
    },
    toggleClass: (id: ClassId) => {
      store.setState(({ hiddenClasses }) => {
        const hidden = new Set(hiddenClasses)
        if (!hidden.delete(id)) hidden.add(id)
        return { hiddenClasses: hidden }
      })
    },
  })
}
