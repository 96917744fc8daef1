import type { CountBy } from '#shared/contracts/counts.ts'
import type { ClassCount, CountRow } from '#shared/counts/tabulate.ts'
import { isOriginFact, type OriginFact, slideOf } from '#shared/origin.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ClassId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { areaHeads, areaOfRowCells, sourceCells, type CountedSource } from './csv.ts'
import type { Cell } from './csv-text.ts'
import { rounded } from './label-set.ts'

export interface CountCells {
  readonly by: CountBy
  readonly rows: readonly CountRow[]
  /** In the project's order. */
  readonly classes: readonly ClassRecord[]
  readonly source: CountedSource
  /** Whether the objects of the task have areas that are told. */
  readonly measured: boolean
}

const TIDY_COLUMNS = [
  ...[
    'by',
    'image',
    'region',
    'slide',
    'patient',
    'group',
    'images',
    'split',
    'state',
    'area_px',
    'area_mm2',
    'area_of',
    'counted',
    'model',
    'run',
    'score',
  ],
  ...['class', 'n', 'uncorrected', 'corrected', 'per_mm2', 'per_mm2_low', 'per_mm2_high'],
  ...['size_unit', 'size_n', 'size_min', 'size_q1', 'size_median', 'size_q3', 'size_max'],
] as const

/**
 * Counts as a tidy table (Wickham, J. Stat. Softw. 59, 2014): a row for each class of each image, region, slide, patient or group, with all that can
 * be said of it. Intervals are 95 %; what is not known is empty.
 */
export function tidyCountRows({ by, rows, classes, source }: CountCells): Cell[][] {
  const names = new Map<ClassId, string>(classes.map(({ id, name }) => [id, name]))
  const body = rows.flatMap((row) =>
    row.perClass.map((one) => [
      ...placeCells(row, by),
      ...sourceCells(source, row.images),
      names.get(one.classId) ?? null,
      ...numberCells(one),
    ]),
  )
  return [[...TIDY_COLUMNS], ...body]
}

function placeCells(row: CountRow, by: CountBy): Cell[] {
  const { images, name, region } = row
  const [image] = images
  const alone = isOriginFact(by) || !image ? [null, null] : [image.split, image.state]
  const names = isOriginFact(by)
    ? [aloneName(row), null, by === 'slide' ? name : null, by === 'patient' ? name : ofSlide(image, by), by === 'group' ? name : null]
    : [
        image?.name ?? null,
        by === 'region' && region !== null ? name : null,
        ...(image ? [slideOf(image), image.patient, image.group] : [null, null, null]),
      ]
  return [by, ...names, images.length, ...alone, ...areaOfRowCells(row)]
}

/** The image of a row that is of no slide, patient or group that is known: it stands for itself, under its own column. */
const aloneName = ({ name, images }: Pick<CountRow, 'name' | 'images'>): string | null => (name === null ? (images[0]?.name ?? null) : null)

/** A slide is one of its patient, who is told beside it. */
const ofSlide = (image: ImageRecord | undefined, by: CountBy): string | null => (by === 'slide' ? (image?.patient ?? null) : null)

function numberCells({ n, uncorrected, corrected, density, sizes }: ClassCount): Cell[] {
  const dense = density === null ? [null, null, null] : [density.perMm2, density.interval.lower, density.interval.upper].map((value) => rounded(value, 3)) // prettier-ignore
  const large = sizes === null ? [null, 0, null, null, null, null, null] : [sizes.unit, sizes.n, ...[sizes.min, sizes.q1, sizes.median, sizes.q3, sizes.max].map((value) => rounded(value, 3))] // prettier-ignore
  return [n, uncorrected, corrected, ...dense, ...large]
}

const FACT_COLUMNS = { slide: ['slide', 'patient'], patient: ['patient'], group: ['group'] } as const satisfies Record<
  OriginFact,
  readonly string[]
>
const OTHER_COLUMNS = ['image', 'images', 'area_px', 'area_mm2', 'area_of', 'counted', 'model', 'run', 'score'] as const

/**
 * Counts by slide (and its patient), patient or group: a column a class, then `<class> per mm2`, empty where the calibration is not known of all its
 * images, and where areas are told two more a class as by image. An image of which the fact is not known is a row by itself, told in `image`: the fact
 * is empty there, since no file name is a patient.
 */
export function factCountRows({ rows, classes, source, measured }: CountCells, by: OriginFact): Cell[][] {
  const heads = [...FACT_COLUMNS[by], ...OTHER_COLUMNS]
  const columns = new Set<string>(heads)
  const names = classes.map(({ name }) => (columns.has(name) ? `${name} (class)` : name))
  const body = rows.map(({ name, images, perClass, ...row }) => [
    ...[name, ...(by === 'slide' ? [ofSlide(images[0], by)] : []), aloneName({ name, images }), images.length, ...areaOfRowCells(row)],
    ...sourceCells(source, images),
    ...perClass.map(({ n }) => n),
    ...perClass.map(({ density }) => (density === null ? null : rounded(density.perMm2, 3))),
    ...(measured ? perClass.flatMap((one) => coveredCells(one, images)) : []),
  ])
  return [[...heads, ...names, ...names.map((name) => `${name} per mm2`), ...(measured ? areaHeads(names) : [])], ...body]
}

/** What the objects of a class cover: nothing is 0, and square micrometres are empty where the calibration is not known of all images. */
function coveredCells({ area }: ClassCount, images: readonly ImageRecord[]): Cell[] {
  const scaled = images.length > 0 && images.every(({ micronsPerPixel }) => micronsPerPixel !== null)
  const um2 = area === null ? (scaled ? 0 : null) : area.um2
  return [rounded(area?.pixels ?? 0, 3), um2 === null ? null : rounded(um2, 3)]
}

/** The shares of positive ones as columns behind a table of the same rows: `<name> positive share` with its 95 % interval; none without a pair. */
export function withShares(table: readonly Cell[][], rows: readonly CountRow[]): Cell[][] {
  const pairs = rows[0]?.shares ?? []
  const heads = pairs.flatMap(({ name }) => ['positive share', 'positive share low', 'positive share high'].map((what) => (name === '' ? what : `${name} ${what}`))) // prettier-ignore
  return table.map((cells, at) => {
    if (at === 0) return [...cells, ...heads]
    const shares = rows[at - 1]!.shares.flatMap(({ share, interval }) => [share, interval?.lower ?? null, interval?.upper ?? null])
    return [...cells, ...shares.map((value) => (value === null ? null : rounded(value, 4)))]
  })
}
