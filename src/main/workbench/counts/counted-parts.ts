import type { CountColumns, CountKind } from '#shared/contracts/counts.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { regionPixels, regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import type { RunRecord } from '#shared/records/model.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import type { RegionRecord, RegionShape } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { PlacedLabel } from '../../project/tables/review.ts'
import { countedOf } from '../counted-of.ts'
import { countedObjects } from '../counting.ts'
import { labelledParts } from '../labelled-parts.ts'
import type { OpenProject } from '../open-project.ts'
import { lookSettings } from '../prediction.ts'
import { workbenchTask } from '../tasks/registry.ts'

/** What numbers of a kind stand for on an image where that is not all of it. */
export interface CountedPart extends Omit<CountColumns['parts'][number], 'image'> {
  /** Whether an object lies in it, by its middle; where the part is not known, each does. */
  holds(shape: Shape): boolean
}

/** Regions of one image that were gone through together; `shapes` null: they are not known any more. */
export interface Ground {
  readonly shapes: readonly RegionShape[] | null
  /** Whether they are as the run kept them or as the project has them now. */
  readonly from: 'run' | 'now'
}

/** What is known of where an image was gone through. */
export interface Grounds {
  /** Where a run in regions looked; null: on all of the image, or there is no run. */
  readonly looked: Ground | null
  /** What somebody says is fully labelled; null: no region is, so labels stand for the whole image. */
  readonly labelled: Ground | null
}

/** Where an image was gone through, by a run and by people; `regions` are the image's, as they are now. */
export function groundsOf(
  project: OpenProject,
  image: ImageRecord,
  run: RunRecord | null,
  regions: readonly RegionRecord[] = project.db.regionsOf(image.id),
): Grounds {
  const shapes = labelledParts(workbenchTask(project.task), regions) ?? []
  return { looked: lookedAt(project, run, image, regions), labelled: shapes.length === 0 ? null : { shapes, from: 'now' } }
}

/**
 * The regions that a run in regions looked at on an image. Runs that did not keep theirs are taken to have looked at those that are there now, unless
 * something that they found lies beside these: then nobody knows any more.
 */
function lookedAt({ db }: OpenProject, run: RunRecord | null, image: ImageRecord, regions: readonly RegionRecord[]): Ground | null {
  if (run === null || !lookSettings(run).inRegions) return null
  const kept = db.resultOf(image.id, run.id)?.regions
  if (kept) return { shapes: kept, from: 'run' }
  const now = { shapes: regions.map(({ shape }) => shape), from: 'now' as const }
  const holds = holdsIn(now)
  const isSame = regions.length > 0 && db.predictionsOf(image.id, run.id).every(({ shape }) => holds(shape))
  return isSame ? now : { shapes: null, from: 'now' }
}

/**
 * The parts of an image that numbers stand for, kind by kind: predictions and corrected numbers for what the run looked at, labels for the fully
 * labelled regions where there are any. On a finished image corrected numbers are the labels alone, so those of a run over the whole of it stand for
 * what labels do. A kind that is not among them stands for the whole image.
 */
export function countedParts(
  project: OpenProject,
  image: ImageRecord,
  run: RunRecord | null,
  { looked, labelled } = groundsOf(project, image, run),
): CountedPart[] {
  const labelsAlone = run !== null && looked === null && isFinished(image)
  return [
    ...partsOf(image, labelled, { of: 'labelled', kinds: labelsAlone ? ['truth', 'corrected'] : ['truth'] }),
    ...partsOf(image, looked, { of: 'looked', kinds: ['predictions', 'corrected'] }),
  ]
}

/** A ground as the part of an image that several kinds stand for, its pixels counted once; none where there is no such ground. */
function partsOf(
  image: ImageRecord,
  ground: Ground | null,
  { of, kinds }: { readonly of: CountedPart['of']; readonly kinds: readonly CountKind[] },
): CountedPart[] {
  if (ground === null) return []
  const { shapes, from } = ground
  const part = {
    of,
    pixels: shapes === null ? null : regionPixels(shapes, image),
    regions: shapes?.length ?? 0,
    from,
    holds: holdsIn(ground),
  }
  return kinds.map((kind) => ({ ...part, kind }))
}

/** Whether an object lies in one of the regions; where they are not known, each does. */
function holdsIn({ shapes }: Ground): (shape: Shape) => boolean {
  if (shapes === null) return () => true
  const { holds } = regionTest(shapes)
  return (shape) => isPlaced(shape) && holds(shape)
}

/** Whether labels of an image, of which the bounds are known, lie where a run looked. `parts`: the image's, by that run. */
export function lookedTest(parts: readonly CountedPart[]): (label: Pick<PlacedLabel, 'box'>) => boolean {
  const looked = parts.find(({ kind }) => kind === 'predictions')
  return ({ box }) => looked?.holds({ type: 'box', ...box }) ?? true
}

/** Of a region the pixels that a run looked at; null where they are not known. */
export function lookedPixels(image: ImageRecord, region: RegionShape, looked: Ground | null): number | null {
  const own = regionPixels([region], image)
  if (looked === null) return own
  // What two areas have in common is what they cover one by one, less what they cover together.
  return looked.shapes && own + regionPixels(looked.shapes, image) - regionPixels([region, ...looked.shapes], image)
}

/** The objects that an image's row counts by a source: those in the part that it stands for. @throws AppError `no-such-run`. */
export function objectsInPart(
  project: OpenProject,
  image: ImageRecord,
  source: CountSource,
): readonly (AnnotationRecord | PredictionRecord)[] {
  const run = source.kind === 'truth' ? null : project.run(source.runId)
  const part = countedParts(project, image, run).find(({ kind }) => kind === source.kind)
  return countedObjects(countedOf(project, image, source), source).filter(({ shape }) => part?.holds(shape) ?? true)
}
