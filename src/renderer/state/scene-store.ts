import { createStore, type StoreApi } from 'zustand/vanilla'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { type AnnotationId } from '#shared/records/ids.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { buildScene, type Scene, type SceneObject } from '../viewer/scene.ts'
import { type DisplayState } from './display.ts'
import { type DocumentState } from './document.ts'
import { openGuesses, type PredictionsState } from './predictions.ts'

// A label of the whole image has no place on the canvas.
const ofTruth = ({ id, classId, shape }: AnnotationRecord): SceneObject[] => (isPlaced(shape) ? [{ id, classId, shape, score: null }] : [])
const ofGuess = ({ id, classId, shape, score }: PredictionRecord): SceneObject[] => (isPlaced(shape) ? [{ id, classId, shape, score }] : [])

/** What the canvas shows: guesses below truth, each only while its layer and its class are shown. */
export function sceneObjects(
  annotations: ReadonlyMap<AnnotationId, AnnotationRecord>,
  guesses: readonly PredictionRecord[],
  layers: Pick<DisplayState, 'annotations' | 'predictions' | 'hiddenClasses'>,
): SceneObject[] {
  const objects = [
    ...(layers.predictions ? guesses.flatMap(ofGuess) : []),
    ...(layers.annotations ? [...annotations.values()].flatMap(ofTruth) : []),
  ]
  return layers.hiddenClasses.size === 0 ? objects : objects.filter(({ classId }) => !layers.hiddenClasses.has(classId))
}

export interface SceneState {
  readonly scene: Scene
}

interface Sources {
  readonly document: StoreApi<DocumentState>
  readonly predictions: StoreApi<PredictionsState>
  readonly display: StoreApi<DisplayState>
}

/** Inputs of a scene: another scene is built only when one of them is another. */
function inputsOf({ document, predictions, display }: Sources): readonly unknown[] {
  const { tables, decided } = document.getState()
  const guesses = predictions.getState()
  const layers = display.getState()
  return [tables.annotations, decided, guesses.predictions, guesses.threshold, layers.annotations, layers.predictions, layers.hiddenClasses]
}

function sceneOf({ document, predictions, display }: Sources): Scene {
  const { tables, decided } = document.getState()
  return buildScene(sceneObjects(tables.annotations, openGuesses(predictions.getState(), decided), display.getState()))
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
