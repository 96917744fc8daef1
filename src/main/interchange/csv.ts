import type { AreaOf } from '#shared/contracts/counts.ts'
import type { RowArea } from '#shared/counts/row-area.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { say } from '#shared/i18n/say.ts'
import { areaOfShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { assertNever } from '#shared/assert.ts'
import { isKnownOfAny } from '#shared/origin.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ClassId, ImageId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { isLabelColumn } from './csv-labels.ts'
import { isWritten, lossNotes, measuredNames } from './format-limits.ts'
import { BYTE_ORDER_MARK, csvText, needsByteOrderMark, type Cell } from './csv-text.ts'
import { noteIf, objectsByImage, orderedClasses, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'

/** Who or what was counted, in the words that go into every row. */
export type CountedSource =
  | { readonly kind: 'truth' }
  | { readonly kind: 'predictions' | 'corrected'; readonly run: string; readonly model: string; readonly score: number }

export interface CountsTable {
  readonly images: readonly ImageRecord[]
  readonly classes: readonly ClassRecord[]
  readonly counts: ReadonlyMap<ImageId, ReadonlyMap<ClassId, number>>
  readonly source: CountedSource
  /** Pixels that the counted objects of each class cover; null for tasks whose objects have no area. */
  readonly areas?: ReadonlyMap<ImageId, ReadonlyMap<ClassId, number>> | null
  /** By which area the counts of each image are divided. */
  readonly countedOn: ReadonlyMap<ImageId, RowArea>
}

const COUNT_COLUMNS = ['state', 'width', 'height', 'um_per_px', 'area_px', 'area_mm2', 'area_of', 'counted', 'model', 'run', 'score'] as const // prettier-ignore

/** Where an image comes from: its slide and its patient where any of the images has them, and its group always. */
export function originColumns(images: readonly ImageRecord[]) {
  const facts = (['slide', 'patient', 'group'] as const).filter((fact) => fact === 'group' || isKnownOfAny(images, fact))
  return { heads: facts, cells: (image: ImageRecord): Cell[] => facts.map((fact) => image[fact]) }
}

/** What the area of a row is of, in the words of tables for other programs. */
const AREA_WORDS: Readonly<Record<AreaOf, string>> = {
  image: 'whole image',
  looked: 'regions looked at',
  labelled: 'fully labelled regions',
  mixed: 'mixed',
  region: 'region',
  unknown: 'unknown',
}

export type AreaOfRow = Pick<RowArea, 'pixels' | 'mm2' | 'areaOf'>

/** By which area the numbers of a row are divided: `area_px`, `area_mm2` (six decimals) and `area_of`; empty where there is none. */
export const areaOfRowCells = ({ pixels, mm2, areaOf }: AreaOfRow): Cell[] => [
  ...[pixels, mm2 === null ? null : rounded(mm2, 6), areaOf === null ? null : AREA_WORDS[areaOf]],
]

/**
 * The table of counts as cells, names of the columns first: one row an image, a column a class (in the project's order), and in every row what was
 * counted (`counted`: truth, also of corrected counts on a finished image, predictions or corrected; with the model, the run and the lowest score) and how far the image's labelling had come
 * (`state`). What the objects are divided by for a density stands in `area_px` and `area_mm2`, and what that is of in `area_of`. Where areas are given, two columns a class follow: `<class> area px`, the pixels
 * that its objects cover (each object's own, so that an overlap counts twice), and `<class> area um2`, the same in square micrometres, empty where
 * the image's calibration is not known.
 */
export function countRows({ images, classes, counts, source, areas = null, countedOn }: CountsTable): Cell[][] {
  const ordered = orderedClasses(classes)
  const origin = originColumns(images)
  const heads: readonly string[] = ['image', 'split', ...origin.heads, ...COUNT_COLUMNS]
  const names = ordered.map(({ name }) => (heads.includes(name) ? `${name} (class)` : name))
  const rows = images.map((image) => [
    image.name,
    image.split,
    ...origin.cells(image),
    image.state,
    image.width,
    image.height,
    image.micronsPerPixel,
    ...areaOfRowCells(countedOn.get(image.id) ?? { pixels: null, mm2: null, areaOf: null }),
    ...sourceCells(source, [image]),
    ...ordered.map(({ id }) => counts.get(image.id)?.get(id) ?? 0),
    ...(areas === null ? [] : ordered.flatMap(({ id }) => areaCells(areas.get(image.id)?.get(id) ?? 0, image))),
  ])
  return [[...heads, ...names, ...(areas === null ? [] : areaHeads(names))], ...rows]
}

/** The names of the columns that tell what the objects of each class cover. */
export const areaHeads = (names: readonly string[]): string[] => names.flatMap((name) => [`${name} area px`, `${name} area um2`])

/** Counts of one region; `region` null: of what lies in none of the image's regions. */
export interface RegionCountRow extends AreaOfRow {
  readonly image: ImageRecord
  readonly region: Pick<RegionRecord, 'fullyLabelled'> | null
  readonly name: string
  readonly counts: ReadonlyMap<ClassId, number>
  /** Pixels of counted objects that lie in it, whole or in part. */
  readonly areas: ReadonlyMap<ClassId, number>
}

export interface RegionCountsTable {
  readonly classes: readonly ClassRecord[]
  /** Whether the objects of the task have areas that are told. */
  readonly measured: boolean
  readonly rows: readonly RegionCountRow[]
  readonly source: CountedSource
}

const REGION_COLUMNS = ['image', 'region', 'fully_labelled', 'area_px', 'area_mm2', 'area_of', 'um_per_px', 'split'] as const
const AFTER_ORIGIN = ['state', 'counted', 'model', 'run', 'score'] as const

/**
 * Counts by region as cells, names of the columns first: one row a region, and one an image for what lies in none of its regions (`region` empty).
 * A column a class, in the project's order, then `<class> per mm2`, empty where the image's calibration is not known. An object lies in a region
 * where the middle of its bounds does; one that lies in several is counted in each. Where areas are told, two columns a class follow as by image
 * (`countRows`), of the part of each object that lies in the region, wherever its middle is.
 */
export function regionCountRows({ classes, rows, source, measured }: RegionCountsTable): Cell[][] {
  const ordered = orderedClasses(classes)
  const origin = originColumns(rows.map(({ image }) => image))
  const heads: readonly string[] = [...REGION_COLUMNS, ...origin.heads, ...AFTER_ORIGIN]
  const names = ordered.map(({ name }) => (heads.includes(name) ? `${name} (class)` : name))
  const cells = rows.map(({ image, region, name, counts, areas, ...area }) => {
    const { mm2 } = area
    const numbers = ordered.map(({ id }) => counts.get(id) ?? 0)
    return [
      ...[image.name, name, region === null ? null : region.fullyLabelled ? 1 : 0],
      ...[...areaOfRowCells(area), image.micronsPerPixel, image.split, ...origin.cells(image), image.state],
      ...sourceCells(source, [image]),
      ...numbers,
      ...numbers.map((count) => (mm2 === null ? null : rounded(count / mm2, 3))),
      ...(measured ? ordered.flatMap(({ id }) => areaCells(areas.get(id) ?? 0, image)) : []),
    ]
  })
  return [[...heads, ...names, ...names.map((name) => `${name} per mm2`), ...(measured ? areaHeads(names) : [])], ...cells]
}

function areaCells(pixels: number, { micronsPerPixel }: ImageRecord): Cell[] {
  return [rounded(pixels, 3), micronsPerPixel === null ? null : rounded(pixels * micronsPerPixel ** 2, 3)]
}

/**
 * What was counted on these images, as every row of a table tells it: counted, model, run, score. Where all of them are finished, corrected counts
 * are the truth alone.
 */
export function sourceCells(source: CountedSource, images: readonly ImageRecord[]): Cell[] {
  switch (source.kind) {
    case 'truth':
      return ['truth', null, null, null]
    case 'predictions':
    case 'corrected':
      return [source.kind === 'corrected' && images.every(isFinished) ? 'truth' : source.kind, source.model, source.run, source.score]
    default:
      return assertNever(source)
  }
}

/**
 * Writes predictions, one row a box: image, class, score, x, y, width, height (pixels, three decimals; scores six).
 *
 * @throws AppError as `writeWhole`.
 */
export async function writePredictionsCsv(file: string, set: LabelSet): Promise<WrittenLabels> {
  return writeObjects(file, set, ['image', 'class', 'score', 'x', 'y', 'width', 'height'], ({ score = 1, shape }) => [
    rounded(score, 6),
    ...shapeCells(shape),
  ])
}

/**
 * Writes a segmentation's predictions, one row an object: image, class, score, the bounds x, y, width, height, and area (pixels that it
 * covers).
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeAreasCsv(file: string, set: LabelSet): Promise<WrittenLabels> {
  return writeObjects(file, set, ['image', 'class', 'score', 'x', 'y', 'width', 'height', 'area'], ({ score = 1, shape }) => [
    rounded(score, 6),
    ...shapeCells(shape),
    isAreaShape(shape) ? areaOfShape(shape) : null,
  ])
}

/** What a model says of images: its scores in the order of `classes`, or how far each is from normal. */
export interface ImageScores {
  readonly image: ImageRecord
  /** The class that the image is given. */
  readonly className: string
  readonly scores: readonly number[]
  /** The class that a person gave it; null where nobody did. */
  readonly truth: string | null
}

export interface ClassesTable {
  /** The model's, in the order of the scores. */
  readonly classes: readonly string[]
  readonly rows: readonly ImageScores[]
  /** Whose predictions these are, in the words that go into every row. */
  readonly model: string
  readonly run: string
}

/**
 * Writes a classification, one row an image: image, class, score_<class> for each of the model's classes, then truth (empty where nobody
 * labelled the image), split, group, model and run.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeClassesCsv(file: string, { classes, rows, model, run }: ClassesTable): Promise<WrittenLabels> {
  const origin = originColumns(rows.map(({ image }) => image))
  const head = ['image', 'class', ...classes.map((name) => `score_${name}`), 'truth', 'split', ...origin.heads, 'model', 'run']
  return writeImages(
    file,
    head,
    rows.map(({ image, className, scores, truth }) => [
      ...[image.name, className, ...classes.map((_, i) => rounded(scores[i] ?? 0, 6))],
      ...[truth, image.split, ...origin.cells(image), model, run],
    ]),
  )
}

/** How far an image is from normal, and what that makes of it. */
export interface ImageAnomaly extends Omit<ImageScores, 'scores'> {
  readonly score: number
}

export interface AnomaliesTable extends Omit<ClassesTable, 'classes' | 'rows'> {
  readonly rows: readonly ImageAnomaly[]
  /** The model's, from which an image is abnormal; null: it has none. */
  readonly threshold: number | null
}

/**
 * Writes how far images are from normal, one row an image: image, score, class, threshold, then truth (empty where nobody labelled the image), split,
 * group, model and run.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeAnomaliesCsv(file: string, { rows, threshold, model, run }: AnomaliesTable): Promise<WrittenLabels> {
  const origin = originColumns(rows.map(({ image }) => image))
  return writeImages(
    file,
    ['image', 'score', 'class', 'threshold', 'truth', 'split', ...origin.heads, 'model', 'run'],
    rows.map(({ image, score, className, truth }) => [
      ...[image.name, rounded(score, 6), className, threshold === null ? null : rounded(threshold, 6)],
      ...[truth, image.split, ...origin.cells(image), model, run],
    ]),
  )
}

async function writeImages(file: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Promise<WrittenLabels> {
  const text = csvText([head, ...rows])
  await writeWhole(file, (needsByteOrderMark(text) ? BYTE_ORDER_MARK : '') + text)
  const shared = rows.length - new Set(rows.map(([name]) => name)).size
  return { rows: rows.length, notes: noteIf(shared, sharedNames) }
}

const sharedNames = (count: number): string => say('{{count}} images share a name with another: rows do not tell them apart.', { count })

/**
 * Writes annotations, one row an object: image, class, x, y, width, height (of an area its bounds; empty for a point, and all four for the label of a whole image), crowd, difficult (0 or 1), note;
 * then a column for each measurement of the files that objects came from, empty where an object has no such number.
 *
 * @throws AppError as `writeWhole`.
 */
export async function writeAnnotationsCsv(file: string, set: LabelSet): Promise<WrittenLabels> {
  const columns = ['image', 'class', 'x', 'y', 'width', 'height', 'crowd', 'difficult', 'note']
  const names = measuredNames('csv', set, set.objects.filter(isTold))
  const measured = (object: LabelledObject): Cell[] => {
    const values = new Map(set.measured?.of(object).map(({ name, value }) => [name, value]))
    return names.map((name) => values.get(name) ?? null)
  }
  const heads = names.map((name) => (isLabelColumn(name) ? `${name} (measurement)` : name))
  const written = await writeObjects(file, set, [...columns, ...heads], (object) => [
    ...shapeCells(object.shape),
    object.crowd === true ? 1 : 0,
    object.difficult === true ? 1 : 0,
    object.note ?? '',
    ...(names.length === 0 ? [] : measured(object)),
  ])
  return { ...written, notes: [...lossNotes('csv', set), ...written.notes] }
}

/** Lines and rulers are no rows of objects. */
const isTold = ({ shape }: LabelledObject): boolean => isWritten('csv', shape)

function shapeCells(shape: LabelledObject['shape']): Cell[] {
  if (!isPlaced(shape)) return [null, null, null, null]
  const { x, y, width, height } = shapeBounds(shape)
  const size = shape.type === 'point' ? [null, null] : [rounded(width, 3), rounded(height, 3)]
  return [rounded(x, 3), rounded(y, 3), ...size]
}

const BATCH = 5000

async function writeObjects(
  file: string,
  set: LabelSet,
  columns: readonly string[],
  cells: (object: LabelledObject) => Cell[],
): Promise<WrittenLabels> {
  const names = new Map(set.classes.map(({ id, name }) => [id, name]))
  const lists = objectsByImage(set)
  const rows = set.images.flatMap((image) => (lists.get(image.id) ?? []).filter(isTold).map((object) => ({ image: image.name, object })))
  // Programs that read a table of objects want its first column's bare name: the mark stands only where letters need it.
  const marked = [
    ...columns,
    ...names.values(),
    ...set.images.map(({ name }) => name),
    ...rows.map(({ object }) => object.note ?? ''),
  ].some(needsByteOrderMark)
  await writeWhole(file, async (handle) => {
    await handle.write((marked ? BYTE_ORDER_MARK : '') + csvText([columns]))
    for (let from = 0; from < rows.length; from += BATCH) {
      const batch = rows.slice(from, from + BATCH)
      await handle.write(csvText(batch.map(({ image, object }) => [image, names.get(object.classId) ?? '', ...cells(object)])))
    }
  })
  const shared = set.images.length - new Set(set.images.map(({ name }) => name)).size
  return {
    rows: rows.length,
    notes: noteIf(shared, sharedNames),
  }
}
