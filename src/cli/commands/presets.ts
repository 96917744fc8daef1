import type { Command } from 'commander'
import { listPresets } from '../../main/workbench/index.ts'
import { table, type Output } from '../output.ts'

const HEADINGS = ['preset', 'task', 'input', 'parameters'.padStart(11), 'good for']

export function addPresets(root: Command, output: Output): Command {
  return root
    .command('presets')
    .description('Every preset: task, input, parameter count, what it is good for.')
    .action(async () => {
      const presets = await listPresets()
      output.say(
        table([HEADINGS, ...presets.map((p) => [p.name, p.task, p.input, p.parameters.toLocaleString('en').padStart(11), p.summary])]),
      )
      output.result(presets)
    })
}
