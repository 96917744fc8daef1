import { Option, type Command } from 'commander'
import { counted } from '#shared/counted.ts'
import type { JobView } from '#shared/contracts/work.ts'
import type { SplitReport } from '../../main/workbench/index.ts'
import { patternsOf, PATTERN_HELP, share, wholeNumber } from '../options.ts'
import type { Output } from '../output.ts'
import { progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'
import { jobText } from './train.ts'

interface SplitOptions {
  readonly split: 'train' | 'val' | 'test' | 'auto'
  readonly images?: string
  readonly groupBy?: string
  readonly slideBy?: string
  readonly patientBy?: string
  readonly seed: number
  readonly val: number
  readonly test: number
}

export function addSplit(root: Command, output: Output): Command {
  return root
    .command('split')
    .description('Say which images are learned from (train), which choose the best epoch (val), and which are held out (test). One edit.')
    .argument('<project>')
    .addOption(
      new Option('--split <name>', 'where the images go; auto = divided by chance, slides and patients whole, look-alikes together')
        .choices(['auto', 'train', 'val', 'test'])
        .makeOptionMandatory(),
    )
    .option('--images <glob>', 'only images whose name fits, such as "slide3_*"; the others keep their split')
    .option('--patient-by <regex>', PATTERN_HELP.patient)
    .option('--slide-by <regex>', PATTERN_HELP.slide)
    .option('--group-by <regex>', PATTERN_HELP.group)
    .option('--seed <n>', 'seed of auto', wholeNumber(0, 2 ** 31), 0)
    .option('--val <share>', 'share that auto gives to validation', share, 0.2)
    .option('--test <share>', 'share that auto holds out for test', share, 0.2)
    .action((folder: string, { split, images, patientBy, slideBy, groupBy, seed, val, test }: SplitOptions) =>
      withProject(folder, async (bench) => {
        const bar = progressBar()
        const onJob = (job: JobView): void => {
          bar.update(job.progress?.fraction ?? 0, jobText(job))
        }
        const asked = { split, glob: images ?? null, ...patternsOf({ patientBy, slideBy, groupBy }), seed, val, test }
        const report = await bench.split(asked, { onJob }).finally(() => {
          bar.end()
        })
        output.say(`${counted(report.changed, 'image')} of ${report.images} changed. The project now: ${splitsText(report.splits)}.`)
        for (const note of report.notes) output.say(note)
        output.result(report)
      }),
    )
}

/** `train 7, val 2, test 0`, and how many images are in none. */
export function splitsText({ train, val, test, none }: SplitReport['splits']): string {
  return `train ${train}, val ${val}, test ${test}${none > 0 ? `, without a split ${none}` : ''}`
}
