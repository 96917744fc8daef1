import { ANSWER, type ReviewColumns } from '../src/shared/contracts/review.ts'
import { isPlaced, shapeBounds } from '../src/shared/geometry/shape-bounds.ts'
import { overlapIndex, SAME_OBJECT } from '../src/shared/geometry/shape-overlap.ts'
import { SHAPE_KINDS } from '../src/shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '../src/shared/records/annotation.ts'
import { type ClassRecord } from '../src/shared/records/class.ts'
import { type PredictionId } from '../src/shared/records/ids.ts'
import { type ImageRecord } from '../src/shared/records/image.ts'
import { type DecisionRecord, type PredictionRecord } from '../src/shared/records/prediction.ts'

/** What a project in memory holds. */
export interface ReviewContent {
  readonly images: readonly ImageRecord[]
  readonly classes: readonly ClassRecord[]
  readonly predictions: readonly PredictionRecord[]
  readonly annotations: readonly AnnotationRecord[]
  readonly decisions: readonly DecisionRecord[]
  readonly finishedToo?: boolean
}

/** Of predictions those that a person still has to decide: no decision yet, and no annotation that shows the same object or labels the whole image. */
export function openPredictions(
  predictions: readonly PredictionRecord[],
  decided: ReadonlySet<PredictionId>,
  annotations: readonly AnnotationRecord[],
): PredictionRecord[] {
  const on = (imageId: string) => overlapIndex(annotations.filter((one) => one.imageId === imageId).map(({ shape }) => shape))
  return predictions.filter(
    ({ id, imageId, shape }) =>
      !decided.has(id) &&
      !on(imageId)
        .overlaps(shape)
        .some(({ overlap }) => overlap >= SAME_OBJECT),
  )
}

/** What main answers, by the plain rule, record by record. */
export function reviewColumnsOf({
  images,
  classes,
  predictions,
  annotations,
  decisions,
  finishedToo = false,
}: ReviewContent): ReviewColumns {
  const answers = new Map(decisions.map((one) => [one.predictionId, one]))
  const finished = new Set(images.filter(({ state }) => state === 'done' || state === 'reviewed').map(({ id }) => id))
  const answering = new Set(decisions.map(({ annotationId }) => annotationId))
  const labels = annotations.filter(({ id }) => !answering.has(id))
  const byId = new Map(annotations.map((one) => [one.id, one]))
  const open = new Set(openPredictions(predictions, new Set(answers.keys()), annotations).map(({ id }) => id))
  const rows = images.flatMap((image) =>
    predictions
      .filter(({ imageId, id }) => imageId === image.id && (answers.has(id) || (open.has(id) && (finishedToo || !finished.has(image.id)))))
      .sort((a, b) => b.score - a.score),
  )
  const classIds = classes.map(({ id }) => id)
  const answerOf = (id: PredictionId): number => {
    const decision = answers.get(id)
    if (!decision) return ANSWER.open
    const made = decision.annotationId === null ? undefined : byId.get(decision.annotationId)
    return made ? classIds.indexOf(made.classId) : ANSWER.nothing
  }
  const shown = ({ imageId, shape }: PredictionRecord): number =>
    overlapIndex(annotations.filter((one) => one.imageId === imageId).map((one) => one.shape))
      .overlaps(shape)
      .filter(({ overlap }) => overlap >= SAME_OBJECT).length
  return {
    imageIds: images.map(({ id }) => id),
    classIds,
    ids: Float64Array.from(rows, ({ id }) => id),
    images: Uint32Array.from(rows, ({ imageId }) => images.findIndex(({ id }) => id === imageId)),
    classes: Uint16Array.from(rows, ({ classId }) => classIds.indexOf(classId)),
    scores: Float64Array.from(rows, ({ score }) => score),
    kinds: Uint8Array.from(rows, ({ shape }) => SHAPE_KINDS.indexOf(shape.type)),
    bounds: Float64Array.from(
      rows.flatMap(({ shape }) => {
        const { x, y, width, height } = isPlaced(shape) ? shapeBounds(shape) : { x: 0, y: 0, width: 0, height: 0 }
        return [x, y, width, height]
      }),
    ),
    answers: Int16Array.from(rows, ({ id }) => answerOf(id)),
    shown: Uint16Array.from(rows, shown),
    rivals: new Float32Array(rows.length).fill(Number.NaN),
    rival: null,
    labels: classIds.map((id) => labels.filter(({ classId }) => classId === id).length),
    area: null,
    ...{ pixels: images.map(({ width, height }) => width * height), areaOf: 'image', scans: 0 },
  }
}
