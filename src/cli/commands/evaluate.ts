import { Option, type Command } from 'commander'
import { share } from '../options.ts'
import { figure, table, type Output } from '../output.ts'
import { progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'
import { modelOf } from './predict.ts'

interface EvaluateOptions {
  readonly model: string
  readonly split: 'train' | 'val' | 'test'
  readonly score: number
}

export function addEvaluate(root: Command, output: Output): Command {
  return root
    .command('evaluate')
    .description('Compare a model with the annotations of a split; predicts first where that was not done yet.')
    .argument('<project>')
    .option('--model <id>', 'model id, or latest', 'latest')
    .addOption(new Option('--split <name>').choices(['train', 'val', 'test']).default('test'))
    .option('--score <x>', 'score from which an object counts', share, 0.5)
    .action((folder: string, options: EvaluateOptions) =>
      withProject(folder, async (bench) => {
        const bar = progressBar()
        const report = await bench
          .evaluate(
            { modelId: modelOf(options.model), split: options.split, score: options.score },
            {
              onJob: (job) => {
                bar.update(job.progress?.fraction ?? 0, 'predicting')
              },
            },
          )
          .finally(() => {
            bar.end()
          })
        output.say(evaluationText(report))
        output.result(report)
      }),
    )
}

interface Report {
  readonly ap: number
  readonly ap50: number
  readonly ap75: number
  readonly ar100: number
  readonly images: number
  readonly perClass: Readonly<Record<string, { readonly ap: number; readonly ap50: number; readonly recall50: number }>>
  readonly counts: Readonly<Record<string, { readonly r2: number | null; readonly rmse: number | null; readonly bias: number | null }>>
}

const plain = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : value.toFixed(2))

function evaluationText(report: Report): string {
  const rows = Object.entries(report.perClass).map(([name, c]) => {
    const count = report.counts[name]
    return [name, figure(c.ap), figure(c.ap50), figure(c.recall50), plain(count?.r2), plain(count?.rmse), plain(count?.bias)]
  })
  return [
    `${report.images} images: AP ${figure(report.ap)}  AP50 ${figure(report.ap50)}  AP75 ${figure(report.ap75)}  AR100 ${figure(report.ar100)}`,
    table([['class', 'AP', 'AP50', 'recall', 'count R²', 'RMSE', 'bias'], ...rows]),
  ].join('\n')
}
