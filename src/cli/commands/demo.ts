import type { Command } from 'commander'
import path from 'node:path'
import { DEMO, runDemo, type DemoReport } from '../../main/workbench/index.ts'
import { wholeNumber } from '../options.ts'
import { figure, table, type Output } from '../output.ts'
import { duration, progressBar } from '../progress.ts'

interface DemoOptions {
  readonly out: string
  readonly seed: number
}

export function addDemo(root: Command, output: Output): Command {
  return root
    .command('demo')
    .description('The whole loop on synthetic smears: label, train, predict, correct, train again, count.')
    .option('--out <folder>', 'where project, counts and pictures are written', 'demo-output')
    .option('--seed <n>', 'seed of pictures and training', wholeNumber(0, 2 ** 31), DEMO.seed)
    .action(async (options: DemoOptions) => {
      const started = performance.now()
      const bar = progressBar()
      const hooks = {
        say: (line: string) => {
          bar.end()
          output.step(`${clock((performance.now() - started) / 1000)}  ${line}`)
        },
        progress: (fraction: number, text: string) => {
          bar.update(fraction, text)
        },
      }
      const report = await runDemo(path.resolve(options.out), { ...DEMO, seed: options.seed }, hooks).finally(() => {
        bar.end()
      })
      const seconds = (performance.now() - started) / 1000
      output.say(demoText(report))
      output.say(`Done in ${duration(seconds)}. Open the project with: npm start -- "${report.project}"`)
      output.result({ ...report, seconds })
    })
}

/** `0:07`, `4:31`: minutes and seconds since the start. */
const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`.padStart(5)

type PerClass = Record<string, { ap50: number; recall50: number }>

function demoText(report: DemoReport): string {
  const before = report.before['perClass'] as PerClass
  const after = report.after['perClass'] as PerClass
  const rows = Object.keys(after).map((name) => [
    name,
    figure(before[name]?.ap50),
    figure(after[name]?.ap50),
    figure(after[name]?.recall50),
  ])
  return [table([['class', 'AP50 first', 'AP50 again', 'recall again'], ...rows]), '', ...report.files.map((file) => `wrote ${file}`)].join(
    '\n',
  )
}
