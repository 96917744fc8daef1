import type { CountKind } from '#shared/contracts/counts.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import type { AnnotationId, ClassId, ImageId, PredictionId, RegionId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { countedOf } from '../counted-of.ts'
import { countedObjects } from '../counting.ts'
import type { OpenProject } from '../open-project.ts'
import { countedParts } from './counted-parts.ts'

export interface NumberOf {
  readonly source: CountSource
  readonly imageId: ImageId
  readonly classIds: readonly ClassId[]
  /** Of which region; `none`: what lies in none; null: of the whole image. */
  readonly region: RegionId | 'none' | null
}

/**
 * The objects that a number of the table counts. A prediction that somebody accepted or corrected is named by the annotation that it became, since that
 * is what is drawn. @throws AppError `no-such-image`.
 */
export function objectsBehind(
  project: OpenProject,
  { source, imageId, classIds, region }: NumberOf,
): { annotations: AnnotationId[]; predictions: PredictionId[] } {
  const wanted = new Set(classIds)
  const isThere = placeTest(project, { source, imageId, region })
  const objects = countedObjects(countedOf(project, project.image(imageId), source), source).filter(
    ({ classId, shape }) => wanted.has(classId) && isThere(shape),
  )
  const became = new Map(
    source.kind !== 'predictions'
      ? []
      : project.db.decisionsOf(imageId).map(({ predictionId, annotationId }) => [predictionId, annotationId]),
  )
  const annotations: AnnotationId[] = []
  const predictions: PredictionId[] = []
  for (const object of objects) {
    const annotation = 'score' in object ? (became.get(object.id) ?? null) : object.id
    if (annotation !== null) annotations.push(annotation)
    else predictions.push(object.id as PredictionId)
  }
  return { annotations, predictions }
}

/** Where the objects of a number lie, as the table counts: of an image in the part that stands for it, of a region in what the run looked at. */
function placeTest(project: OpenProject, { source, imageId, region }: Omit<NumberOf, 'classIds'>): (shape: Shape) => boolean {
  const run = source.kind === 'truth' ? null : project.run(source.runId)
  const parts = countedParts(project, project.image(imageId), run)
  const inPart = (wanted: CountKind): ((shape: Shape) => boolean) => parts.find(({ kind }) => kind === wanted)?.holds ?? (() => true)
  if (region === null) return inPart(source.kind)
  const regions = project.db.regionsOf(imageId).filter(({ id }) => region === 'none' || id === region)
  const { holds } = regionTest(regions.map(({ shape }) => shape))
  const inside = (shape: Shape): boolean => isPlaced(shape) && holds(shape)
  if (region === 'none') return (shape) => !inside(shape)
  const looked = source.kind === 'truth' ? () => true : inPart('predictions')
  return (shape) => inside(shape) && looked(shape)
}
