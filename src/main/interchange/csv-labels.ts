import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { AppError } from '#shared/errors.ts'
import { boxContainsBox, clipBox } from '#shared/geometry/box.ts'
import { say } from '#shared/i18n/say.ts'
import type { Split } from '#shared/records/task.ts'
import { isImageError } from '../../imaging/failure.ts'
import { classNamed, LONGEST_NAME } from './class-names.ts'
import type { ImportContext, ImportProblem, ParsedDataset, ParsedImage, ParsedObject } from './dataset.ts'
import { withOneLabel } from './image-label.ts'
import { measured } from './image-size.ts'
import { givenPath, type KnownImages, lastTwo, numberKey } from './known-images.ts'
import { leftOut } from './left-out.ts'
import { splitNamed, splitOfFolder } from './split-folders.ts'
import { isImageName, mapLimited, stemOf, walkFiles } from './walk.ts'

/** Bytes of a table that is read: some million rows. */
const MAX_BYTES = 256 * 2 ** 20

// Names of columns, compared without case, blanks and underscores; the first that is there counts.
const IMAGE = ['image', 'imageid', 'file', 'filename', 'path', 'imagename', 'imagepath', 'img', 'name', 'id']
const LABEL = ['label', 'class', 'classlabel', 'classname', 'category', 'diagnosis', 'target', 'labels', 'y']
const SPLIT = ['split', 'set', 'subset', 'partition']
const EDGES = ['xmin', 'ymin', 'xmax', 'ymax']

const KNOWN = new Set([...IMAGE, ...LABEL, ...SPLIT, ...EDGES, 'x', 'width', 'height', 'crowd', 'iscrowd', 'difficult', 'note'])

const bare = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '')

/** Whether a column of this name is read from a table of labels: other columns of ours are called otherwise. */
export const isLabelColumn = (name: string): boolean => KNOWN.has(bare(name))

interface Columns {
  readonly image: number
  readonly label: number
  readonly split: number
  readonly crowd: number
  readonly difficult: number
  readonly note: number
  /** Places of x, y, width, height, or of xmin, ymin, xmax, ymax. */
  readonly box: readonly number[] | null
  readonly edges: boolean
}

/**
 * Reads a table of labels, CSV with commas, semicolons or tabs and a line of column names: the image (`image`, `file`, `filename`, `path`, ...) as a
 * path from the table's folder, or a name that occurs once below it, with or without ending (numbers with or without leading zeros), and its
 * class (`label`, `class`, ...). With x, y, width, height (or xmin, ymin, xmax, ymax; pixels) a row is a box, without values in them a label of the
 * image. Also read: split, crowd, difficult, note, as the app's own tables have them.
 *
 * @throws AppError `not-found`, `too-many-files`, `broken-csv`, or `no-labels` where the columns are not there.
 */
export async function parseCsvLabels(given: string, context: ImportContext): Promise<ParsedDataset> {
  const table = await findTable(given, context)
  const base = path.dirname(table)
  const rows = readRows(await readFile(table), table)
  const columns = columnsOf(rows[0] ?? [])
  if (columns === null) throw noColumns(table, rows[0] ?? [])
  const finder = new ImageFinder(base, (await walkFiles(base, context.signal)).filter(isImageName), context.known)
  const reading: Reading = {
    columns,
    finder,
    problems: [],
    table: path.basename(table),
    spelled: spelledOf(rows.slice(1), columns, context),
  }
  const byImage = new Map<string, Row[]>()
  for (const [i, cells] of rows.entries()) if (i > 0) placeRow({ cells, line: i + 1 }, reading, byImage)
  const images = await mapLimited([...byImage], 8, ([image, own]) => imageOf(image, own, { ...reading, base, context }))
  const classNames = [...new Set(images.flatMap(({ objects }) => objects.map(({ className }) => className)))]
  return { format: 'csv', images, classNames, problems: reading.problems, notes: reading.spelled.notes }
}

/** Whether a table's first line has the columns that are needed; for boxes those of a box too. */
export async function looksLikeLabelTable(file: string, boxes = false): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8192), 0, 8192, 0)
    const line =
      buffer
        .subarray(0, bytesRead)
        .toString('utf8')
        .split(/\r\n|\n|\r/)[0] ?? ''
    const columns = columnsOf(readRows(Buffer.from(line), file)[0] ?? [])
    return columns !== null && (!boxes || columns.box !== null)
  } catch {
    return false
  } finally {
    await handle.close()
  }
}

/** The table itself, or the first of a folder that has the columns. */
async function findTable(given: string, { signal }: ImportContext): Promise<string> {
  const tables = (await walkFiles(given, signal)).filter((file) => /\.(csv|tsv|txt)$/i.test(file) || file === path.resolve(given))
  if (tables.length === 1) return tables[0]!
  for (const table of tables) if (await looksLikeLabelTable(table)) return table
  throw new AppError(
    'no-labels',
    `${path.basename(given)} holds no table of labels.`,
    'A CSV needs a line of names with "image" and "label".',
  )
}

