import { positivePairs } from '../class-tree.ts'
import { BESIDE, type CountBy, type CountColumns, type CountKind, STANDING } from '../contracts/counts.ts'
import { type Interval, poissonInterval, wilsonInterval } from '../metrics/intervals.ts'
import { type ClassRecord } from '../records/class.ts'
import { type ClassId, type ImageId } from '../records/ids.ts'
import { type ImageRecord, isFinished } from '../records/image.ts'
import { countsFrom } from './counts-from.ts'
import { areaOfRow, partsFor, type RowArea } from './row-area.ts'
import { type RegionOfCounts, type RowPlan, rowPlan } from './row-plan.ts'
import { type SizeSummary, summarised } from './sizes.ts'

/** What is counted, in which rows. */
export interface CountAsked {
  readonly by: CountBy
  readonly kind: CountKind
  /** From which a prediction counts. */
  readonly score: number
}

/** What is known of the project beside the objects; images are those that are wanted, in their order. */
export interface CountedProject {
  readonly images: readonly ImageRecord[]
  readonly classes: readonly ClassRecord[]
}

/** A number of objects with what can be said of it. */
export interface ClassCount {
  readonly classId: ClassId
  readonly n: number
  /** What the run found, and the same as people corrected it; null without a run. */
  readonly uncorrected: number | null
  readonly corrected: number | null
  readonly density: Density | null
  /** Of those that have an area; null where none has. */
  readonly sizes: SizeSummary | null
  /** What the objects cover, each its own, so that an overlap counts twice; null where none has an area. */
  readonly area: ClassArea | null
}

/**
 * Pixels that objects of a class cover, and square micrometres, null where the calibration is not known of all images. Of a region it is what lies in
 * it, also of objects that are counted elsewhere since their middle is there.
 */
export interface ClassArea {
  readonly pixels: number
  readonly um2: number | null
}

/** Objects a square millimetre; the interval (95 %, Byar) is that of objects that lie independently of each other. */
export interface Density {
  readonly perMm2: number
  readonly interval: Interval
}

/** Of a pair of classes the share of positive ones, with Wilson's 95 % interval; null where there is none of either. */
export interface PositiveShare {
  readonly name: string
  readonly positive: number
  readonly negative: number
  readonly share: number | null
  readonly interval: Interval | null
}

/** With the area by which its numbers are divided: everything that is counted in the row lies there. */
export interface CountRow extends RowArea {
  /** Unlike that of any other row. */
  readonly key: string
  /**
   * Of the image, the region, the slide, patient or group. Empty: what lies in no region of its image; null: an image of which no slide, patient or
   * group is known.
   */
  readonly name: string | null
  /** What it was counted on; of images and regions a single one. */
  readonly images: readonly ImageRecord[]
  readonly region: RegionOfCounts | null
  /** In the classes' order. */
  readonly perClass: readonly ClassCount[]
  readonly total: number
  readonly shares: readonly PositiveShare[]
}

export interface CountTable {
  readonly rows: readonly CountRow[]
  /** All of the images together, each object once. */
  readonly all: CountRow
  /** Images left out, since there a 0 would be a guess: the run did not look at them, or, where labels are counted, nobody labelled them. */
  readonly leftOut: number
  /** Objects on the images that are not: they lie beside the part of their image that was gone through, and are in no row but those by region. */
  readonly beside: number
}

/** The table of counts. An object lies in a region where its middle does; one that lies in several counts in each. */
export function tabulate(columns: CountColumns, project: CountedProject, asked: CountAsked): CountTable {
  const known = asked.kind === 'truth' ? labelledImages(columns) : seenImages(columns)
  const images = project.images.filter((image) => known.has(image.id) || (asked.kind === 'truth' && isFinished(image)))
  const counted = { ...project, images }
  return {
    rows: rowsOf(columns, counted, asked, rowPlan(columns, images, asked.by)),
    all: rowsOf(columns, counted, asked, rowPlan(columns, images, 'all'))[0]!,
    leftOut: project.images.length - images.length,
    beside: besideOf(columns, images, asked),
  }
}

