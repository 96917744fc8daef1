import { wordAt } from '#shared/objects/coded.ts'
import { type AnnotationOrigin } from '#shared/records/annotation.ts'
import { type ClassId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { type Makers, type SceneRows } from './rows.ts'
import { isMeasuredByLength } from './sizes.ts'

/** From and to, both included; null: no end on that side. */
export interface Range {
  readonly from: number | null
  readonly to: number | null
}

/** How an object came to be; `predicted`: it is a guess still. */
export type Source = AnnotationOrigin | 'predicted'

/** What is shown of the objects; what says nothing (null) keeps nothing back. */
export interface ObjectFilter {
  readonly classes: ReadonlySet<ClassId> | null
  readonly sources: ReadonlySet<Source> | null
  /** Names of persons; guesses have none. */
  readonly authors: ReadonlySet<string> | null
  /** Only what one of these runs found, decided on or not. */
  readonly runs: ReadonlySet<RunId> | null
  /** Of guesses, 0 to 1; truth has no score and stays. */
  readonly score: Range | null
  /** In µm², or in px² where the image's scale is not known. Where an area or a length is asked for, what has neither stays away. */
  readonly area: Range | null
  /** In µm, or in px where the image's scale is not known. */
  readonly length: Range | null
}

export type Criterion = keyof ObjectFilter

export const NO_FILTER: ObjectFilter = { classes: null, sources: null, authors: null, runs: null, score: null, area: null, length: null }

export const isFiltering = (filter: ObjectFilter): boolean => criteriaOf(filter).length > 0

/** What a filter goes by. */
export function criteriaOf(filter: ObjectFilter): Criterion[] {
  const all = Object.keys(NO_FILTER) as Criterion[]
  return all.filter((one) => filter[one] !== null)
}

/** The filter by one of its criteria alone. */
export const onlyBy = (filter: ObjectFilter, criterion: Criterion): ObjectFilter => ({ ...NO_FILTER, [criterion]: filter[criterion] })

/** What a filter is asked about. */
export interface FilterPlace {
  /** Of the open image; null: not known. */
  readonly micronsPerPixel: number | null
  /** The run whose predictions are the guesses. */
  readonly runId: RunId | null
  /** The ids of what runs found on the image, rising, as far as that is known: of a run that was not asked yet nothing passes. */
  readonly found: ReadonlyMap<RunId, Float64Array> | undefined
}

const isWithin = ({ from, to }: Range, value: number): boolean => (from === null || value >= from) && (to === null || value <= to)

type RowTest = (row: number) => boolean

/** For every row 1 where a filter lets it pass. One look at each row's numbers: a hundred thousand take a few milliseconds. */
export function passing(filter: ObjectFilter, rows: SceneRows, guess: boolean, place: FilterPlace): Uint8Array {
  const tests = testsOf(filter, rows, guess, place)
  const marks = new Uint8Array(rows.count)
  for (let row = 0; row < rows.count; row++) marks[row] = tests.every((test) => test(row)) ? 1 : 0
  return marks
}

function testsOf(filter: ObjectFilter, rows: SceneRows, guess: boolean, place: FilterPlace): RowTest[] {
  const { classes, score, area, length } = filter
  const tests: RowTest[] = [...makingTests(filter, rows, guess, place)]
  if (classes !== null) {
    const wanted = rows.classes.map((id) => classes.has(id))
    tests.push((row) => wanted[rows.classCodes[row]!]!)
  }
  if (score !== null && guess) tests.push((row) => isWithin(score, rows.scoreAt(row) ?? NaN))
  if (area !== null || length !== null) tests.push(sizeTest(filter, rows, place))
  return tests
}

function makingTests({ sources, authors, runs }: ObjectFilter, rows: SceneRows, guess: boolean, place: FilterPlace): RowTest[] {
  const makers = guess ? null : rows.makers()
  const tests: RowTest[] = []
  if (sources !== null)
    tests.push(makers === null ? () => sources.has('predicted') : (row) => sources.has(wordAt(makers.origins, row) as Source))
  if (authors !== null) tests.push(makers === null ? () => false : (row) => authors.has(wordAt(makers.authors, row)))
  if (runs !== null) tests.push(runTest(runs, makers, place))
  return tests
}

function runTest(runs: ReadonlySet<RunId>, makers: Makers | null, { runId, found: known }: FilterPlace): RowTest {
  if (makers === null) return () => runId !== null && runs.has(runId)
  const found = [...runs].flatMap((run) => known?.get(run) ?? [])
  return (row) => found.some((ids) => holds(ids, makers.predictionIds[row] as PredictionId))
}

/** Whether numbers, rising, hold one; none of them is NaN. */
function holds(numbers: Float64Array, one: number): boolean {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < one) low = middle + 1
    else high = middle
  }
  return numbers[low] === one
}

function sizeTest({ area, length }: ObjectFilter, rows: SceneRows, { micronsPerPixel }: FilterPlace): RowTest {
  const sizes = rows.sizes()
  const scale = micronsPerPixel ?? 1
  return (row) => {
    const isLength = isMeasuredByLength(rows.kinds[row]!)
    const range = isLength ? length : area
    return range !== null && isWithin(range, sizes[row]! * (isLength ? scale : scale * scale))
  }
}
