import { Option, type Command } from 'commander'
import type { JobProgress } from '#shared/contracts/job.ts'
import { modelChoice, type ModelChoice, type PredictRequest } from '#shared/contracts/work.ts'
import { counted } from '#shared/counted.ts'
import { TASKS } from '#shared/task-facts.ts'
import type { LeftGlass, PredictOutcome, Workbench } from '../../main/workbench/index.ts'
import { workbenchTask } from '../../main/workbench/tasks/registry.ts'
import { share } from '../options.ts'
import { leftOutLine, type Output } from '../output.ts'
import { duration, progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'

export interface PredictOptions {
  readonly model: string
  readonly split?: 'train' | 'val' | 'test'
  readonly images?: string
  readonly minScore: number
  readonly flips: boolean
  readonly tissue: boolean
  readonly regions: boolean
  readonly rest?: boolean
}

/** Which model is meant. */
export const MODEL_HELP =
  'a model by id or name; latest: the one that was trained last, here or where it was imported from; ensemble: the folds of the newest cross-validation together'

export const modelOf = (text: string): ModelChoice => modelChoice.parse(text)

/** The options by which a prediction is asked for. */
export function withPredictOptions(command: Command): Command {
  return command
    .option('--model <id>', MODEL_HELP, 'latest')
    .addOption(new Option('--split <name>', 'only images of this split').choices(['train', 'val', 'test']))
    .option('--images <glob>', 'only images whose name fits, such as "slide3_*"')
    .option('--min-score <x>', 'keep no object below this score', share, 0.02)
    .option('--flips', 'predict mirrored images too and average: slower, a little better', false)
    .option('--no-tissue', 'look at all of a slide or large image; otherwise glass is found first and left out')
    .option('--regions', 'look only into the regions of interest: objects whose centre lies in one; images without any are left out', false)
}

export function predictionAsked(options: PredictOptions): PredictRequest {
  return {
    modelId: modelOf(options.model),
    split: options.split ?? null,
    glob: options.images ?? null,
    minScore: options.minScore,
    flips: options.flips,
    tissueOnly: options.tissue,
    inRegions: options.regions,
    rest: options.rest ?? false,
  }
}

export function addPredict(root: Command, output: Output): Command {
  return withPredictOptions(
    root
      .command('predict')
      .description('Run a model over images; its predictions are kept as one run, apart from the truth.')
      .argument('<project>'),
  )
    .option(
      '--rest',
      'only images that the model has not looked at by these settings; they join the run of the others, whose review goes on',
      false,
    )
    .action((folder: string, options: PredictOptions) =>
      withProject(folder, async (bench) => {
        const bar = progressBar()
        let warned = ''
        const outcome = await bench
          .predict(predictionAsked(options), {
            onNote: (note) => {
              warned = note
              output.warn(note)
            },
            onJob: ({ progress }) => {
              if (progress) bar.update(progress.fraction, placeText(progress))
            },
          })
          .finally(() => {
            bar.end()
          })
        output.say(foundText(bench, outcome, options.minScore))
        for (const line of glassLines(outcome.glass)) output.say(line)
        for (const problem of outcome.problems) output.say(leftOutLine(problem))
        for (const note of outcome.notes) if (note !== warned) output.say(note)
        output.result(outcome)
      }),
    )
}

/** What a run found, by the score from which the task counts; those below it are kept too. */
function foundText({ project }: Workbench, outcome: PredictOutcome, minScore: number): string {
  const { run, name, objects, images, seconds, imagesOfRun } = outcome
  if (images === 0 && imagesOfRun > 0) return `${name}: all of these images were looked at already (run ${run}).`
  const score = workbenchTask(project.task).countedFrom
  const whole = imagesOfRun > images ? `, which has ${counted(imagesOfRun, 'image')} now` : ''
  const where = `${counted(images, 'image')} in ${duration(seconds)} (run ${run}${whole})`
  if (TASKS[project.task].wholeImages) return `${name}: ${where}.`
  if (score <= minScore) return `${name}: ${counted(objects, 'object')} on ${where}.`
  return `${name}: ${counted(outcome.counted, 'object')} of score ${score} or more on ${where}; ${objects} from score ${minScore} are kept.`
}

const GLASS_LINES = 10

/** What was not looked at, image by image; nothing where every tile was. */
export function glassLines(glass: readonly LeftGlass[]): string[] {
  const left = glass.filter(({ skipped }) => skipped > 0)
  const lines = left.map(
    ({ image, share, skipped, tiles }) =>
      `${image}: ${Math.round(100 * share)} % is glass; ${skipped} of ${counted(tiles, 'tile')} showed nothing else and were left out.`,
  )
  const more = lines.length - GLASS_LINES
  return more > 0 ? [...lines.slice(0, GLASS_LINES), `… and glass of ${counted(more, 'more image')} (all with --json)`] : lines
}

/** `image 2 of 5, tile 340 of 2704, 12 min 4 s left`: what is known of it. */
export function placeText({ state, image, images = 1, tile, tiles, secondsLeft }: JobProgress): string {
  const parts = [
    ...(state === 'preparing' ? ['preparing'] : []),
    ...(image !== undefined && images > 1 ? [`image ${image} of ${images}`] : []),
    ...(tile !== undefined && tiles !== undefined ? [`tile ${tile} of ${tiles}`] : []),
    ...(secondsLeft === null || secondsLeft <= 0 ? [] : [`${duration(secondsLeft)} left`]),
  ]
  return parts.join(', ')
}
