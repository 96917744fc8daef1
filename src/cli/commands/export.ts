import { Option, type Command } from 'commander'
import type { CountSource } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import { runId } from '#shared/records/ids.ts'
import type { Workbench } from '../../main/workbench/index.ts'
import { share } from '../options.ts'
import type { Output } from '../output.ts'
import { withProject } from '../with-project.ts'
import { modelOf } from './predict.ts'

interface ExportOptions {
  readonly what: 'counts' | 'annotations' | 'predictions' | 'model'
  readonly format?: 'csv' | 'coco' | 'voc' | 'onnx' | 'safetensors'
  readonly source?: 'truth' | 'predictions' | 'corrected'
  readonly run: string
  readonly model: string
  readonly score: number
  readonly split?: 'train' | 'val' | 'test'
}

const DEFAULT_FORMAT = { counts: 'csv', annotations: 'coco', predictions: 'csv', model: 'onnx' } as const

export function addExport(root: Command, output: Output): Command {
  return root
    .command('export')
    .description('Write counts, annotations, predictions or a model to a file: whole, or not at all.')
    .argument('<project>')
    .argument('<file>', 'file to write; a folder for voc')
    .addOption(new Option('--what <thing>').choices(['counts', 'annotations', 'predictions', 'model']).makeOptionMandatory())
    .addOption(new Option('--format <name>').choices(['csv', 'coco', 'voc', 'onnx', 'safetensors']))
    .addOption(
      new Option('--source <name>', 'what is counted; predictions where a run exists, else truth').choices([
        'truth',
        'predictions',
        'corrected',
      ]),
    )
    .option('--run <id>', 'run of predictions, or latest', 'latest')
    .option('--model <id>', 'model id, or latest', 'latest')
    .option('--score <x>', 'score from which a prediction counts', share, 0.5)
    .addOption(new Option('--split <name>', 'only images of this split').choices(['train', 'val', 'test']))
    .action((folder: string, file: string, options: ExportOptions) =>
      withProject(
        folder,
        async (bench) => {
          const needsRun = options.what === 'predictions'
          const report = await bench.export({
            file,
            what: options.what,
            format: options.format ?? DEFAULT_FORMAT[options.what],
            source: options.what === 'counts' ? countSource(bench, options) : null,
            runId: needsRun ? runOf(bench, options.run) : null,
            modelId: options.what === 'model' ? bench.model(modelOf(options.model)).id : null,
            split: options.split ?? null,
          })
          output.say(`Wrote ${report.file}: ${report.rows} rows.`)
          for (const note of report.notes) output.say(note)
          output.result(report)
        },
        { readOnly: true },
      ),
    )
}

function runOf(bench: Workbench, text: string): ReturnType<typeof runId.parse> {
  if (text !== 'latest') return runId.parse(text)
  const run = bench.runs().at(-1)
  if (!run) throw new AppError('no-run', 'The project has no predictions yet.', 'Run `slidewright predict` first.')
  return run.id
}

function countSource(bench: Workbench, options: ExportOptions): CountSource {
  const kind = options.source ?? (bench.runs().length > 0 ? 'predictions' : 'truth')
  return kind === 'truth' ? { kind } : { kind, runId: runOf(bench, options.run), score: options.score }
}
