import { createStore, type StoreApi } from 'zustand/vanilla'
import { IMAGE } from '#shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type ClassId, type PredictionId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { type BlockPart } from '../objects/object-table.ts'
import { sceneOfParts, type Scene, type ScenePart } from '../viewer/scene.ts'
import { type DisplayState } from './display.ts'
import { type DocumentState } from './document.ts'
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
  { threshold }: Pick<PredictionsState, 'threshold'>,
  decided: ReadonlySet<PredictionId>,
  { hiddenClasses }: Layers,
): ScenePart {
  const { rows } = part.block
  const isShown = shownIn(part, hiddenClasses)
  const open = (row: number): boolean => (rows.scoreAt(row) ?? 0) >= threshold && !decided.has(rows.idAt(row) as PredictionId)
  return { rows, guess: true, isShown: (row) => open(row) && isShown(row) }
}

export interface SceneState {
  readonly scene: Scene
}

interface Sources {
  readonly document: StoreApi<DocumentState>
  readonly predictions: StoreApi<PredictionsState>
  readonly display: StoreApi<DisplayState>
}

/** Inputs of a scene: another scene is made only when one of them is another. */
function inputsOf({ document, predictions, display }: Sources): readonly unknown[] {
  const { tables, decided } = document.getState()
  const guesses = predictions.getState()
  const layers = display.getState()
  return [tables.annotations, decided, guesses.predictions, guesses.threshold, layers.annotations, layers.predictions, layers.hiddenClasses]
}

/** What the canvas shows: guesses below truth, each only while its layer and its class are shown. Takes no time by the number of objects. */
export function sceneOf({ document, predictions, display }: Sources): Scene {
  const { tables, decided } = document.getState()
  const guesses = predictions.getState()
  const layers = display.getState()
  const below = layers.predictions ? guesses.predictions.parts.map((part) => guessPart(part, guesses, decided, layers)) : []
  const above = layers.annotations ? tables.annotations.parts.map((part) => truthPart(part, layers)) : []
  return sceneOfParts([...below, ...above])
}

/** The scene as a store of its own, kept up to date with what it is made of. */
export function createSceneStore(sources: Sources): StoreApi<SceneState> {
  const store = createStore<SceneState>(() => ({ scene: sceneOf(sources) }))
  let inputs = inputsOf(sources)
  const refresh = (): void => {
    const now = inputsOf(sources)
    if (now.every((input, index) => input === inputs[index])) return
    inputs = now
    store.setState({ scene: sceneOf(sources) })
  }
  for (const source of [sources.document, sources.predictions, sources.display]) source.subscribe(refresh)
  return store
}