const seenImages = ({ imageIds, seen }: CountColumns): ReadonlySet<ImageId> => new Set(imageIds.filter((_, at) => seen[at] === 1))

/** Images with an annotation or a region in which everything is labelled, whatever their state says. */
function labelledImages({ imageIds, images, standing, regions }: CountColumns): ReadonlySet<ImageId> {
  const labelled = new Set<number>(regions.filter(({ fullyLabelled }) => fullyLabelled).map(({ image }) => image))
  for (const [object, image] of images.entries()) if ((standing[object]! & STANDING.truth) !== 0) labelled.add(image)
  return new Set([...labelled].map((at) => imageIds[at]!))
}

/** How many would count if they did not lie beside the part of their image that counts. */
function besideOf(columns: CountColumns, images: readonly ImageRecord[], { kind, score }: CountAsked): number {
  if (columns.parts.length === 0) return 0
  const [all, inside] = [countsFrom(columns, kind, score, 0), countsFrom(columns, kind, score)]
  let beside = 0
  rowPlan(columns, images, 'all').eachPlace((object) => {
    if (all(object) && !inside(object)) beside++
  })
  return beside
}

function rowsOf(columns: CountColumns, { classes }: CountedProject, asked: CountAsked, plan: RowPlan): CountRow[] {
  const tally = tallied(columns, asked, plan)
  const pairs = positivePairs(classes)
  const place = new Map(columns.classIds.map((id, at) => [id, at]))
  const parts = partsFor(columns, asked.kind)
  return plan.rows.map((planned, at) => {
    const { images, region, ...row } = planned
    const area = areaOfRow(planned, asked.kind, parts)
    const unit = images.length > 0 && images.every(({ micronsPerPixel }) => micronsPerPixel !== null) ? 'um2' : 'px2'
    const perClass = classes.map(({ id }) => classCount(tally, { at, classId: id, place: place.get(id) ?? -1, mm2: area.mm2, unit, run: columns.runId !== null })) // prettier-ignore
    const n = (id: ClassId): number => perClass.find(({ classId }) => classId === id)?.n ?? 0
    const shares = pairs.map(({ name, positive, negative }) => shareOf(name, n(positive), n(negative)))
    const total = perClass.reduce((sum, one) => sum + one.n, 0)
    return { ...row, images, region: region === 'none' ? null : region, ...area, perClass, total, shares }
  })
}

/** Numbers of a row and class, at `row * classes + class`. */
interface Tally {
  readonly classes: number
  readonly n: Uint32Array
  readonly uncorrected: Uint32Array
  readonly corrected: Uint32Array
  /** Of the objects in `n` that have an area, in square pixels and in square micrometres (NaN without calibration). */
  readonly pixels: readonly number[][]
  readonly microns: readonly number[][]
  /** Pixels and square micrometres (NaN without calibration) of what counts and lies in the row; `hasArea` is 1 where anything does. */
  readonly covered: Float64Array
  readonly coveredMicrons: Float64Array
  readonly hasArea: Uint8Array
}

