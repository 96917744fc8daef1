import type { CountKind } from '#shared/contracts/counts.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { byTrust, markedTwice } from '#shared/counts/marked-twice.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { AnnotationId, ClassId, ImageId, PredictionId, RegionId } from '#shared/records/ids.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
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
  /** Only those that lie on another which counts too. */
  readonly twice?: boolean | undefined
}

/**
 * The objects that a number of the table counts. A prediction that somebody accepted or corrected is named by the annotation that it became, since that
 * is what is drawn. @throws AppError `no-such-image`.
 */
export function objectsBehind(
  project: OpenProject,
  { source, imageId, classIds, region, twice }: NumberOf,
): { annotations: AnnotationId[]; predictions: PredictionId[] } {
  const wanted = new Set(classIds)
  const isThere = placeTest(project, { source, imageId, region })
  const counted = countedObjects(countedOf(project, project.image(imageId), source), source).filter(
    ({ classId, shape }) => wanted.has(classId) && isThere(shape),
  )
  const objects = twice === true ? extraOf(counted) : counted
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

/** Those that are one too many, by the rule of the columns. */
function extraOf<T extends AnnotationRecord | PredictionRecord>(objects: readonly T[]): T[] {
  const score = (object: T): number => ('score' in object ? object.score : Number.NaN)
  const ranked = objects.toSorted((a, b) => byTrust({ score: score(a) }, { score: score(b) }))
  return [...new Set(markedTwice(ranked).map(([, extra]) => ranked[extra]!))]
}

/** Where the objects of a number lie, as the table counts: of an image in the part that stands for it, of a region in what the run looked at. */
function placeTest(
  project: OpenProject,
  { source, imageId, region }: Pick<NumberOf, 'source' | 'imageId' | 'region'>,
): (shape: Shape) => boolean {
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
