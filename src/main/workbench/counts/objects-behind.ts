import type { CountSource } from '#shared/contracts/project.ts'
import { regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import type { AnnotationId, ClassId, ImageId, PredictionId, RegionId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { countedOf } from '../counted-of.ts'
import { countedObjects } from '../counting.ts'
import type { OpenProject } from '../open-project.ts'

export interface NumberOf {
  readonly source: CountSource
  readonly imageId: ImageId
  readonly classIds: readonly ClassId[]
  /** Of which region; `none`: what lies in none; null: of the whole image. */
  readonly region: RegionId | 'none' | null
}

/** The objects that a number of the table counts. @throws AppError `no-such-image`. */
export function objectsBehind(
  project: OpenProject,
  { source, imageId, classIds, region }: NumberOf,
): { annotations: AnnotationId[]; predictions: PredictionId[] } {
  const wanted = new Set(classIds)
  const isThere = placeTest(project, imageId, region)
  const objects = countedObjects(countedOf(project, project.image(imageId), source), source).filter(
    ({ classId, shape }) => wanted.has(classId) && isThere(shape),
  )
  return {
    annotations: objects.flatMap((object) => ('score' in object ? [] : [object.id])),
    predictions: objects.flatMap((object) => ('score' in object ? [object.id] : [])),
  }
}

function placeTest({ db }: OpenProject, imageId: ImageId, region: NumberOf['region']): (shape: Shape) => boolean {
  if (region === null) return () => true
  const regions = db.regionsOf(imageId).filter(({ id }) => region === 'none' || id === region)
  const { holds } = regionTest(regions.map(({ shape }) => shape))
  const inside = (shape: Shape): boolean => isPlaced(shape) && holds(shape)
  return region === 'none' ? (shape) => !inside(shape) : inside
}