function tallied(columns: CountColumns, { kind, score }: CountAsked, plan: RowPlan): Tally {
  const classes = columns.classIds.length
  const length = plan.rows.length * classes
  const tally = {
    ...{ classes, n: new Uint32Array(length), uncorrected: new Uint32Array(length), corrected: new Uint32Array(length) },
    pixels: Array.from({ length }, (): number[] => []),
    microns: Array.from({ length }, (): number[] => []),
    ...{ covered: new Float64Array(length), coveredMicrons: new Float64Array(length), hasArea: new Uint8Array(length) },
  }
  const counting = { image: counters(columns, { kind, score }, 'image'), region: counters(columns, { kind, score }, 'region'), none: counters(columns, { kind, score }, 'none') } // prettier-ignore
  const countsIn = (row: number) => {
    const { region } = plan.rows[row]!
    return counting[region === null ? 'image' : region === 'none' ? 'none' : 'region']
  }
  plan.eachPlace((object, row, micronsPerPixel) => {
    const counts = countsIn(row)
    const at = row * classes + columns.classes[object]!
    if (counts.uncorrected(object)) tally.uncorrected[at]! += 1
    if (counts.corrected(object)) tally.corrected[at]! += 1
    if (!counts.n(object)) return
    tally.n[at]! += 1
    const size = columns.sizes[object]!
    if (Number.isNaN(size)) return
    tally.pixels[at]!.push(size)
    tally.microns[at]!.push(micronsPerPixel === null ? Number.NaN : size * micronsPerPixel ** 2)
  })
  addAreas(tally, columns, plan, (object, row) => countsIn(row).n(object))
  return tally
}

function addAreas(tally: Tally, columns: CountColumns, plan: RowPlan, counts: (object: number, row: number) => boolean): void {
  const scales = new Map(plan.rows.flatMap(({ images }) => images.map(({ id, micronsPerPixel }) => [id, micronsPerPixel])))
  const scaleOf = columns.imageIds.map((id) => scales.get(id) ?? Number.NaN)
  plan.eachArea((object, row, pixels) => {
    if (!counts(object, row)) return
    const at = row * tally.classes + columns.classes[object]!
    tally.covered[at]! += pixels
    tally.coveredMicrons[at]! += pixels * scaleOf[columns.images[object]!]! ** 2
    tally.hasArea[at] = 1
  })
}

/**
 * What counts in a row: of whole images what lies in the part that the kind stands for, so that a number has the row's area to it, and so has what
 * stands beside it; of a region, of which a person said nothing but where it is, all labels, and in a run what the run looked at; of what lies in
 * none, all.
 */
function counters(columns: CountColumns, { kind, score }: CountAskedOf, row: 'image' | 'region' | 'none') {
  const looked = kind === 'truth' ? 0 : BESIDE.predictions
  const own = { image: BESIDE[kind], region: looked, none: 0 }[row]
  const also = (other: CountKind): number => (row === 'image' ? own | BESIDE[other] : own)
  return {
    n: countsFrom(columns, kind, score, own),
    uncorrected: countsFrom(columns, 'predictions', score, also('predictions')),
    corrected: countsFrom(columns, 'corrected', score, also('corrected')),
  }
}

type CountAskedOf = Pick<CountAsked, 'kind' | 'score'>

interface Wanted {
  readonly at: number
  readonly classId: ClassId
  readonly place: number
  readonly mm2: number | null
  readonly unit: SizeSummary['unit']
  readonly run: boolean
}

function classCount(tally: Tally, { at, classId, place, mm2, unit, run }: Wanted): ClassCount {
  const index = at * tally.classes + place
  const n = place < 0 ? 0 : tally.n[index]!
  return {
    classId,
    n,
    uncorrected: run ? (tally.uncorrected[index] ?? 0) : null,
    corrected: run ? (tally.corrected[index] ?? 0) : null,
    density: mm2 === null ? null : densityOf(n, mm2),
    sizes: place < 0 ? null : summarised((unit === 'um2' ? tally.microns : tally.pixels)[index]!, unit),
    area:
      place < 0 || tally.hasArea[index] === 0
        ? null
        : { pixels: tally.covered[index]!, um2: unit === 'um2' ? tally.coveredMicrons[index]! : null },
  }
}

/** Objects a square millimetre of an area. */
export function densityOf(n: number, mm2: number): Density {
  const { lower, upper } = poissonInterval(n)
  return { perMm2: n / mm2, interval: { lower: lower / mm2, upper: upper / mm2 } }
}

function shareOf(name: string, positive: number, negative: number): PositiveShare {
  const all = positive + negative
  return { name, positive, negative, share: all === 0 ? null : positive / all, interval: wilsonInterval(positive, all) }
}
