import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { counted } from '#shared/counted.ts'
import type { CountBy } from '#shared/contracts/counts.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { finalCount } from '#shared/counts/final.ts'
import { type CountRow, type CountTable, tabulate } from '#shared/counts/tabulate.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { testLooksText } from '#shared/test-looks.ts'
import { VERSION } from '#shared/version.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import { orderedClasses, type WrittenLabels } from '../../interchange/label-set.ts'
import { projectName } from '../../project/folder.ts'
import { fieldPictureOrNull } from '../../report/field-picture.ts'
import { modelCardSections } from '../../report/model-card.ts'
import { type ReportFacts, type ReportField, reportHtml } from '../../report/report-html.ts'
import type { NamedTable, ReviewFacts } from '../../report/report-parts.ts'
import { DEFAULT_TEMPLATE, TEMPLATE_FILE } from '../../report/template.ts'
import { countedOf } from '../counted-of.ts'
import { countedObjects } from '../counting.ts'
import { cardFacts } from '../export-model.ts'
import type { Export } from '../export.ts'
import type { OpenProject } from '../open-project.ts'
import { agreementOn } from '../readers.ts'
import { testLooks } from '../test-looks.ts'
import { wrongFormat } from '../wrong-format.ts'
import { countColumnsOf } from './count-columns.ts'
import { countRecord } from './count-record.ts'
import { described } from './export-counts.ts'
import { reviewedPredictions } from './final-count.ts'

/** As many fields are shown at most. */
const FIELDS = 6

/**
 * Writes a report of counts, as HTML or PDF, and beside it `<file>.json` with all that its numbers come from.
 *
 * @throws AppError `bad-template`, `pdf-needs-app` where nothing here can print, `wrong-format`, or as `writeWhole`; nothing is written then.
 */
export async function writeReport(wanted: Export): Promise<WrittenLabels> {
  const { project, request, file, images, tools } = wanted
  const { format } = request
  if (format !== 'html' && format !== 'pdf') throw wrongFormat(request)
  const print = tools.printPdf
  if (format === 'pdf' && !print)
    throw new AppError(
      'pdf-needs-app',
      'A PDF is printed by the app, which the command line does without. Nothing was written.',
      'Write the report as .html, which any browser prints, or use Report in the Count place of the window.',
    )
  const source = request.source ?? { kind: 'truth' as const }
  const template = await templateOf(project, request.template)
  const page = reportHtml(await reportFacts(wanted, source), template)
  const record = await countRecord(project, { images, source, by: request.by, split: request.split })
  await writeWhole(file, format === 'pdf' && print ? await print(page) : page)
  await writeWhole(`${file}.json`, `${JSON.stringify(record)}\n`)
  return { rows: images.length, notes: [`Beside it, ${path.basename(file)}.json holds all that its numbers come from.`] }
}

/** The template that was named, else the project's own, else the usual one. */
async function templateOf(project: OpenProject, named: string | null): Promise<string> {
  const own = path.join(project.folder, TEMPLATE_FILE)
  try {
    return await readFile(named ?? own, 'utf8')
  } catch (thrown) {
    if (named === null && (thrown as NodeJS.ErrnoException).code === 'ENOENT') return DEFAULT_TEMPLATE
    throw new AppError('bad-template', `The report's template ${named ?? own} cannot be read. Nothing was written.`, undefined, thrown)
  }
}

async function reportFacts(wanted: Export, source: CountSource): Promise<ReportFacts> {
  const { project, images } = wanted
  const { db } = project
  const classes = orderedClasses(db.classes())
  const columns = countColumnsOf(project, source.kind === 'truth' ? null : source.runId)
  const score = source.kind === 'truth' ? 0 : source.score
  const table = (by: CountBy): CountTable => tabulate(columns, { images, classes }, { by, kind: source.kind, score })
  const byImage = table('image')
  const hasRegions = columns.regions.some(({ image }) => images.some(({ id }) => id === columns.imageIds[image]))
  const tables: NamedTable[] = [
    ...(images.some(({ group }) => group !== null) ? [{ by: 'group' as const, table: table('group') }] : []),
    ...(hasRegions ? [{ by: 'region' as const, table: table('region') }] : []),
    { by: 'image', table: byImage },
  ]
  const model = source.kind === 'truth' ? null : project.model(project.run(source.runId).modelId)
  return {
    ...{ project: projectName(project.folder), classes, counts: byImage, tables, ...told(wanted, source) },
    review: reviewFacts(project, images, source),
    fields: await fieldsOf(wanted, byImage, source),
    model: model && { name: model.name, sections: modelCardSections(await cardFacts(project, model)) },
    hashes: images.map(({ name, sha256 }) => ({ name, sha256 })),
  }
}

