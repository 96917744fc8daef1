import type { CountBy } from '#shared/contracts/counts.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { type CountRow, type CountTable, tabulate } from '#shared/counts/tabulate.ts'
import { say } from '#shared/i18n/say.ts'
import { countedUnder, isKnownOfAny, isOriginFact, type OriginFact } from '#shared/origin.ts'
import type { ClassId, ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import { factCountRows, tidyCountRows, withShares } from '../../interchange/count-cells.ts'
import { type CountedSource, countRows, regionCountRows } from '../../interchange/csv.ts'
import type { Cell } from '../../interchange/csv-text.ts'
import { noteIf, orderedClasses, type WrittenLabels } from '../../interchange/label-set.ts'
import { isTableFormat, writeTable } from '../../interchange/table-out.ts'
import type { Export } from '../export.ts'
import { runCell } from '../model-cell.ts'
import type { OpenProject } from '../open-project.ts'
import { workbenchTask } from '../tasks/registry.ts'
import { wrongFormat } from '../wrong-format.ts'
import { countColumnsOf } from './count-columns.ts'
import { countRecord } from './count-record.ts'

const UNKNOWN: Readonly<Record<OriginFact, () => string>> = {
  patient: () => say('No image has a patient, so each stands for itself: slidewright origin --patient-by tells them by file names.'),
  slide: () => say('No image has a slide, so each stands for itself: slidewright origin --slide-by tells them by file names.'),
  group: () => say('No image has a group, so each stands for itself: slidewright origin --group-by tells them by file names.'),
}

const INSTEAD = {
  patient: () => say('No image has a patient: the rows are of their groups. slidewright origin --patient-by says who they are of.'),
  slide: () => say('No image has a slide: the rows are of their groups. slidewright origin --slide-by says which they are of.'),
} as const

const WITHOUT_REGIONS = say(
  'No image has a region of interest, so each row is of all that lies on an image: regions are drawn in Label with Shift+P.',
)

/** What is counted, and what a row is of. */
interface Counted {
  readonly source: CountSource
  readonly by: CountBy
}

type Wanted = Pick<Export, 'project' | 'request' | 'file' | 'images'>

/** Writes counts as a table (CSV, TSV, XLSX), or with all that they come from (JSON). @throws AppError `wrong-format`, or as `writeWhole`. */
export async function exportCounts(wanted: Wanted): Promise<WrittenLabels> {
  const { project, request, file, images } = wanted
  const by = countedBy(images, request.by)
  const source = request.source ?? { kind: 'truth' as const }
  if (request.format === 'json') {
    const record = await countRecord(project, { images, source, by, split: request.split })
    await writeWhole(file, `${JSON.stringify(record)}\n`)
    const leftOut = images.length - record.numbers.all.images.length
    const { beside } = record.numbers
    return { rows: record.numbers.rows.length, notes: [...notDivided(wanted), ...leftOutNotes({ leftOut, beside }, source)] }
  }
  if (!isTableFormat(request.format)) throw wrongFormat(request)
  const table = countTableOf(project, images, { source, by })
  const cells = cellsOf(wanted, { source, by }, table)
  await writeTable(file, cells, { format: request.format, decimal: request.decimal })
  return { rows: cells.length - 1, notes: [...notDivided(wanted), ...leftOutNotes(table, source)] }
}

/** That images, or objects of images that are, are not counted, and why. */
export function leftOutNotes({ leftOut, beside }: Pick<CountTable, 'leftOut' | 'beside'>, source: CountSource): string[] {
  const images = noteIf(leftOut, (count) =>
    source.kind === 'truth'
      ? say('{{count}} images that nobody labelled are not counted: a 0 there would be a guess.', { count })
      : say('{{count}} images that the run did not look at are not counted: a 0 there would be a guess.', { count }),
  )
  const objects = noteIf(beside, (count) => say('{{count}} objects outside the regions counted on are left out.', { count }))
  return [...images, ...objects]
}

/**
 * By what a table is: what was asked for, and the group where slides or patients were asked for and nobody said any of them. So it was before they
 * were told apart.
 */
export function countedBy(images: readonly ImageRecord[], by: CountBy): CountBy {
  if (by !== 'slide' && by !== 'patient') return by
  return images.every((image) => countedUnder(image, by) === null) && isKnownOfAny(images, 'group') ? 'group' : by
}

/** What was to be counted by is on none of the images. */
function notDivided({ project: { db }, request: { by }, images }: Wanted): string[] {
  if (countedBy(images, by) !== by) return [INSTEAD[by === 'slide' ? 'slide' : 'patient']()]
  if (isOriginFact(by) && images.every((image) => countedUnder(image, by) === null)) return [UNKNOWN[by]()]
  if (by === 'region' && images.every(({ id }) => db.regionsOf(id).length === 0)) return [WITHOUT_REGIONS]
  return []
}

function cellsOf({ project, request: { layout } }: Wanted, { source, by }: Counted, { rows }: CountTable): Cell[][] {
  const classes = orderedClasses(project.db.classes())
  const told = { by, rows, classes, source: described(project, source), measured: workbenchTask(project.task).measuresAreas }
  if (layout === 'tidy') return tidyCountRows(told)
  const table = isOriginFact(by) ? factCountRows(told, by) : by === 'region' ? regionCountRows(byRegion(told)) : byImage(told)
  return withShares(table, rows)
}

/** The table of counts of some images, by the source that was asked for. */
function countTableOf(project: OpenProject, images: readonly ImageRecord[], { source, by }: Counted): CountTable {
  const columns = countColumnsOf(project, source.kind === 'truth' ? null : source.runId)
  const classes = orderedClasses(project.db.classes())
  return tabulate(columns, { images, classes }, { by, kind: source.kind, score: source.kind === 'truth' ? 0 : source.score })
}

type Told = Parameters<typeof tidyCountRows>[0]

const numbersOf = (row: Pick<CountTable['rows'][number], 'perClass'>): ReadonlyMap<ClassId, number> =>
  new Map(row.perClass.map(({ classId, n }) => [classId, n]))

const areasIn = (row: Pick<CountRow, 'perClass'>): ReadonlyMap<ClassId, number> =>
  new Map(row.perClass.map(({ classId, area }) => [classId, area?.pixels ?? 0]))

function byRegion({ rows, classes, source, measured }: Told): Parameters<typeof regionCountRows>[0] {
  return {
    ...{ classes, source, measured },
    rows: rows.map(({ images, region, name, pixels, mm2, areaOf, ...row }) => ({ ...{ image: images[0]!, region, name: name ?? '', pixels, mm2, areaOf }, counts: numbersOf(row), areas: areasIn(row) })), // prettier-ignore
  }
}

function byImage({ rows, classes, source, measured }: Told): Cell[][] {
  const images = rows.map(({ images: [image] }) => image!)
  const byId = <T>(of: (row: CountRow) => T): Map<ImageId, T> => new Map(rows.map((row) => [row.images[0]!.id, of(row)]))
  return countRows({
    images,
    classes,
    counts: byId(numbersOf),
    countedOn: byId((row) => row),
    source,
    areas: measured ? byId(areasIn) : null,
  })
}

/** The source in words that a reader of the file can follow: the model's name beside the run. */
export function described(project: OpenProject, source: CountSource): CountedSource {
  if (source.kind === 'truth') return source
  const run = project.run(source.runId)
  return { kind: source.kind, run: run.id, model: runCell(run, project.model(run.modelId)), score: source.score }
}
