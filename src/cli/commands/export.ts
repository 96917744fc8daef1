import { Option, type Command } from 'commander'
import { type CountSource, exportFormat, exportThing, type ExportRequest } from '#shared/contracts/project.ts'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import { runId } from '#shared/records/ids.ts'
import type { Workbench } from '../../main/workbench/index.ts'
import { workbenchTask } from '../../main/workbench/tasks/registry.ts'
import { share } from '../options.ts'
import type { Output } from '../output.ts'
import { withProject } from '../with-project.ts'
import { modelOf } from './predict.ts'

interface ExportOptions {
  readonly what: ExportRequest['what']
  readonly format?: ExportRequest['format']
  readonly source?: 'truth' | 'predictions' | 'corrected'
  readonly run: string
  readonly model: string
  readonly score?: number
  readonly split?: 'train' | 'val' | 'test'
  readonly by: 'image' | 'region'
}

const DEFAULT_FORMAT = { counts: 'csv', annotations: 'coco', predictions: 'csv', decisions: 'csv', masks: 'png', model: 'onnx' } as const

export function addExport(root: Command, output: Output): Command {
  return root
    .command('export')
    .description('Write counts, annotations, predictions, decisions, masks or a model to a file or folder: whole, or not at all.')
    .argument('<project>')
    .argument('<file>', 'file to write; a folder for voc, yolo, masks, and, of several images, geojson, labelme, asap and aperio')
    .addOption(new Option('--what <thing>').choices(exportThing.options).makeOptionMandatory())
    .addOption(new Option('--format <name>').choices(exportFormat.options))
    .addOption(
      new Option('--source <name>', 'what is counted or drawn; predictions where a run exists, else truth').choices([
        'truth',
        'predictions',
        'corrected',
      ]),
    )
    .option('--run <id>', 'run of predictions, or latest', 'latest')
    .option('--model <id>', 'model id, or latest', 'latest')
    .option('--score <x>', 'score from which a prediction counts; by default what the task counts from', share)
    .addOption(new Option('--split <name>', 'only images of this split').choices(['train', 'val', 'test']))
    .addOption(
      new Option('--by <what>', 'of counts: a row an image, or a row a region of interest').choices(['image', 'region']).default('image'),
    )
    .action((folder: string, file: string, options: ExportOptions) =>
      withProject(
        folder,
        async (bench) => {
          const needsRun = options.what === 'predictions'
          const source = options.what === 'counts' || options.what === 'masks' ? countSource(bench, options) : null
          const request = {
            what: options.what,
            format: options.format ?? defaultFormat(bench, options.what),
            source,
            runId: needsRun ? runOf(bench, options.run) : null,
            modelId: options.what === 'model' ? bench.model(modelOf(options.model)).id : null,
            split: options.split ?? null,
            by: options.by,
          }
          const { notes: losses } = bench.previewExport(request)
          for (const loss of losses) output.warn(`${request.format}: ${loss}`)
          const report = await bench.export({ ...request, file })
          output.say(`Wrote ${report.file}: ${counted(report.rows, 'row')}.`)
          if (source !== null) output.say(sourceText(source))
          for (const note of report.notes) if (!losses.includes(note)) output.say(note)
          output.result(report)
        },
        { readOnly: true },
      ),
    )
}

/** COCO holds no classes of whole images. */
function defaultFormat(bench: Workbench, what: ExportRequest['what']): ExportRequest['format'] {
  return what === 'annotations' && bench.info().task === 'classification' ? 'csv' : DEFAULT_FORMAT[what]
}

function runOf(bench: Workbench, text: string): ReturnType<typeof runId.parse> {
  if (text !== 'latest') return runId.parse(text)
  const run = bench.runs().at(-1)
  if (!run) throw new AppError('no-run', 'The project has no predictions yet.', 'Run `slidewright predict` first.')
  return run.id
}

/** What the numbers or areas are of: the same command says something else once there are predictions. */
function sourceText(source: CountSource): string {
  if (source.kind === 'truth') return 'Of the annotations.'
  const what = source.kind === 'corrected' ? 'Of the predictions as corrected' : 'Of the predictions'
  return `${what}, score ${source.score} and more, on the images that were predicted (--source truth: of the annotations).`
}

function countSource(bench: Workbench, options: ExportOptions): CountSource {
  const kind = options.source ?? (bench.runs().length > 0 ? 'predictions' : 'truth')
  if (kind === 'truth') return { kind }
  const score = options.score ?? workbenchTask(bench.info().task).countedFrom
  return { kind, runId: runOf(bench, options.run), score }
}
