import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { LONGEST_KIND, STEP_KINDS, type StepKind, workflowFile } from '#shared/contracts/steps.ts'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import { foresee, type Foreseen, refuse, replay, type Replayed, type Workbench } from '../../main/workbench/index.ts'
import type { Output } from '../output.ts'
import { printPdf } from '../print-pdf.ts'
import { progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'

interface ReplayOptions {
  readonly paths?: string[]
  readonly only?: StepKind[]
  readonly to?: string
  readonly dryRun: boolean
}

type Wish = Parameters<typeof replay>[1]

export function addReplay(root: Command, output: Output): Command {
  return root
    .command('replay')
    .description(
      'Do the steps of a log again in a project, with its own images or with others. What has nothing to be done with here is left out and told; what is missing (a model, a file) is told before anything is done.',
    )
    .argument('<project>')
    .argument('<log>', 'file of `slidewright log --to`')
    .option('--paths <path...>', 'images that stand in for those of the log; they alone are divided, predicted and exported')
    .option('--only <kinds>', `only these steps, such as import,predict,export (of ${STEP_KINDS.join(', ')})`, kinds)
    .option('--to <folder>', 'where exports go, under their own names')
    .option('--dry-run', 'tell what would be done, and do nothing', false)
    .action((folder: string, file: string, { paths, only, to, dryRun }: ReplayOptions) =>
      withProject(
        folder,
        async (bench) => {
          const { steps, models } = await readLog(file)
          const wish = { steps, models, paths, only, to }
          await (dryRun ? tell(bench, wish, output) : redo(bench, wish, output))
        },
        { readOnly: dryRun },
      ),
    )
}

async function tell(bench: Workbench, wish: Wish, output: Output): Promise<void> {
  const foreseen = await foresee(bench, wish)
  for (const one of foreseen) output.say(foreseenLine(one))
  output.result({ steps: foreseen.map(({ number, kind, about, will, said }) => ({ number, kind, about, will, said })) })
  refuse(foreseen)
}

const WILL: Readonly<Record<Foreseen['will'], string>> = { do: '', 'leave-out': 'left out: ', fail: 'cannot be done: ' }

function foreseenLine({ number, kind, about, will, said }: Foreseen): string {
  return `${place(number, kind)}  ${about}${said === '' ? '' : `\n      ${WILL[will]}${said}`}`
}

async function redo(bench: Workbench, wish: Wish, output: Output): Promise<void> {
  const bar = progressBar()
  const onReplayed = (done: Replayed): void => {
    bar.end()
    output.step(`${place(done.number, done.kind)}  ${BEGINNING[done.outcome]}${done.said}`)
  }
  const onJob = (job: { readonly progress: { readonly fraction: number } | null; readonly title: string }): void => {
    bar.update(job.progress?.fraction ?? 0, job.title)
  }
  const steps = await replay(bench, wish, { onReplayed, onJob, printPdf }).finally(() => {
    bar.end()
  })
  for (const line of endLines(steps)) output.say(line)
  output.result({ steps })
  const failed = steps.filter(({ outcome }) => outcome === 'failed')
  if (failed.length > 0)
    throw new AppError('steps-failed', `${counted(failed.length, 'step')} could not be done: ${failed.map(named).join(', ')}.`, 'The others are done.') // prettier-ignore
}

const BEGINNING: Readonly<Record<Replayed['outcome'], string>> = { done: '', 'left-out': 'left out: ', failed: 'could not be done: ' }

/** How many steps were done, and once more at the end, where it is seen, which were not. */
function endLines(steps: readonly Replayed[]): string[] {
  const left = steps.filter(({ outcome }) => outcome === 'left-out')
  const done = steps.filter(({ outcome }) => outcome === 'done')
  const all = `${done.length} of ${counted(steps.length, 'step')} done again.`
  return [all, ...left.map((one) => `Left out: ${named(one)}: ${one.said}.`)]
}

const named = ({ number, kind }: Pick<Replayed, 'number' | 'kind'>): string => `step ${number} (${kind})`

const place = (number: number, kind: string): string => `${String(number).padStart(3)}  ${kind.padEnd(LONGEST_KIND)}`

async function readLog(file: string) {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new AppError('not-found', `${file} cannot be read.`, 'Write a log with `slidewright log <project> --to log.json`.', thrown)
  })
  const parsed = workflowFile.safeParse(parse(text))
  if (parsed.success) return parsed.data
  throw new AppError('unreadable', `${file} is not a workflow log, or it is damaged.`, 'Nothing was changed.', parsed.error)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function kinds(text: string): StepKind[] {
  const known: readonly string[] = STEP_KINDS
  const asked = text.split(',').map((kind) => kind.trim())
  const wrong = asked.find((kind) => !known.includes(kind))
  if (wrong !== undefined) throw new InvalidArgumentError(`${wrong} is not a kind of step; there are ${STEP_KINDS.join(', ')}.`)
  return STEP_KINDS.filter((kind) => asked.includes(kind))
}
