import { createStore, type StoreApi } from 'zustand/vanilla'
import { IMAGE } from '#shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type ClassId, type PredictionId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { passing, type FilterPlace, type ObjectFilter } from '../objects/object-filter.ts'
import { type BlockPart } from '../objects/object-table.ts'
import { RowSet } from '../objects/row-set.ts'
import { lazily, type ObjectId, type SceneRows } from '../objects/rows.ts'
import { sceneOfParts, type Scene, type ScenePart } from '../viewer/scene.ts'
import { type DisplayState } from './display.ts'
import { openImageOf, type DocumentState } from './document.ts'
import { foundOn, keepsBack, type FilterState } from './filter.ts'
import { type PredictionsState } from './predictions.ts'

type Layers = Pick<DisplayState, 'annotations' | 'predictions' | 'hiddenClasses'>

/** Whether a row of a block is there and of a class that is shown. The label of a whole image has no place on the canvas. */
function shownIn(
  { block: { rows }, gone }: BlockPart<AnnotationRecord | PredictionRecord>,
  hidden: ReadonlySet<ClassId>,
): (row: number) => boolean {
  const shown = Uint8Array.from(rows.classes, (classId) => (hidden.has(classId) ? 0 : 1))
  const { kinds, classCodes } = rows
  return (row) => kinds[row] !== IMAGE && shown[classCodes[row]!] === 1 && (gone === null || gone[row] === 0)
}

function truthPart(part: BlockPart<AnnotationRecord>, { hiddenClasses }: Layers): ScenePart {
  return { rows: part.block.rows, guess: false, isShown: shownIn(part, hiddenClasses) }
}

function guessPart(
  part: BlockPart<PredictionRecord>,
  { threshold, blind = null }: Pick<PredictionsState, 'threshold'> & Partial<Pick<PredictionsState, 'blind'>>,
  decided: ReadonlySet<PredictionId>,
  { hiddenClasses }: Layers,
): ScenePart {
  const { rows } = part.block
  const isShown = shownIn(part, hiddenClasses)
  if (blind !== null) return { rows, guess: true, isShown: (row) => rows.idAt(row) === blind && isShown(row) }
  const open = (row: number): boolean => (rows.scoreAt(row) ?? 0) >= threshold && !decided.has(rows.idAt(row) as PredictionId)
  return { rows, guess: true, isShown: (row) => open(row) && isShown(row) }
}

/** How many of the objects the filter lets through. */
export interface FilterCount {
  readonly shown: number
  readonly all: number
}

export interface SceneState {
  readonly scene: Scene
  /** Counted when it is first asked for; null while no filter is on. */
  readonly filtered: (() => FilterCount) | null
  /** Whether the filter lets a row pass, on show or not. */
  readonly passes: (rows: SceneRows, guess: boolean, row: number) => boolean
}

/** A store that is only read. */
interface Watched<T> {
  readonly getState: () => T
  readonly subscribe: (listener: () => void) => () => void
}

interface Objects extends Pick<DocumentState, 'imageId' | 'decided'> {
  readonly tables: Pick<DocumentState['tables'], 'annotations' | 'images'>
}

interface Sources {
  readonly document: Watched<Objects>
  /** Only of the open image somebody reads blind. */
  readonly predictions: Watched<Pick<PredictionsState, 'predictions' | 'threshold' | 'runId'> & Partial<Pick<PredictionsState, 'blind'>>>
  readonly display: Watched<DisplayState>
  readonly filter: Watched<FilterState>
}

/** The filter that is on now, and what it goes by; null without one. */
function filterNow({ document, predictions, filter: { getState } }: Sources): FilterInputs | null {
  const { filter, hidden, paused, found } = getState()
  if (paused || !keepsBack({ filter, hidden })) return null
  const micronsPerPixel = openImageOf(document.getState())?.micronsPerPixel ?? null
  if (filter.runs === null) return { filter, hidden, micronsPerPixel, runId: null, found: undefined }
  return { filter, hidden, micronsPerPixel, runId: predictions.getState().runId, found: foundOn({ found }, document.getState().imageId) }
}

/** Run and what was found are told where the filter goes by runs alone, so that nothing else hangs on them. */
interface FilterInputs extends FilterPlace {
  readonly filter: ObjectFilter
  readonly hidden: ReadonlySet<ObjectId>
}

