import { isAreaShape } from '#shared/masks/draw-shape.ts'
import { MASK, POLYGON } from '#shared/objects/shape-columns.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { type Shape } from '#shared/records/shape.ts'
import { type DisplayState } from '../state/display.ts'
import { type DocumentState } from '../state/document.ts'
import { type PredictionsState } from '../state/predictions.ts'
import { type JudgedArea } from './error-map.ts'
import { type MapState } from './map-store.ts'
import { chosenMap, mapChoices, type MapChoice } from './map-views.ts'

type Document = Pick<DocumentState, 'tables' | 'classes' | 'models' | 'runs' | 'imageId' | 'loading'>
type Guesses = Pick<PredictionsState, 'predictions' | 'threshold' | 'runId' | 'imageId' | 'loading'>
type Drawn = Pick<MapState, 'result' | 'imageId' | 'runId'>

/** The model whose run is shown, or null. */
export function modelOfRun({ runs, models }: Pick<Document, 'runs' | 'models'>, { runId }: Pick<Guesses, 'runId'>): ModelRecord | null {
  const run = runs.find(({ id }) => id === runId)
  return models.find(({ id }) => id === run?.modelId) ?? null
}

/** Whether something outlines an area: boxes of a detection say nothing about single pixels. */
const anyArea = ({ parts }: Pick<Document['tables']['annotations'] | Guesses['predictions'], 'parts'>): boolean =>
  parts.some(({ block: { rows }, gone }) =>
    rows.kinds.some((kind, row) => (kind === POLYGON || kind === MASK) && (gone === null || gone[row] === 0)),
  )

/** Errors can be shown where a run looked at the image, all of it is here, and something on it is an area. */
function hasErrors({ tables, loading, imageId }: Document, { predictions, runId, ...guesses }: Guesses): boolean {
  if (loading || guesses.loading || guesses.imageId !== imageId) return false
  return runId !== null && (anyArea(predictions) || anyArea(tables.annotations))
}

/** The maps of the open image that can be shown now. */
export function openChoices(document: Document, guesses: Guesses, { result, imageId, runId }: Drawn): MapChoice[] {
  if (document.imageId === null) return []
  const current = imageId === document.imageId && runId === guesses.runId
  return mapChoices(current ? result : null, hasErrors(document, guesses))
}

/** The map that is to be drawn now, or null. */
export function shownChoice(document: Document, guesses: Guesses, maps: Drawn & Pick<MapState, 'wish'>): MapChoice | null {
  return maps.wish.shown ? chosenMap(openChoices(document, guesses, maps), maps.wish) : null
}

/** Colours of the model's classes as the project has them now, null for those that are hidden; a class that is gone is grey. */
export function modelColors(
  document: Document,
  guesses: Guesses,
  { hiddenClasses }: Pick<DisplayState, 'hiddenClasses'>,
): (string | null)[] {
  const colors = new Map(document.classes.map(({ id, color }) => [id, color]))
  return (modelOfRun(document, guesses)?.classes ?? []).map(({ id }) => (hiddenClasses.has(id) ? null : (colors.get(id) ?? '#bbbbbb')))
}

/** The areas that are compared: labels, and all that the run found at the score, also what was decided upon since. */
export function judgedAreas(
  { tables, classes }: Document,
  { predictions, threshold }: Guesses,
  { hiddenClasses }: Pick<DisplayState, 'hiddenClasses'>,
): { readonly truth: JudgedArea[]; readonly found: JudgedArea[] } {
  const values = new Map<ClassId, number>(classes.map(({ id }, place) => [id, place + 1]))
  const judged = (classId: ClassId, shape: Shape, ignore: boolean): JudgedArea[] => {
    const value = values.get(classId)
    return value === undefined || hiddenClasses.has(classId) || !isAreaShape(shape) ? [] : [{ shape, value, ignore }]
  }
  return {
    truth: [...tables.annotations.values()].flatMap(({ classId, shape, crowd, difficult }) => judged(classId, shape, crowd || difficult)),
    // The surest lies on top.
    found: [...predictions.values()]
      .filter(({ score }) => score >= threshold)
      .sort((a, b) => a.score - b.score)
      .flatMap(({ classId, shape }) => judged(classId, shape, false)),
  }
}
