import { Option, type Command } from 'commander'
import type { JobView } from '#shared/contracts/work.ts'
import { modelId } from '#shared/records/ids.ts'
import type { TrainOutcome } from '../../main/workbench/index.ts'
import { positive, wholeNumber } from '../options.ts'
import type { Output } from '../output.ts'
import { duration, progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'

interface TrainOptions {
  readonly preset: string
  readonly epochs?: number
  readonly batch?: number
  readonly learningRate?: number
  readonly patience?: number
  readonly weights?: string
  readonly seed: number
  readonly from?: string
  readonly backend?: 'tensorflow' | 'wasm'
}

export function addTrain(root: Command, output: Output): Command {
  return root
    .command('train')
    .description('Train a model on the annotations of the training images.')
    .argument('<project>')
    .requiredOption('--preset <name>', 'see `slidewright presets`')
    .option('--epochs <n>', 'passes over the training images', wholeNumber(1, 100_000))
    .option('--batch <n>', 'images a step', wholeNumber(1, 256))
    .option('--learning-rate <x>', 'peak learning rate', positive)
    .option('--patience <n>', 'stop after so many epochs without a better validation score; 0 = never', wholeNumber(0, 100_000))
    .option('--weights <file>', 'start from a .pth, .h5 or .safetensors file')
    .option('--seed <n>', 'seed of every random draw', wholeNumber(0, 2 ** 31), 0)
    .option('--from <model>', 'go on from a model of this project: its id, or latest')
    .addOption(new Option('--backend <name>', 'instead of the best that runs here').choices(['tensorflow', 'wasm']))
    .action((folder: string, options: TrainOptions) =>
      withProject(folder, async (bench) => {
        const bar = progressBar()
        const outcome = await bench
          .train(
            {
              preset: options.preset,
              from: options.from === undefined ? null : options.from === 'latest' ? bench.latestModel().id : modelId.parse(options.from),
              seed: options.seed,
              backend: options.backend ?? null,
              settings: trainSettings(options),
            },
            {
              onJob: (job) => {
                bar.update(job.progress?.fraction ?? 0, jobText(job))
              },
            },
          )
          .finally(() => {
            bar.end()
          })
        sayOutcome(output, outcome)
        output.result(outcome)
      }),
    )
}

function trainSettings(options: TrainOptions): Record<string, unknown> {
  const { epochs, batch, learningRate, patience, weights } = options
  const settings = { epochs, batch, learningRate, patience, weightFile: weights }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

function jobText(job: JobView): string {
  const p = job.progress
  if (!p) return job.status
  const left = p.secondsLeft === null ? '' : `, ${duration(p.secondsLeft)} left`
  const loss = job.curves.findLast((point) => point.name === 'loss')
  return `${p.state}${p.epoch === undefined ? '' : ` epoch ${Math.floor(p.epoch)}/${p.epochs ?? '?'}`}${loss ? ` loss ${loss.value.toFixed(3)}` : ''}${left}`
}

function sayOutcome(output: Output, outcome: TrainOutcome): void {
  const best = outcome.best === null ? 'no validation images' : `best validation score ${outcome.best.toFixed(3)}`
  output.say(`Model ${outcome.model}: ${outcome.epochs} epochs in ${duration(outcome.seconds)} on ${outcome.backend}, ${best}.`)
  for (const note of outcome.notes) output.say(note)
}
