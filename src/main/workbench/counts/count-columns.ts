import { append } from '#shared/append.ts'
import { BESIDE, type CountColumns, STANDING } from '#shared/contracts/counts.ts'
import { regionPixels, regionTest, type RegionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { byTrust, markedTwice } from '#shared/counts/marked-twice.ts'
import { areaOfShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { RunRecord } from '#shared/records/model.ts'
import { regionNames } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import { orderedClasses } from '../../interchange/label-set.ts'
import { countedOf } from '../counted-of.ts'
import { countedObjects } from '../counting.ts'
import type { OpenProject } from '../open-project.ts'
import { type CountedPart, countedParts, groundsOf, lookedPixels } from './counted-parts.ts'

/** Everything that may be counted in a project, with a run's predictions where one is named. @throws AppError `no-such-run`. */
export function countColumnsOf(project: OpenProject, runId: RunId | null): CountColumns {
  const run = runId === null ? null : project.run(runId)
  const images = project.db.images()
  return columnsOf(project, runId, images, new Map(images.map((image) => [image.id, imagePart(project, image, run)])))
}

/** The columns of images from the parts of each. */
export function columnsOf(
  { db }: OpenProject,
  runId: RunId | null,
  images: readonly ImageRecord[],
  parts: ReadonlyMap<ImageId, ImagePart>,
): CountColumns {
  const seen = runId === null ? null : new Set(db.imagesOfRun(runId))
  const writer = new ColumnWriter(orderedClasses(db.classes()).map(({ id }) => id))
  for (const [at, { id }] of images.entries()) writer.add(at, parts.get(id)!)
  return {
    runId,
    imageIds: images.map(({ id }) => id),
    seen: Uint8Array.from(images, ({ id }) => (seen === null || seen.has(id) ? 1 : 0)),
    ...writer.columns(),
  }
}

/** What may be counted on one image. */
export interface ImagePart {
  readonly objects: readonly CountedObject[]
  readonly regions: readonly Omit<CountColumns['regions'][number], 'image'>[]
  readonly parts: readonly Omit<CountColumns['parts'][number], 'image'>[]
  /** Places of two objects that are likely one and may count together: the one that stays, and the other. */
  readonly twice: readonly (readonly [number, number])[]
}

interface CountedObject {
  readonly classId: ClassId
  readonly score: number
  readonly standing: number
  /** Pixels; NaN for what has no area. */
  readonly size: number
  /** Places in the part's regions. */
  readonly inside: readonly number[]
  /** Pixels of it in each of the part's regions; and in none, NaN for what has no area. */
  readonly within: readonly number[]
  readonly outside: number
}

export function imagePart(project: OpenProject, image: ImageRecord, run: RunRecord | null): ImagePart {
  const regions = project.db.regionsOf(image.id)
  const names = regionNames(regions)
  const tests = regions.map(({ shape }) => regionTest([shape]))
  const anywhere = regionTest(regions.map(({ shape }) => shape))
  const grounds = groundsOf(project, image, run, regions)
  const parts = countedParts(project, image, run, grounds)
  const objects = placedObjects(project, image, run?.id ?? null)
  return {
    twice: twiceAmong(objects),
    objects: objects.map(({ shape, standing, ...object }) => ({
      ...object,
      standing: standing | besideOf(shape, parts),
      ...areasIn(shape, tests, anywhere),
      inside: tests.flatMap(({ holds }, place) => (isPlaced(shape) && holds(shape) ? [place] : [])),
    })),
    regions: regions.map(({ id, shape, fullyLabelled }) => ({
      ...{ id, fullyLabelled, name: names.get(id) ?? '', pixels: regionPixels([shape], image) },
      looked: lookedPixels(image, shape, grounds.looked),
    })),
    parts: parts.map(({ holds: _, ...part }) => part),
  }
}

/** Pixels of a shape: all, those in each region, and those in none. */
function areasIn(shape: Shape, regions: readonly RegionTest[], anywhere: RegionTest): Pick<CountedObject, 'size' | 'within' | 'outside'> {
  if (!isAreaShape(shape)) return { size: Number.NaN, within: [], outside: Number.NaN }
  const size = areaOfShape(shape)
  if (regions.length === 0) return { size, within: [], outside: size }
  return { size, within: regions.map((region) => region.pixelsOf(shape)), outside: size - anywhere.pixelsOf(shape) }
}

function twiceAmong(objects: readonly Countable[]): [number, number][] {
  const places = [...objects.keys()].sort((a, b) => byTrust(objects[a]!, objects[b]!) || a - b)
  return markedTwice(places.map((at) => objects[at]!))
    .map(([one, other]): [number, number] => [places[one]!, places[other]!])
    .filter(([one, other]) => countTogether(objects[one]!.standing, objects[other]!.standing))
}

/** Whether there is a kind of count in which both count: a prediction does beside labels only as long as it is open. */
function countTogether(one: number, other: number): boolean {
  const both = (a: number, b: number): boolean => (one & a) !== 0 && (other & b) !== 0
  const { truth, predicted, open } = STANDING
  return both(truth, truth) || both(predicted, predicted) || both(truth, open) || both(open, truth)
}

/** Bits for the kinds of count beside whose part a shape lies. */
const besideOf = (shape: Shape, parts: readonly CountedPart[]): number =>
  parts.reduce((bits, { kind, holds }) => (holds(shape) ? bits : bits | BESIDE[kind]), 0)

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

const empty = (): number[] => []

class ColumnWriter {
  readonly #classIds: readonly ClassId[]
  readonly #placeOf: ReadonlyMap<ClassId, number>
  readonly #numbers = {
    ...{ images: empty(), classes: empty(), scores: empty(), standing: empty(), sizes: empty(), outside: empty() },
    ...{ insideObjects: empty(), insideRegions: empty(), areaObjects: empty(), areaRegions: empty(), areaPixels: empty(), twice: empty() },
  }
  readonly #regions: CountColumns['regions'] = []
  readonly #parts: CountColumns['parts'] = []

  constructor(classIds: readonly ClassId[]) {
    this.#classIds = classIds
    this.#placeOf = new Map(classIds.map((id, at) => [id, at]))
  }

  /** What lies on the image at a place. An object of a class that the project has no more is left out, as in every table. */
  add(image: number, part: ImagePart): void {
    const before = this.#regions.length
    append(
      this.#regions,
      part.regions.map((region) => ({ ...region, image })),
    )
    append(
      this.#parts,
      part.parts.map((own) => ({ ...own, image })),
    )
    const { images, classes, scores, standing: standings, sizes, outside: outsides, ...numbers } = this.#numbers
    const rows: number[] = []
    for (const [at, { classId, score, standing, size, inside, within, outside }] of part.objects.entries()) {
      const place = this.#placeOf.get(classId)
      if (place === undefined) continue
      const object = images.push(image) - 1
      rows[at] = object
      classes.push(place)
      scores.push(score)
      standings.push(standing)
      sizes.push(size)
      outsides.push(outside)
      for (const region of inside) {
        numbers.insideObjects.push(object)
        numbers.insideRegions.push(before + region)
      }
      for (const [region, pixels] of within.entries()) {
        if (pixels === 0) continue
        numbers.areaObjects.push(object)
        numbers.areaRegions.push(before + region)
        numbers.areaPixels.push(pixels)
      }
    }
    for (const [one, other] of part.twice) if (rows[one] !== undefined) numbers.twice.push(rows[one], rows[other]!)
  }

  columns(): Omit<CountColumns, 'runId' | 'imageIds' | 'seen'> {
    const { images, classes, scores, standing, sizes, outside, ...numbers } = this.#numbers
    return {
      classIds: [...this.#classIds],
      images: Uint32Array.from(images),
      classes: Uint16Array.from(classes),
      scores: Float64Array.from(scores),
      standing: Uint8Array.from(standing),
      sizes: Float64Array.from(sizes),
      regions: this.#regions,
      parts: this.#parts,
      outside: Float64Array.from(outside),
      insideObjects: Uint32Array.from(numbers.insideObjects),
      insideRegions: Uint32Array.from(numbers.insideRegions),
      areaObjects: Uint32Array.from(numbers.areaObjects),
      areaRegions: Uint32Array.from(numbers.areaRegions),
      areaPixels: Float64Array.from(numbers.areaPixels),
      twice: Uint32Array.from(numbers.twice),
    }
  }
}