/** For every row 1 where it is neither filtered out nor hidden by hand. */
function keptIn(inputs: FilterInputs, rows: SceneRows, guess: boolean): Uint8Array {
  const marks = passing(inputs.filter, rows, guess, inputs)
  const { hidden } = inputs
  if (hidden instanceof RowSet) for (const [row, isHidden] of hidden.marksOf(rows).entries()) marks[row]! &= 1 - isHidden
  else
    for (const id of hidden) {
      const row = guess === (typeof id === 'number') ? rows.rowOf(id) : -1
      if (row >= 0) marks[row] = 0
    }
  return marks
}

/** Which rows a filter lets pass, found once for each block as long as nothing changes that it goes by: an edit costs only what it put. */
function filterMarks(): (inputs: FilterInputs, rows: SceneRows, guess: boolean) => Uint8Array {
  let known: { readonly by: FilterInputs; readonly marks: WeakMap<SceneRows, Uint8Array> } | null = null
  const isSame = (a: FilterInputs, b: FilterInputs): boolean =>
    a.filter === b.filter && a.hidden === b.hidden && a.micronsPerPixel === b.micronsPerPixel && a.runId === b.runId && a.found === b.found
  return (inputs, rows, guess) => {
    if (known === null || !isSame(known.by, inputs)) known = { by: inputs, marks: new WeakMap() }
    const marks = known.marks.get(rows) ?? keptIn(inputs, rows, guess)
    known.marks.set(rows, marks)
    return marks
  }
}

/** Inputs of a scene: another scene is made only when one of them is another. */
function inputsOf(sources: Sources): readonly unknown[] {
  const { document, predictions, display } = sources
  const { tables, decided } = document.getState()
  const guesses = predictions.getState()
  const { annotations, predictions: guessed, hiddenClasses } = display.getState()
  const by = filterNow(sources)
  const layers = [annotations, guessed, hiddenClasses]
  return [
    tables.annotations,
    decided,
    guesses.predictions,
    guesses.threshold,
    guesses.blind,
    ...layers,
    by?.filter,
    by?.hidden,
    by?.micronsPerPixel,
    by?.runId,
    by?.found,
  ]
}

/** What the canvas shows but for the filter: guesses below truth, each only while its layer and its class are shown. */
function partsOf({ document, predictions, display }: Sources): ScenePart[] {
  const { tables, decided } = document.getState()
  const guesses = predictions.getState()
  const isBlind = (guesses.blind ?? null) !== null
  const layers = display.getState()
  const below = layers.predictions || isBlind ? guesses.predictions.parts.map((part) => guessPart(part, guesses, decided, layers)) : []
  const above = layers.annotations && !isBlind ? tables.annotations.parts.map((part) => truthPart(part, layers)) : []
  return [...below, ...above]
}

const ALL = (): boolean => true

/** What the canvas shows. Takes no time by the number of objects, but once for each filter. */
function sceneOf(sources: Sources, marksOf: ReturnType<typeof filterMarks>): SceneState {
  const all = partsOf(sources)
  const by = filterNow(sources)
  if (by === null) return { scene: sceneOfParts(all), filtered: null, passes: ALL }
  const parts = all.map((part): ScenePart => {
    const { rows, guess, isShown } = part
    const marks = marksOf(by, rows, guess)
    return { rows, guess, isShown: (row) => marks[row] === 1 && isShown(row) }
  })
  return {
    scene: sceneOfParts(parts),
    filtered: lazily(() => ({ shown: countOf(parts), all: countOf(all) })),
    passes: (rows, guess, row) => marksOf(by, rows, guess)[row] === 1,
  }
}

function countOf(parts: readonly ScenePart[]): number {
  let count = 0
  for (const { rows, isShown } of parts) for (let row = 0; row < rows.count; row++) if (isShown(row)) count++
  return count
}

/** The scene as a store of its own, kept up to date with what it is made of. */
export function createSceneStore(sources: Sources): StoreApi<SceneState> {
  const marksOf = filterMarks()
  const store = createStore<SceneState>(() => sceneOf(sources, marksOf))
  let inputs = inputsOf(sources)
  const refresh = (): void => {
    const now = inputsOf(sources)
    if (now.every((input, index) => input === inputs[index])) return
    inputs = now
    store.setState(sceneOf(sources, marksOf))
  }
  for (const source of [sources.document, sources.predictions, sources.display, sources.filter]) source.subscribe(refresh)
  return store
}