function readRows(bytes: Uint8Array, file: string): string[][] {
  if (bytes.length > MAX_BYTES)
    throw new AppError('broken-csv', `${path.basename(file)} is larger than ${MAX_BYTES / 2 ** 20} MiB.`, 'Divide it into several tables.')
  const text = new TextDecoder('utf-8').decode(bytes)
  const head = text.slice(0, text.search(/[\r\n]|$/))
  const delimiter = [',', ';', '\t'].reduce((a, b) => (head.split(b).length > head.split(a).length ? b : a))
  try {
    return parse(text, { delimiter, bom: true, relax_column_count: true, skip_empty_lines: true, trim: true, max_record_size: 1 << 20 })
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('broken-csv', `${path.basename(file)} is no sound CSV: ${said.slice(0, 200)}`, 'Save it again as CSV.', thrown)
  }
}

function columnsOf(head: readonly string[]): Columns | null {
  const names = head.map(bare)
  const place = (wanted: readonly string[]): number => wanted.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1
  const [image, label] = [place(IMAGE), place(LABEL)]
  if (image < 0 || label < 0 || image === label) return null
  const sides = ['x', 'y', 'width', 'height'].map((name) => names.indexOf(name))
  const edges = EDGES.map((name) => names.indexOf(name))
  const whole = (list: readonly number[]): boolean => list.every((at) => at >= 0)
  const flags = { split: place(SPLIT), crowd: place(['crowd', 'iscrowd']), difficult: place(['difficult']), note: place(['note']) }
  return { image, label, ...flags, box: whole(sides) ? sides : whole(edges) ? edges : null, edges: !whole(sides) && whole(edges) }
}

function noColumns(table: string, head: readonly string[]): AppError {
  return new AppError(
    'no-labels',
    `${path.basename(table)} has no columns for image and label: ${head.slice(0, 8).join(', ') || 'it is empty'}.`,
    'Name them "image" and "label" in the first line.',
  )
}

interface Row {
  readonly cells: readonly string[]
  /** In the table, from 1. */
  readonly line: number
}

interface Reading {
  readonly columns: Columns
  readonly finder: ImageFinder
  readonly problems: ImportProblem[]
  readonly table: string
  readonly spelled: Spelled
}

interface Spelled {
  readonly named: (label: string) => string
  readonly notes: readonly string[]
}

/**
 * Labels as class names. Where all are numbers that no class is named by, and there are as many classes as their range from 0 or 1 on, they are the
 * classes' places.
 */
function spelledOf(rows: readonly (readonly string[])[], { label }: Columns, context: ImportContext): Spelled {
  const labels = [...new Set(rows.map((cells) => plain(cells[label] ?? '')).filter((text) => text !== ''))]
  const named = classNamed(context)
  const { classes } = context
  const numbers = labels.map(Number)
  const known = labels.some((text) => classes.some(({ name }) => name === named(text)))
  if (labels.length === 0 || known || !numbers.every((n) => Number.isInteger(n) && n >= 0)) return { named, notes: [] }
  const first = numbers.includes(0) ? 0 : 1
  if (numbers.reduce((most, n) => Math.max(most, n), 0) - first + 1 !== classes.length) return { named, notes: [] }
  const list = classes.map(({ name }, i) => `${i + first} = ${name}`).join(', ')
  return {
    named: (text) => classes[Number(text) - first]?.name ?? named(text),
    notes: [say('Numbers taken as the classes in their order: {{list}}.', { list })],
  }
}

/** Text as it was before a spreadsheet's formula signs were made harmless (`csvText`). */
function plain(cell: string): string {
  return /^'[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? cell.slice(1) : cell
}

function placeRow(row: Row, reading: Reading, byImage: Map<string, Row[]>): void {
  const name = plain(row.cells[reading.columns.image] ?? '')
  const found = name === '' ? say('it names no image') : reading.finder.find(name)
  if (typeof found === 'string') return problem(reading, row, found)
  const rows = byImage.get(found.file)
  if (rows === undefined) byImage.set(found.file, [row])
  else rows.push(row)
}

function problem({ problems, table }: Pick<Reading, 'problems' | 'table'>, { line }: Row, what: string): void {
  problems.push({ file: table, what: `${say('line {{line}}', { line: String(line) })}: ${what}` })
}

async function imageOf(
  file: string,
  rows: readonly Row[],
  reading: Reading & { base: string; context: ImportContext },
): Promise<ParsedImage> {
  const { columns, context, base } = reading
  const size = columns.box === null ? null : await sizeOf(file, context)
  const objects = rows.flatMap((row) => objectOf(row, size, reading))
  const { objects: kept, conflict } = withOneLabel(objects)
  if (conflict) problem(reading, rows.at(-1)!, say('{{file}} has several labels: the first is taken', { file: path.basename(file) }))
  const split = rows.map(({ cells }) => splitCell(cells[columns.split])).find((one) => one !== null)
  return { path: file, size, split: split ?? splitOfFolder(base, file), labelled: kept.length > 0, objects: kept }
}

