import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { CountBy } from '#shared/contracts/counts.ts'
import type { CountSource } from '#shared/contracts/project.ts'
import { finalCount } from '#shared/counts/final.ts'
import { countedTwice } from '#shared/counts/marked-twice.ts'
import { type CountRow, type CountTable, tabulate } from '#shared/counts/tabulate.ts'
import { AppError } from '#shared/errors.ts'
import { familyName } from '#shared/fold-names.ts'
import { shownDecimals, shownMoment, shownNumber } from '#shared/i18n/formats.ts'
import { say } from '#shared/i18n/say.ts'
import { type Label, label, speaking, t, translated } from '#shared/i18n/translate.ts'
import { isKnownOfAny, ORIGIN_FACTS } from '#shared/origin.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { DecisionRecord } from '#shared/records/prediction.ts'
import type { Split } from '#shared/records/task.ts'
import { heard } from '#shared/i18n/heard.ts'
import { pixelSizeText } from '#shared/pixel-size-text.ts'
import { TASKS } from '#shared/task-facts.ts'
import { testLooksLog, testLooksText } from '#shared/test-looks.ts'
import { VERSION } from '#shared/version.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import { orderedClasses, type WrittenLabels } from '../../interchange/label-set.ts'
import { projectName } from '../../project/folder.ts'
import { fieldPictureOrNull } from '../../report/field-picture.ts'
import { ensembleCardParts } from '../../report/ensemble-card.ts'
import { type CardFacts, modelCardParts, settingsText } from '../../report/model-card.ts'
import { type ReportFacts, type ReportField, reportHtml } from '../../report/report-html.ts'
import type { DecisionNumbers, NamedTable, ReviewFacts } from '../../report/report-parts.ts'
import { defaultTemplate, TEMPLATE_FILE } from '../../report/template.ts'
import type { CardTest } from '../../report/test-part.ts'
import { cardFacts, cardTests } from '../export-model.ts'
import type { Export } from '../export.ts'
import type { OpenProject } from '../open-project.ts'
import { agreementOn } from '../readers.ts'
import { testLooks } from '../test-looks.ts'
import { wrongFormat } from '../wrong-format.ts'
import { countColumnsOf } from './count-columns.ts'
import { objectsInPart } from './counted-parts.ts'
import { countRecord, decisionsOn, otherRuns } from './count-record.ts'
import { described, leftOutNotes } from './export-counts.ts'
import { reviewedPredictions } from './final-count.ts'

/** As many fields are shown at most. */
const FIELDS = 6

