import { type CountColumns, STANDING } from '#shared/contracts/counts.ts'
import { regionPixels, regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import type { ClassId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { regionNames } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import { areaOfShape } from '../../interchange/csv.ts'
import { orderedClasses } from '../../interchange/label-set.ts'
import { countedOf } from '../counted-of.ts'
import { countedObjects } from '../counting.ts'
import type { OpenProject } from '../open-project.ts'

/** Everything that may be counted in a project, with a run's predictions where one is named. @throws AppError `no-such-run`. */
export function countColumnsOf(project: OpenProject, runId: RunId | null): CountColumns {
  const { db } = project
  if (runId !== null) project.run(runId)
  const images = db.images()
  const seen = runId === null ? null : new Set(db.imagesOfRun(runId))
  const writer = new ColumnWriter(orderedClasses(db.classes()).map(({ id }) => id))
  for (const [at, image] of images.entries()) {
    writer.openImage(at, project, image)
    for (const { classId, shape, score, standing } of placedObjects(project, image, runId)) writer.add(classId, shape, score, standing)
  }
  return {
    runId,
    imageIds: images.map(({ id }) => id),
    seen: Uint8Array.from(images, ({ id }) => (seen === null || seen.has(id) ? 1 : 0)),
    ...writer.columns(),
  }
}

interface Countable {
  readonly classId: ClassId
  readonly shape: Shape
  readonly score: number
  readonly standing: number
}

/** By the very rules of `countedObjects`, at any score. */
function placedObjects(project: OpenProject, image: ImageRecord, runId: RunId | null): Countable[] {
  const counted = countedOf(project, image, runId === null ? { kind: 'truth' } : { kind: 'corrected', runId, score: 0 })
  const truth = countedObjects(counted, { kind: 'truth' }).map(({ classId, shape }) => ({
    ...{ classId, shape },
    ...{ score: Number.NaN, standing: STANDING.truth },
  }))
  if (runId === null) return truth
  const corrected = new Set(countedObjects(counted, { kind: 'corrected', runId, score: 0 }).map(({ id }) => id))
  const guesses = counted.predictions.map(({ id, classId, shape, score }) => ({
    ...{ classId, shape, score, standing: corrected.has(id) ? STANDING.predicted | STANDING.open : STANDING.predicted },
  }))
  return [...truth, ...guesses]
}

class ColumnWriter {
  readonly #classIds: readonly ClassId[]
  readonly #placeOf: ReadonlyMap<ClassId, number>
  readonly #numbers: Record<'images' | 'classes' | 'scores' | 'standing' | 'sizes' | 'insideObjects' | 'insideRegions', number[]> = {
    ...{ images: [], classes: [], scores: [], standing: [], sizes: [], insideObjects: [], insideRegions: [] },
  }
  readonly #regions: CountColumns['regions'] = []
  #image = 0
  #tests: { readonly place: number; readonly holds: (shape: Shape) => boolean }[] = []

  constructor(classIds: readonly ClassId[]) {
    this.#classIds = classIds
    this.#placeOf = new Map(classIds.map((id, at) => [id, at]))
  }

  /** What is added from now on lies on this image. */
  openImage(at: number, { db }: OpenProject, image: ImageRecord): void {
    const regions = db.regionsOf(image.id)
    const names = regionNames(regions)
    this.#image = at
    this.#tests = regions.map(({ id, shape, fullyLabelled }) => {
      const { holds } = regionTest([shape])
      const pixels = regionPixels([shape], image)
      const place = this.#regions.push({ id, image: at, name: names.get(id) ?? '', pixels, fullyLabelled }) - 1
      return { place, holds: (own: Shape) => isPlaced(own) && holds(own) }
    })
  }

  /** An object of a class that the project has no more is left out, as in every table. */
  add(classId: ClassId, shape: Shape, score: number, standing: number): void {
    const place = this.#placeOf.get(classId)
    if (place === undefined) return
    const { images, classes, scores, standing: standings, sizes, insideObjects, insideRegions } = this.#numbers
    const object = images.push(this.#image) - 1
    classes.push(place)
    scores.push(score)
    standings.push(standing)
    sizes.push(isAreaShape(shape) ? areaOfShape(shape) : Number.NaN)
    for (const { place: region, holds } of this.#tests) {
      if (!holds(shape)) continue
      insideObjects.push(object)
      insideRegions.push(region)
    }
  }

  columns(): Omit<CountColumns, 'runId' | 'imageIds' | 'seen'> {
    const { images, classes, scores, standing, sizes, insideObjects, insideRegions } = this.#numbers
    return {
      classIds: [...this.#classIds],
      images: Uint32Array.from(images),
      classes: Uint16Array.from(classes),
      scores: Float64Array.from(scores),
      standing: Uint8Array.from(standing),
      sizes: Float64Array.from(sizes),
      regions: this.#regions,
      insideObjects: Uint32Array.from(insideObjects),
      insideRegions: Uint32Array.from(insideRegions),
    }
  }
}
