import { Option, type Command } from 'commander'
import type { JobView } from '#shared/contracts/work.ts'
import { counted } from '#shared/counted.ts'
import type { JobProgress } from '#shared/contracts/job.ts'
import { drawnOf, fewDrawnText } from '#shared/drawn-by.ts'
import { AppError } from '#shared/errors.ts'
import { epochText } from '#shared/epoch-text.ts'
import { figureTitle } from '#shared/figure-names.ts'
import { inPartText } from '#shared/in-part.ts'
import { hasLearnedLittle } from '#shared/little-learned.ts'
import { stainChoice, type StainChoice } from '#shared/stains/stain-facts.ts'
import type { TaskKind } from '#shared/records/task.ts'
import type { AssignedSplits, CrossValidation, JobHooks, TrainOutcome, Workbench } from '../../main/workbench/index.ts'
import { evaluationText } from '../evaluation-text.ts'
import { labelErrorLines } from '../label-error-text.ts'
import { positive, wholeNumber } from '../options.ts'
import { table, type Output } from '../output.ts'
import { duration, type ProgressBar, progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'

interface TrainOptions {
  readonly preset?: string
  readonly epochs?: number
  readonly batch?: number
  readonly learningRate?: number
  readonly patience?: number
  readonly weights?: string
  readonly seed: number
  readonly from?: string
  readonly backend?: 'tensorflow' | 'wasm'
  readonly folds?: number
  readonly stain?: StainChoice
  readonly traced: boolean
  readonly accumulate?: number
}

export function addTrain(root: Command, output: Output): Command {
  return root
    .command('train')
    .description('Train a model on the annotations of the training images.')
    .argument('<project>')
    .option('--preset <name>', 'what is trained, such as cells-lite0 (`slidewright presets` names them all); with --from that of the model')
    .option('--epochs <n>', 'passes over the training images', wholeNumber(1, 100_000))
    .option('--batch <n>', 'images a step', wholeNumber(1, 256))
    .option('--learning-rate <x>', 'peak learning rate', positive)
    .option('--patience <n>', 'stop after so many epochs without a better validation score; 0 = never', wholeNumber(0, 100_000))
    .option('--accumulate <n>', 'work through each batch in so many parts, for a small memory', wholeNumber(1, 256))
    .option('--no-traced', 'compute each step operation by operation: slower, to compare')
    .option('--weights <file>', 'start from a .pth, .h5 or .safetensors file')
    .option('--seed <n>', 'seed of every random draw', wholeNumber(0, 2 ** 31), 0)
    .option('--from <model>', 'go on from a model of this project: its id, its name, or latest')
    .option(
      '--folds <k>',
      'train k models, each on all but its part, divided by slide or patient, and report each and all',
      wholeNumber(2, 50),
    )
    .addOption(
      new Option(
        '--stain <method>',
        'move the colours of all images to those of the training images, here and in every prediction of the model: reinhard (mean and spread of the colours) or macenko (two stains told apart)',
      ).choices([...stainChoice.options]),
    )
    .addOption(new Option('--backend <name>', 'instead of the best that runs here').choices(['tensorflow', 'wasm']))
    .action((folder: string, options: TrainOptions, command: Command) => {
      if (options.preset === undefined && options.from === undefined)
        command.error("error: required option '--preset <name>' not specified: it says what is trained")
      return withProject(folder, async (bench) => {
        const from = options.from === undefined ? null : bench.model(options.from)
        const request = {
          // Without both it is wrong use, said above.
          preset: options.preset ?? from?.preset ?? '',
          from: from?.id ?? null,
          seed: options.seed,
          backend: options.backend ?? null,
          settings: trainSettings(options),
        }
        const { train, unsplit, warnings } = await bench.training.data()
        if (train + unsplit > 0) for (const warning of warnings) output.warn(warning)
        await told(output, bench, (hooks) =>
          options.folds === undefined ? bench.train(request, hooks) : bench.crossValidate(request, options.folds, hooks),
        )
      })
    })
}

export function addResume(root: Command, output: Output): Command {
  return root
    .command('resume')
    .description('Go on with the training that was broken off last (Ctrl+C, a crash, a power cut), from its checkpoint.')
    .argument('<project>')
    .action((folder: string) =>
      withProject(folder, (bench) =>
        told(output, bench, async (hooks) => {
          const outcome = await bench.goOn(hooks)
          if (outcome !== null) return outcome
          throw new AppError('no-such-job', 'No training of this project was broken off.', 'Start one: slidewright train.')
        }),
      ),
    )
}

/** Does a training and tells of it; where it is broken off by Ctrl+C, what is left of it. */
async function told(
  output: Output,
  { project, folder }: Workbench,
  train: (hooks: JobHooks) => Promise<TrainOutcome | CrossValidation>,
): Promise<void> {
  const bar = progressBar()
  const stop = (): void => {
    bar.end()
    output.warn(`Stopped. Labels and models are as they were; slidewright resume "${folder}" goes on from the last checkpoint.`)
    process.exit(BROKEN_OFF)
  }
  process.once('SIGINT', stop)
  bar.update(0, 'starting')
  try {
    const outcome = await train(hooksFor(output, bar))
    bar.end()
    if ('folds' in outcome) sayFolds(output, project.task, outcome)
    else sayOutcome(output, project.task, outcome)
    output.result(outcome)
  } finally {
    bar.end()
    process.removeListener('SIGINT', stop)
  }
}

/** As shells have it for a command that Ctrl+C ended. */
const BROKEN_OFF = 130

/** Tells how far the work is, and what happens on the way. */
function hooksFor(output: Output, bar: ProgressBar): JobHooks {
  return {
    onJob: (job) => {
      bar.update(job.progress?.fraction ?? 0, jobText(job))
    },
    onAssigned: (assigned) => {
      output.say(assignedText(assigned))
    },
    onNote: (note) => {
      output.warn(note)
    },
    onGoesOn: (done) => {
      output.say(`Goes on with a cross-validation of the same labels that was broken off: ${counted(done, 'fold')} of it done.`)
    },
  }
}

function trainSettings(options: TrainOptions): Record<string, unknown> {
  const { epochs, batch, learningRate, patience, weights, stain, accumulate } = options
  const traced = options.traced ? undefined : false
  const settings = { epochs, batch, learningRate, patience, weightFile: weights, stain, accumulate, traced }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

/** What goes on where no step is counted. */
const DOING: Readonly<Record<JobProgress['state'], string>> = {
  waiting: 'waiting for its turn',
  preparing: 'loading the images and measuring them',
  running: '',
  paused: 'paused',
  validating: 'validating',
  saving: 'choosing thresholds on the validation images, and saving',
}

/** How far a training is, in a line. */
export function jobText(job: JobView): string {
  const p = job.progress
  if (job.kind === 'compare') return ['comparing images, so that look-alikes stay on one side', leftText(p)].filter(Boolean).join(', ')
  const fold = job.folds ? [`fold ${Math.min(job.folds.done + 1, job.folds.folds)} of ${job.folds.folds}`] : []
  if (job.folds?.doing === 'predict') return [...fold, 'predicting the images that it did not see'].join(', ')
  if (!p) return [...fold, 'starting'].join(', ')
  const loss = job.curves.findLast((point) => point.name === 'loss')
  return [...fold, DOING[p.state], epochText(p), loss ? `loss ${loss.value.toFixed(3)}` : '', leftText(p)]
    .filter((part) => part !== '')
    .join(', ')
}

const leftText = (p: JobProgress | null): string => (p === null || p.secondsLeft === null ? '' : `${duration(p.secondsLeft)} left`)

function assignedText({ train, val, test }: AssignedSplits): string {
  const parts = [`${train} to train`, `${val} to val`, ...(test > 0 ? [`${test} to test`] : [])]
  return `${counted(train + val + test, 'labelled image')} had no split: ${parts.join(', ')}. They keep it; slidewright split changes it.`
}

function sayFolds(output: Output, task: TaskKind, { folds, pooled, mean, labelErrors, learnedLittle, inPart }: CrossValidation): void {
  for (const { name, images, report } of folds)
    output.say(`${name} on ${counted(images, 'image')} it did not see\n${evaluationText(task, report)}\n`)
  const means = Object.entries(mean).map(([name, m]) => [
    figureTitle(name),
    m.mean.toFixed(3),
    `${m.lowest.toFixed(3)} to ${m.highest.toFixed(3)}`,
  ])
  output.say(table([['mean over folds', '', 'lowest to highest'], ...means]))
  output.say(
    `\nAll labelled images but those of the test split, each by the model that did not see it\n${evaluationText(task, pooled, folds.length)}`,
  )
  const few = fewDrawnText(drawnOf(pooled))
  if (few !== '') output.warn(few)
  if (inPart > 0) output.say(`\n${inPartText(inPart)}`)
  output.say(['', ...labelErrorLines(labelErrors, learnedLittle)].join('\n'))
}

function sayOutcome(output: Output, task: TaskKind, outcome: TrainOutcome): void {
  const best = outcome.best === null ? 'no validation images' : `best validation score ${outcome.best.toFixed(3)}`
  output.say(
    `Model ${outcome.name} (${outcome.model}): ${counted(outcome.epochs, 'epoch')} in ${duration(outcome.seconds)} on ${outcome.backend}, ${best}.`,
  )
  if (hasLearnedLittle(task, outcome.best))
    output.say('It has learned next to nothing: leave --epochs to the preset, label more images, or see what `slidewright check` says.')
  for (const note of outcome.notes) output.say(note)
}
