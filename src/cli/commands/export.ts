import path from 'node:path'
import { Option, type Command } from 'commander'
import { COUNT_BY, type CountBy } from '#shared/contracts/counts.ts'
import { type CountSource, exportFormat, exportThing, type ExportRequest } from '#shared/contracts/project.ts'
import { counted } from '#shared/counted.ts'
import { type Language, LANGUAGES } from '#shared/i18n/languages.ts'
import { AppError } from '#shared/errors.ts'
import { type ModelRecord, type RunRecord, usualRun } from '#shared/records/model.ts'
import { runMaker, type Workbench } from '../../main/workbench/index.ts'
import { workbenchTask } from '../../main/workbench/tasks/registry.ts'
import { share } from '../options.ts'
import type { Output } from '../output.ts'
import { formatByEnding } from '../ending-format.ts'
import { printPdf } from '../print-pdf.ts'
import { refuseTaken } from '../refuse-taken.ts'
import { RUN_HELP, runOf } from '../run-option.ts'
import { withProject } from '../with-project.ts'
import { modelOf } from './predict.ts'

interface ExportOptions {
  readonly force: boolean
  readonly what: ExportRequest['what']
  readonly format?: ExportRequest['format']
  readonly source?: 'truth' | 'predictions' | 'corrected'
  readonly run: string
  readonly model: string
  readonly score?: number
  readonly split?: 'train' | 'val' | 'test'
  readonly by: CountBy
  readonly layout: ExportRequest['layout']
  readonly decimal: ExportRequest['decimal']
  readonly template?: string
  readonly language: Language
}

export function addExport(root: Command, output: Output): Command {
  return root
    .command('export')
    .description(
      'Write counts, a report, measurements, annotations, predictions, decisions, agreement of readers, masks or a model to a file or folder: whole, or not at all.',
    )
    .argument('<project>')
    .argument('<file>', 'file to write; a folder for voc, yolo, masks, and, of several images, geojson, labelme, asap and aperio')
    .addOption(new Option('--what <thing>').choices(exportThing.options).makeOptionMandatory())
    .addOption(new Option('--format <name>', 'what the file is; left out: as its name ends').choices(exportFormat.options))
    .addOption(
      new Option(
        '--source <name>',
        'what is counted or drawn: annotations, raw predictions, or predictions as corrected, which is the default where a run exists',
      ).choices(['truth', 'predictions', 'corrected']),
    )
    .option('--run <id>', RUN_HELP, 'latest')
    .option(
      '--model <id>',
      'of a model: its id or name, or latest: the one that was trained last, here or where it was imported from; of anything else: only what this model predicted (ensemble: the folds of the newest cross-validation together)',
      'latest',
    )
    .option('--score <x>', 'score from which a prediction counts; by default what the task counts from', share)
    .addOption(new Option('--split <name>', 'only images of this split').choices(['train', 'val', 'test']))
    .addOption(
      new Option('--by <what>', 'of counts: a row an image, a region of interest, a slide, a patient or a group (slidewright origin)')
        .choices(COUNT_BY)
        .default('image'),
    )
    .addOption(
      new Option('--layout <name>', 'of counts: a column a class, or (tidy) a row for each class with all that can be said of it')
        .choices(['wide', 'tidy'])
        .default('wide'),
    )
    .addOption(
      new Option(
        '--decimal <sign>',
        'of counts and measurements as CSV or TSV; comma: as Excel reads them in Czech or Russian, in CSV with semicolons between the cells',
      )
        .choices(['point', 'comma'])
        .default('point'),
    )
    .option('--template <file>', 'of a report: HTML with places to fill in, as --what report-template writes it')
    .addOption(
      new Option('--language <code>', 'of a report: the language of its words, numbers and dates').choices(LANGUAGES).default('en'),
    )
    .option('--force', 'replace a file that is there already', false)
    .action((folder: string, file: string, options: ExportOptions) =>
      withProject(folder, (bench) => exported(bench, { file, options }, output), { readOnly: true }),
    )
}

interface Asked {
  readonly file: string
  readonly options: ExportOptions
}

async function exported(bench: Workbench, { file, options }: Asked, output: Output): Promise<void> {
  const { what, by } = options
  await refuseTaken(file, options.force)
  const source = what === 'counts' || what === 'report' || what === 'masks' ? countSource(bench, options) : null
  const request = {
    what,
    format: options.format ?? formatByEnding(what, file, bench.project.task),
    source,
    runId: what === 'predictions' ? runOf(bench, options) : what === 'agreement' ? runOf(bench, options, isRead(bench)) : null,
    modelId: what === 'model' ? oneModel(bench, options.model).id : null,
    split: options.split ?? null,
    by,
    layout: options.layout,
    decimal: options.decimal,
    language: options.language,
    template: options.template === undefined ? null : path.resolve(options.template),
  }
  const { notes: losses } = bench.previewExport(request)
  for (const loss of losses) output.warn(`${request.format}: ${loss}`)
  const report = await bench.export({ ...request, file }, printPdf)
  output.say(`Wrote ${report.file}${amountText(request.what, request.format, report.rows)}.`)
  if (source !== null) output.say(sourceText(bench, source))
  for (const note of report.notes) if (!losses.includes(note)) output.say(note)
  output.result(report)
}

/** @throws AppError `several-models`: a file holds one. */
function oneModel({ project }: Workbench, text: string): ModelRecord {
  const [model, ...others] = project.modelsToAsk(modelOf(text))
  if (others.length === 0) return model
  throw new AppError(
    'several-models',
    `These are ${1 + others.length} models that predict together, and a file holds one. Nothing was written.`,
    `Export them one by one by --model: ${[model, ...others].map(({ name }) => `"${name}"`).join(', ')}.`,
  )
}

/** How much was written, of what the file consists of; empty where that is one thing. */
function amountText(what: ExportOptions['what'], format: string, rows: number): string {
  if (what === 'model' || what === 'report-template') return ''
  if (what === 'report' || what === 'masks') return `: ${counted(rows, 'image')}`
  const isTable = format === 'csv' || format === 'tsv' || format === 'xlsx' || what === 'counts'
  return `: ${counted(rows, isTable ? 'row' : 'object')}`
}

/** Whether people have read a run's predictions. */
const isRead =
  ({ project: { db } }: Workbench) =>
  ({ id }: RunRecord): boolean =>
    db.readings({ runId: id }).length > 0

/** What the numbers or areas are of: the same command says something else once there are predictions. */
function sourceText(bench: Workbench, source: CountSource): string {
  if (source.kind === 'truth') return 'Of the annotations.'
  const run = bench.runs().find(({ id }) => id === source.runId)
  const model = bench.project.db.models().find(({ id }) => id === run?.modelId)
  const of = `${run && model ? runMaker(run, model) : 'the model'} on ${counted(run?.images ?? 0, 'image')} (run ${source.runId})`
  if (source.kind === 'predictions')
    return `What ${of} found, score ${source.score} and more, as it came (--source corrected: with what was decided, truth: the annotations).`
  return `What ${of} found, score ${source.score} and more, as corrected: on images that are done the annotations count and nothing else (--source predictions: as it came, truth: the annotations).`
}

/** As the window counts: a person's corrections hold unless raw predictions are asked for. */
function countSource(bench: Workbench, options: ExportOptions): CountSource {
  const kind =
    options.source ?? (usualRun(bench.runs()) !== null || options.run !== 'latest' || options.model !== 'latest' ? 'corrected' : 'truth')
  if (kind === 'truth') return { kind }
  const score = options.score ?? workbenchTask(bench.info().task).countedFrom
  return { kind, runId: runOf(bench, options), score }
}