/**
 * Writes a report of counts in the language that was asked for, as HTML or PDF, and beside it `<file>.json` with all that its numbers come from.
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
  const gathered = await gather(wanted, source)
  const page = speaking(request.language, () => reportHtml(reportFacts(wanted, source, gathered), template ?? defaultTemplate()))
  const record = await countRecord(project, { images, source, by: request.by, split: request.split })
  await writeWhole(file, format === 'pdf' && print ? await print(page) : page)
  await writeWhole(`${file}.json`, `${JSON.stringify(record)}\n`)
  return {
    rows: images.length,
    notes: [
      say('Beside it, {{file}}.json holds all that its numbers come from.', { file: path.basename(file) }),
      ...leftOutNotes(gathered.byImage, source),
    ],
  }
}

/** The template that was named, else the project's own; null: the usual one. */
async function templateOf(project: OpenProject, named: string | null): Promise<string | null> {
  const own = path.join(project.folder, TEMPLATE_FILE)
  try {
    return await readFile(named ?? own, 'utf8')
  } catch (thrown) {
    if (named === null && (thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new AppError('bad-template', `The report's template ${named ?? own} cannot be read. Nothing was written.`, undefined, thrown)
  }
}

/** What of a report takes time to be had, and is the same in every language but for the scores in the pictures. */
interface Gathered {
  readonly byImage: CountTable
  /** Objects that lie on another that counts as well. */
  readonly twice: number
  readonly tables: readonly NamedTable[]
  /** Of the models that were counted: none, one, or those that predicted together. */
  readonly cards: readonly CardFacts[]
  /** What several scored together on the test images. */
  readonly together: readonly CardTest[]
  /** Some images from the one with the most objects to the one with the fewest, with their objects drawn. */
  readonly fields: readonly { readonly row: CountRow; readonly picture: string | null }[]
}

async function gather(wanted: Export, source: CountSource): Promise<Gathered> {
  const { project, images } = wanted
  const classes = orderedClasses(project.db.classes())
  const columns = countColumnsOf(project, source.kind === 'truth' ? null : source.runId)
  const score = source.kind === 'truth' ? 0 : source.score
  const table = (by: CountBy): CountTable => tabulate(columns, { images, classes }, { by, kind: source.kind, score })
  const byImage = table('image')
  const hasRegions = columns.regions.some(({ image }) => images.some(({ id }) => id === columns.imageIds[image]))
  const tables: NamedTable[] = [
    ...ORIGIN_FACTS.filter((fact) => isKnownOfAny(images, fact)).map((by) => ({ by, table: table(by) })),
    ...(hasRegions ? [{ by: 'region' as const, table: table('region') }] : []),
    { by: 'image', table: byImage },
  ]
  const models = source.kind === 'truth' ? [] : project.modelsOf(project.run(source.runId))
  // The looks at the test images stand with the review.
  const cards = await Promise.all(models.map(async (model) => ({ ...(await cardFacts(project, model)), testLooks: [] })))
  const fields: { row: CountRow; picture: string | null }[] = []
  for (const row of picked(byImage)) fields.push({ row, picture: await drawn(wanted, row, source) })
  const shown = new Set(images.map(({ id }) => id))
  const twice = [...countedTwice(columns, { kind: source.kind, score, shown }).values()].reduce((sum, n) => sum + n, 0)
  return { byImage, twice, tables, cards, together: cardTests(project, models), fields }
}

/** All that a report tells, in the language that is spoken. */
function reportFacts(wanted: Export, source: CountSource, { byImage, twice, tables, cards, together, fields }: Gathered): ReportFacts {
  const { project, images } = wanted
  return {
    ...{ project: projectName(project.folder), classes: orderedClasses(project.db.classes()), counts: byImage, twice, tables },
    ofImages: TASKS[project.task].objects === 'none',
    ...told(wanted, source, byImage),
    review: reviewFacts(project, images, source),
    fields: fields.map(({ row, picture }) => ({ ...named(project, row), picture })),
    model: modelFacts(cards, together),
    files: images.map((image) => ({ name: image.name, sha256: image.sha256, pixelSize: pixelSizeText(image) })),
  }
}

function modelFacts([first, ...rest]: readonly CardFacts[], together: readonly CardTest[]): ReportFacts['model'] {
  if (first === undefined) return null
  if (rest.length === 0) return { heading: t('Model: {{name}}', { name: first.model.name }), card: modelCardParts(first) }
  return { heading: togetherText([first, ...rest].map(({ model }) => model)), card: ensembleCardParts([first, ...rest], together) }
}

const togetherText = (models: readonly ModelRecord[]): string =>
  t('{{count}} models together (ensemble): {{name}}', { count: models.length, name: familyName(models[0]!) })

const KINDS = {
  truth: label('What people labelled'),
  predictions: label('What the model found, whatever people decided'),
  corrected: label('Labels, and predictions that nobody decided on yet'),
} as const

function told({ project, images, request }: Export, source: CountSource, counted: CountTable): Pick<ReportFacts, 'facts' | 'provenance'> {
  const by = described(project, source)
  const run = source.kind === 'truth' ? null : project.run(source.runId)
  const models = run === null ? [] : project.modelsOf(run)
  const model =
    by.kind === 'truth'
      ? []
      : [[t('Model'), models.length > 1 ? togetherText(models) : by.model] as const, [t('Score from'), shownDecimals(by.score, 2)] as const]
  const moment = shownMoment(new Date().toISOString())
  return {
    facts: [
      [t('Counted'), translated(KINDS[source.kind])],
      ...model,
      [t('Images'), imagesText(images.length, request.split)],
      ...leftOutNotes(counted, source).map((note) => [t('Left out'), heard(note)] as const),
      [t('Made on'), t('{{moment}} by {{who}}', { moment, who: project.person })],
    ],
    provenance: [
      [t('Program'), `Slidewright ${VERSION}`],
      [t('Project'), projectName(project.folder)],
      [t('Made on'), moment],
      ...(run === null
        ? []
        : [
            [t('Run'), `${run.id}, ${shownMoment(run.createdAt)}`] as const,
            [t('Settings of the run'), settingsText(run.settings)] as const,
          ]),
    ],
  }
}

function imagesText(count: number, split: Split | null): string {
  if (split === null) return t('{{count}} images', { count })
  return t('{{count}} images of the split {{split}}', { count, split: translated(SPLITS[split]) })
}

const SPLITS: Readonly<Record<Split, Label>> = { train: label('Training'), val: label('Validation'), test: label('Test') }

function reviewFacts(project: OpenProject, images: readonly ImageRecord[], source: CountSource): ReviewFacts {
  const wanted = new Set(images.map(({ id }) => id))
  const decisions = source.kind === 'truth' ? null : decisionsOn(project.db, [source.runId], wanted)
  const others = source.kind === 'truth' ? [] : decisionsOn(project.db, otherRuns(project.db, source.runId), wanted)
  const state = (wish: ImageRecord['state']): number => images.filter((one) => one.state === wish).length
  const review = source.kind === 'corrected' ? reviewedPredictions(project, source.runId, images, source.score) : null
  return {
    final: review && review.score.length > 0 ? finalCount(review) : null,
    decisions: decisions && numbersOf(decisions, source),
    others: others.length === 0 ? null : numbersOf(others, source),
    states: { unlabelled: state('unlabelled'), 'in-work': state('in-work'), done: state('done'), reviewed: state('reviewed') },
    looks: looksTold(project),
    agreement: source.kind === 'truth' ? null : agreementOn(project, source.runId, wanted),
    images,
  }
}

function looksTold(project: OpenProject): string[] {
  const looks = testLooks(project)
  const text = heard(testLooksText(looks))
  return text === '' ? [] : [text, ...testLooksLog(looks, shownMoment)]
}

function numbersOf(decisions: readonly DecisionRecord[], source: CountSource): DecisionNumbers {
  const of = (kind: DecisionRecord['kind']): number => decisions.filter((one) => one.kind === kind).length
  const people = [...new Set(decisions.map(({ who }) => who).filter((who) => who !== ''))].sort()
  const least = source.kind === 'truth' ? 0 : source.score
  const counted = least === 0 ? null : { from: least, decisions: decisions.filter(({ from }) => from.score >= least).length }
  return { accept: of('accept'), correct: of('correct'), reject: of('reject'), people, counted }
}

function picked({ rows }: CountTable): CountRow[] {
  const sorted = [...rows].sort((a, b) => b.total - a.total)
  const count = Math.min(FIELDS, sorted.length)
  return Array.from({ length: count }, (_, at) => sorted[count === 1 ? 0 : Math.round((at * (sorted.length - 1)) / (count - 1))]!)
}

function named({ db }: OpenProject, { images: [image], perClass }: CountRow): Pick<ReportField, 'name' | 'text'> {
  const names = new Map(db.classes().map(({ id, name }) => [id, name]))
  const text = perClass.map(({ classId, n }) => `${names.get(classId) ?? ''} ${shownNumber(n)}`).join(', ')
  return { name: image!.name, text }
}

async function drawn({ project, tools, request }: Export, { images }: CountRow, source: CountSource): Promise<string | null> {
  const image = images[0]!
  const file = (await tools.pictureFor?.(image)) ?? null
  if (file === null) return null
  const objects = objectsInPart(project, image, source)
  const data = {
    image: { file, width: image.width, height: image.height },
    classes: project.db.classes(),
    truth: objects.filter((one) => !('score' in one)),
    predictions: objects.flatMap((one) => ('score' in one ? [one] : [])),
    ...{ title: '', source: '' },
  }
  return fieldPictureOrNull(tools.pictures, data, request.language)
}

/** Writes the template of the reports, to be changed: the project's own where it has one. */
export async function exportTemplate({ project, file, request }: Pick<Export, 'project' | 'file' | 'request'>): Promise<WrittenLabels> {
  const own = await templateOf(project, null)
  await writeWhole(file, own ?? speaking(request.language, defaultTemplate))
  return {
    rows: 1,
    notes: [say("As {{file}} in the project's folder it is taken for every report of the project.", { file: TEMPLATE_FILE })],
  }
}
