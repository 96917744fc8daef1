import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { WorkflowRow } from '#shared/contracts/project.ts'
import { STEP_KINDS, type StepKind, type StepRecord, workflowFile } from '#shared/contracts/steps.ts'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import { replay, type Replayed, saveWorkflow, workflowOf } from '../../main/workbench/index.ts'
import type { Output } from '../output.ts'
import { printPdf } from '../print-pdf.ts'
import { progressBar } from '../progress.ts'
import { refuseTaken } from '../refuse-taken.ts'
import { withProject } from '../with-project.ts'

export function addLog(root: Command, output: Output): Command {
  return root
    .command('log')
    .description('The workflow of a project: what was imported, split, trained, predicted, evaluated and exported, with all settings.')
    .argument('<project>')
    .option('--to <file>', 'write it as a file that replay takes')
    .option('--force', 'replace a file that is there already', false)
    .action((folder: string, { to, force }: { readonly to?: string; readonly force: boolean }) =>
      withProject(
        folder,
        async (bench) => {
          if (to !== undefined) await refuseTaken(to, force)
          const rows = workflowOf(bench)
          if (rows.length === 0) output.say('Nothing yet.')
          for (const [i, row] of rows.entries()) output.say(line(i + 1, row))
          if (to !== undefined) output.say(`Wrote ${to}: ${counted(await saveWorkflow(bench, to), 'step')}.`)
          output.result({ steps: bench.steps.all() })
        },
        { readOnly: true },
      ),
    )
}

interface ReplayOptions {
  readonly paths?: string[]
  readonly only?: StepKind[]
  readonly to?: string
}

export function addReplay(root: Command, output: Output): Command {
  return root
    .command('replay')
    .description('Do the steps of a log again in a project, with its own images or with others. It stops at the first step that fails.')
    .argument('<project>')
    .argument('<log>', 'file of `slidewright log --to`')
    .option('--paths <path...>', 'images that stand in for those of the log; what is predicted is predicted on them alone')
    .option('--only <kinds>', `only these steps, such as import,predict,export (of ${STEP_KINDS.join(', ')})`, kinds)
    .option('--to <folder>', 'where exports go, under their own names')
    .action((folder: string, log: string, { paths, only, to }: ReplayOptions) =>
      withProject(folder, async (bench) => {
        const steps = await readLog(log)
        const bar = progressBar()
        const said = (done: Replayed): void => {
          bar.end()
          output.step(`${done.number}  ${done.kind}  ${done.said}`)
        }
        const onJob = (job: { readonly progress: { readonly fraction: number } | null; readonly title: string }): void => {
          bar.update(job.progress?.fraction ?? 0, job.title)
        }
        const done = await replay(bench, { steps, paths, only, to }, { onReplayed: said, onJob, printPdf }).finally(() => {
          bar.end()
        })
        output.say(`${counted(done.length, 'step')} of ${steps.length} done again.`)
        output.result({ steps: done })
      }),
    )
}

async function readLog(file: string): Promise<readonly StepRecord[]> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw new AppError('not-found', `${file} cannot be read.`, 'Write a log with `slidewright log <project> --to log.json`.', thrown)
  })
  const parsed = workflowFile.safeParse(parse(text))
  if (parsed.success) return parsed.data.steps
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

const line = (number: number, { kind, about, who, at, version }: WorkflowRow): string =>
  `${String(number).padStart(3)}  ${at.slice(0, 19).replace('T', ' ')}  ${kind.padEnd(8)}  ${about}  (${who}, ${version})`