const splitCell = (cell: string | undefined): Split | null => (cell === undefined ? null : splitNamed(cell))

async function sizeOf(file: string, context: ImportContext): Promise<{ width: number; height: number } | null> {
  context.signal?.throwIfAborted()
  return measured(file, context).catch((thrown: unknown) => {
    // The image itself is told of where its record is made.
    if (isImageError(thrown)) return null
    throw thrown
  })
}

function objectOf(row: Row, size: { width: number; height: number } | null, reading: Reading): ParsedObject[] {
  const { columns, spelled } = reading
  const label = plain(row.cells[columns.label] ?? '')
  if (label === '' || label.length > LONGEST_NAME) {
    problem(
      reading,
      row,
      label === ''
        ? leftOut(say('it has no label'))
        : leftOut(say('its label is longer than {{letters}} letters', { letters: String(LONGEST_NAME) })),
    )
    return []
  }
  const flag = (at: number): boolean => /^(1|true|yes)$/i.test(row.cells[at] ?? '')
  const note = columns.note < 0 ? '' : plain(row.cells[columns.note] ?? '').slice(0, 4000)
  const rest = {
    className: spelled.named(label),
    difficult: flag(columns.difficult),
    crowd: flag(columns.crowd),
    ...(note === '' ? {} : { note }),
  }
  const shape = shapeOf(row, size, reading)
  if (typeof shape !== 'string') return [{ ...rest, shape }]
  problem(reading, row, shape)
  return []
}

/** The row's box, point or label of the whole image, or why there is none. */
function shapeOf({ cells, line }: Row, size: { width: number; height: number } | null, reading: Reading): ParsedObject['shape'] | string {
  const { columns } = reading
  const given = columns.box?.map((at) => cells[at] ?? '') ?? []
  if (given.every((cell) => cell === '')) return { type: 'image' }
  if (size === null) return leftOut(say('its image cannot be read'))
  const values = given.map(Number)
  const pointLike = !columns.edges && given[2] === '' && given[3] === ''
  const needed = pointLike ? 2 : 4
  if (given.slice(0, needed).some((cell, i) => cell === '' || !Number.isFinite(values[i])))
    return leftOut(say('its box is no box ({{given}})', { given: given.join(', ') }))
  const [x, y, c, d] = values as [number, number, number, number]
  if (pointLike)
    return x >= 0 && y >= 0 && x <= size.width && y <= size.height
      ? { type: 'point', x, y }
      : leftOut(say('its point lies outside the image'))
  const box = { x, y, width: columns.edges ? c - x : c, height: columns.edges ? d - y : d }
  if (!(box.width > 0 && box.height > 0)) return leftOut(say('its box has no size ({{given}})', { given: given.join(', ') }))
  const frame = { x: 0, y: 0, ...size }
  if (boxContainsBox(frame, box)) return { type: 'box', ...box }
  const inside = clipBox(box, frame)
  if (inside === null) return leftOut(say('its box lies outside the image'))
  problem(reading, { cells, line }, say('its box reaches over the edge of the image: clipped'))
  return { type: 'box', ...inside }
}

/** Images below a folder by path, name, stem and number; else those of the project. */
class ImageFinder {
  readonly #known: KnownImages
  readonly #byName = new Map<string, string[]>()

  constructor(base: string, images: readonly string[], known: KnownImages) {
    this.#known = known
    for (const image of images) {
      const relative = path.relative(base, image).split(path.sep).join('/')
      const keys = new Set([relative, path.basename(image), stemOf(image), relative.slice(0, relative.length - path.extname(image).length)])
      for (const key of keys) this.#add(key, image)
      const number = numberKey(stemOf(image))
      if (number !== null) this.#add(number, image)
    }
  }

  #add(key: string, image: string): void {
    const list = this.#byName.get(key.toLowerCase()) ?? []
    if (!list.includes(image)) this.#byName.set(key.toLowerCase(), [...list, image])
  }

  /** The image, or why there is none. */
  find(given: string): { readonly file: string } | string {
    const name = givenPath(given).toLowerCase()
    const last = path.posix.basename(name)
    const numbered = numberKey(name) ?? name
    for (const key of [name, last, numbered]) {
      const found = this.#byName.get(key)
      if (found === undefined) continue
      const [file, ...others] = withoutMasks(found)
      if (others.length > 0) return leftOut(say('{{given}} could be {{number}} images', { given, number: String(others.length + 1) }))
      if (file !== undefined) return { file }
    }
    const known = this.#known.find([name, lastTwo(name), last, numbered])
    if (known !== null) return typeof known === 'string' ? leftOut(known) : known
    return leftOut(say('there is no image {{given}}', { given }))
  }
}

/** A mask that bears its image's name is not the image. */
function withoutMasks(files: readonly string[]): readonly string[] {
  const plainOnes = files.filter((file) => !file.split(path.sep).some((folder) => /^(masks?|labels?|ground_?truth)$/i.test(folder)))
  return plainOnes.length > 0 ? plainOnes : files
}
