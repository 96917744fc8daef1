import type { Command } from 'commander'
import { counted } from '#shared/counted.ts'
import type { DecideRequest } from '#shared/contracts/steps.ts'
import { decideMeant } from '../../main/workbench/index.ts'
import { share } from '../options.ts'
import type { Output } from '../output.ts'
import { RUN_HELP, runOf } from '../run-option.ts'
import { withProject } from '../with-project.ts'

interface DecideOptions {
  readonly run: string
  readonly from: number
  readonly below?: number
  readonly class?: string
  readonly images?: string
  readonly to?: string
  readonly doneFrom?: number
}

export function addAccept(root: Command, output: Output): Command {
  const command = root
    .command('accept')
    .description('Accept predictions that are still to be decided on: each becomes an annotation. One edit.')
    .argument('<project>')
    .option('--to <class>', 'under this class instead of the one that the model gave')
  return withMeant(command, 'accept', output)
}

export function addReject(root: Command, output: Output): Command {
  const command = root
    .command('reject')
    .description('Reject predictions that are still to be decided on: nothing of the kind is there. One edit.')
    .argument('<project>')
  return withMeant(command, 'reject', output)
}

function withMeant(command: Command, kind: DecideRequest['kind'], output: Output): Command {
  return command
    .option('--run <id>', RUN_HELP, 'latest')
    .option('--from <score>', 'only from this score up', share, 0)
    .option('--below <score>', 'only below this score', share)
    .option('--class <name>', 'only what the model calls so')
    .option('--images <glob>', 'only on images whose name fits, such as "slide3_*"')
    .option(
      '--done-from <score>',
      'images on which nothing from this score up is left to decide are done; left out: they stay as they are',
      share,
    )
    .action((folder: string, options: DecideOptions) =>
      withProject(folder, (bench) => {
        const { from, below = null, images: glob = null, class: ofClass = null, doneFrom = null, to = null } = options
        const runId = runOf(bench, { run: options.run, model: 'latest' })
        const { decided, locked, twins, done } = decideMeant(bench, { kind, to, runId, from, below, ofClass, glob, doneFrom })
        const did = kind === 'accept' ? 'Accepted' : 'Rejected'
        const nothing = 'Nothing that fits is left to decide on.'
        const onImages = done === 0 ? '' : `; ${counted(done, 'image')} became done`
        output.say(decided === 0 ? nothing : `${did} ${counted(decided, 'prediction')} of run ${runId}${onImages}.`)
        if (locked > 0) output.say(`${counted(locked, 'prediction')} left as they are: a locked object would have changed.`)
        if (twins > 0) output.say(`${counted(twins, 'prediction')} left as they are: each shows the same object as an accepted one.`)
        if (decided > 0) output.say('`slidewright undo` takes it back.')
        output.result({ run: runId, decided, locked, done })
      }),
    )
}

export function addUndo(root: Command, output: Output): Command {
  return steps(root, output, {
    name: 'undo',
    does: 'Take back the last edit: labels, decisions, splits, an import. Trained models and predictions stay.',
    said: 'Taken back',
    none: 'There is nothing to take back.',
  })
}

export function addRedo(root: Command, output: Output): Command {
  return steps(root, output, {
    name: 'redo',
    does: 'Make again the edit that was taken back last.',
    said: 'Made again',
    none: 'Nothing was taken back.',
  })
}

function steps(
  root: Command,
  output: Output,
  { name, does, said, none }: { name: 'undo' | 'redo'; does: string; said: string; none: string },
) {
  return root
    .command(name)
    .description(does)
    .argument('<project>')
    .action((folder: string) =>
      withProject(folder, (bench) => {
        const change = bench[name]()
        output.say(change === null ? none : `${said}: ${change.label}.`)
        output.result({ label: change?.label ?? null })
      }),
    )
}
