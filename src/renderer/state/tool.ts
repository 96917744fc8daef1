import { createStore, type StoreApi } from 'zustand/vanilla'
import { type OutlineModel } from '#shared/contracts/outliner.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { type PlacedObject } from '../tools/edits.ts'
import { fits, type ToolName } from '../tools/tool-set.ts'

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
  /** Diameter of brush and eraser in the unit of `brushUnit`. */
  readonly brushSize: number
  /** `screen`: CSS pixels, a stroke is as wide on screen at any zoom; `image`: pixels of the image, it is as wide on the slide. */
  readonly brushUnit: 'screen' | 'image'
  /** Brush and wand add to the selected object, as with Shift held. */
  readonly adding: boolean
  /** Clicks of the smart outline say what is not the object, as with Alt held. */
  readonly outside: boolean
  /** Corners and edges that are set or moved snap to those of other objects. */
  readonly snapping: boolean
  /** How far a colour may be from the one under the wand, CIELAB (2.3 is just noticeable). */
  readonly tolerance: number
  /** A model of the person's own for the smart outline; null: Slidewright's. */
  readonly outlineModel: OutlineModel | null
  /** Since when that model looks at a view (milliseconds, `Date.now`); null where it does not. */
  readonly lookingSince: number | null
  /** By how many image pixels areas were expanded, shrunk or simplified last. */
  readonly distances: Readonly<Record<DistanceOperation, number>>
}

export function emptyTool(): ToolState {
  return {
    ...{ tool: 'move', classId: null, panHeld: false, clipboard: [], author: '' },
    ...{
      brushSize: 40,
      brushUnit: 'screen',
      adding: false,
      outside: false,
      snapping: false,
      tolerance: 12,
      outlineModel: null,
      lookingSince: null,
    },
    distances: { expand: 5, shrink: 5, simplify: 1 },
  }
}

/** What can be done to areas by a distance. */
export type DistanceOperation = 'expand' | 'shrink' | 'simplify'

/** Diameters that a brush may have, CSS pixels or pixels of the image. */
export const BRUSH_RANGE = [2, 2000] as const
/** Tolerances that the wand may have, CIELAB. */
export const TOLERANCE_RANGE = [0.5, 80] as const

/** Diameter of brush and eraser in CSS pixels at a zoom of CSS pixels an image pixel. */
export const brushOnScreen = ({ brushSize, brushUnit }: Pick<ToolState, 'brushSize' | 'brushUnit'>, zoom: number): number =>
  brushUnit === 'image' ? brushSize * zoom : brushSize

const within = ([low, high]: readonly [number, number], value: number): number => Math.min(high, Math.max(low, value))

/** The tool where it fits the kind of project, else the one that moves the view. */
export function taskIs(state: ToolState, task: TaskKind): ToolState {
  return fits(state.tool, task) ? state : { ...state, tool: 'move' }
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
  readonly sizeBrush: (diameter: number) => void
  /** The brush keeps its size on the screen or in the image from now on; at this zoom it stays as it is. */
  readonly keepBrush: (unit: ToolState['brushUnit'], zoom: number) => void
  readonly setTolerance: (tolerance: number) => void
  readonly toggleAdding: () => void
  readonly setOutside: (outside: boolean) => void
  readonly setSnapping: (snapping: boolean) => void
  readonly setDistance: (operation: DistanceOperation, pixels: number) => void
  readonly setOutlineModel: (model: OutlineModel | null) => void
  /** The model looks at a view until a promise settles. */
  readonly beginLook: (done: Promise<unknown>) => void
  /** Keeps the tool among those of the project's task. */
  readonly keepTool: (task: TaskKind) => void
  readonly keepClass: (classes: readonly ClassRecord[]) => void
}

export type ToolStore = StoreApi<ToolState> & ToolActions

/** How wide brush and wand are set. */
function widthActions(store: StoreApi<ToolState>): Pick<ToolActions, 'sizeBrush' | 'keepBrush' | 'setTolerance'> {
  return {
    sizeBrush: (diameter: number) => {
      store.setState({ brushSize: Math.round(within(BRUSH_RANGE, diameter)) })
    },
    keepBrush: (brushUnit: ToolState['brushUnit'], zoom: number) => {
      store.setState((state) => {
        const onScreen = brushOnScreen(state, zoom)
        return { brushUnit, brushSize: Math.round(within(BRUSH_RANGE, brushUnit === 'image' ? onScreen / zoom : onScreen)) }
      })
    },
    setTolerance: (tolerance: number) => {
      store.setState({ tolerance: within(TOLERANCE_RANGE, tolerance) })
    },
  }
}

export function createToolStore(): ToolStore {
  const store = createStore<ToolState>(emptyTool)
  let looks = 0
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
    ...widthActions(store),
    setDistance: (operation: DistanceOperation, pixels: number) => {
      store.setState(({ distances }) => ({ distances: { ...distances, [operation]: pixels } }))
    },
    setSnapping: (snapping: boolean) => {
      store.setState({ snapping })
    },
    toggleAdding: () => {
      store.setState(({ adding }) => ({ adding: !adding }))
    },
    setOutside: (outside: boolean) => {
      if (store.getState().outside !== outside) store.setState({ outside })
    },
    setOutlineModel: (outlineModel: OutlineModel | null) => {
      store.setState({ outlineModel })
    },
    beginLook: (done: Promise<unknown>) => {
      looks++
      store.setState(({ lookingSince }) => ({ lookingSince: lookingSince ?? Date.now() }))
      const end = (): void => {
        if (--looks === 0) store.setState({ lookingSince: null })
      }
      done.then(end, end)
    },
    keepTool: (task: TaskKind) => {
      store.setState((state) => taskIs(state, task))
    },
    keepClass: (classes: readonly ClassRecord[]) => {
      store.setState((state) => classesAre(state, classes))
    },
  })
}