const KINDS = {
  truth: 'What people labelled',
  predictions: 'What the model found, whatever people decided',
  corrected: 'Labels, and predictions that nobody decided on yet',
} as const

function told({ project, images, request }: Export, source: CountSource): Pick<ReportFacts, 'facts' | 'provenance'> {
  const by = described(project, source)
  const run = source.kind === 'truth' ? null : project.run(source.runId)
  const model = by.kind === 'truth' ? [] : [['Model', by.model] as const, ['Score from', by.score.toFixed(2)] as const]
  const made = new Date().toISOString()
  return {
    facts: [
      ['Counted', KINDS[source.kind]],
      ...model,
      ['Images', `${counted(images.length, 'image')}${request.split === null ? '' : ` of the split ${request.split}`}`],
      ['Made', `${made.slice(0, 16).replace('T', ' ')} UTC by ${project.person}`],
    ],
    provenance: [
      ['Program', `Slidewright ${VERSION}`],
      ['Project', projectName(project.folder)],
      ['Made', made],
      ...(run === null
        ? []
        : [['Run', `${run.id}, ${run.createdAt}`] as const, ['Settings of the run', JSON.stringify(run.settings)] as const]),
    ],
  }
}

function reviewFacts(project: OpenProject, images: readonly ImageRecord[], source: CountSource): ReviewFacts {
  const wanted = new Set(images.map(({ id }) => id))
  const decisions = source.kind === 'truth' ? null : project.db.decisionsOfRun(source.runId).filter(({ imageId }) => wanted.has(imageId))
  const of = (kind: 'accept' | 'correct' | 'reject'): number => decisions?.filter((one) => one.kind === kind).length ?? 0
  const state = (wish: ImageRecord['state']): number => images.filter((one) => one.state === wish).length
  const review = source.kind === 'corrected' ? reviewedPredictions(project, source.runId, images, source.score) : null
  const people = [...new Set(decisions?.map(({ who }) => who).filter((who) => who !== ''))].sort()
  return {
    final: review && review.score.length > 0 ? finalCount(review) : null,
    decisions: decisions && { accept: of('accept'), correct: of('correct'), reject: of('reject'), people },
    states: { unlabelled: state('unlabelled'), 'in-work': state('in-work'), done: state('done'), reviewed: state('reviewed') },
    looks: testLooksText(testLooks(project)),
    agreement: source.kind === 'truth' ? null : agreementOn(project, source.runId, wanted),
  }
}

/** Some images from the one with the most objects to the one with the fewest, with their objects drawn. */
async function fieldsOf({ project, tools }: Export, { rows }: CountTable, source: CountSource): Promise<ReportField[]> {
  const sorted = [...rows].sort((a, b) => b.total - a.total)
  const count = Math.min(FIELDS, sorted.length)
  const picked = Array.from({ length: count }, (_, at) => sorted[count === 1 ? 0 : Math.round((at * (sorted.length - 1)) / (count - 1))]!)
  const fields: ReportField[] = []
  for (const row of picked) fields.push({ ...named(project, row), picture: await drawn(project, tools, row, source) })
  return fields
}

function named({ db }: OpenProject, { images: [image], perClass }: CountRow): Pick<ReportField, 'name' | 'text'> {
  const names = new Map(db.classes().map(({ id, name }) => [id, name]))
  const text = perClass.map(({ classId, n }) => `${names.get(classId) ?? ''} ${n.toLocaleString('en')}`).join(', ')
  return { name: image!.name, text }
}

async function drawn(
  project: OpenProject,
  { pictures, pictureFor }: Export['tools'],
  { images }: CountRow,
  source: CountSource,
): Promise<string | null> {
  const image = images[0]!
  const file = (await pictureFor?.(image)) ?? null
  if (file === null) return null
  const objects = countedObjects(countedOf(project, image, source), source)
  return fieldPictureOrNull(pictures, {
    image: { file, width: image.width, height: image.height },
    classes: project.db.classes(),
    truth: objects.filter((one) => !('score' in one)),
    predictions: objects.flatMap((one) => ('score' in one ? [one] : [])),
    ...{ title: '', source: '' },
  })
}

/** Writes the template of the reports, to be changed: the project's own where it has one. */
export async function exportTemplate({ project, file }: Pick<Export, 'project' | 'file'>): Promise<WrittenLabels> {
  await writeWhole(file, await templateOf(project, null))
  return { rows: 1, notes: [`As ${TEMPLATE_FILE} in the project's folder it is taken for every report of the project.`] }
}
