import type { Command } from 'commander'
import type { WorkflowRow } from '#shared/contracts/project.ts'
import { LONGEST_KIND } from '#shared/contracts/steps.ts'
import { counted } from '#shared/counted.ts'
import { saveWorkflow, workflowOf } from '../../main/workbench/index.ts'
import type { Output } from '../output.ts'
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

const line = (number: number, { kind, about, who, at, version }: WorkflowRow): string =>
  `${String(number).padStart(3)}  ${at.slice(0, 19).replace('T', ' ')}  ${kind.padEnd(LONGEST_KIND)}  ${about}  (${who}, ${version})`
