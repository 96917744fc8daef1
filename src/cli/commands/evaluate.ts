import { Option, type Command } from 'commander'
import { drawnByText, drawnOf, fewDrawnText } from '#shared/drawn-by.ts'
import { inPartText } from '#shared/in-part.ts'
import { seenBeforeText } from '#shared/seen-before.ts'
import { share } from '../options.ts'
import { counted } from '#shared/counted.ts'
import { leftOutLine, type Output } from '../output.ts'
import { evaluationText } from '../evaluation-text.ts'
import { leanReport } from '../lean-report.ts'
import { progressBar } from '../progress.ts'
import { sayTestLooks } from '../test-looks.ts'
import { withProject } from '../with-project.ts'
import { MODEL_HELP, modelOf } from './predict.ts'

interface EvaluateOptions {
  readonly model: string
  readonly split: 'train' | 'val' | 'test'
  readonly score?: number
  readonly flips: boolean
  readonly full: boolean
}

export function addEvaluate(root: Command, output: Output): Command {
  return root
    .command('evaluate')
    .description('Compare a model with the annotations of a split; predicts first where that was not done yet.')
    .argument('<project>')
    .option('--model <id>', MODEL_HELP, 'latest')
    .addOption(new Option('--split <name>').choices(['train', 'val', 'test']).default('test'))
    .option('--score <x>', 'score from which an object counts, 0.5 for detection', share)
    .option('--flips', 'with mirrored images predicted too: slower, a little better', false)
    .option('--full', 'with --json: curves, points of the plots and ids of the images behind each number too', false)
    .action((folder: string, options: EvaluateOptions) =>
      withProject(folder, async (bench) => {
        const bar = progressBar()
        const report = await bench
          .evaluate(
            { modelId: modelOf(options.model), split: options.split, score: options.score ?? null, flips: options.flips },
            {
              onJob: (job) => {
                bar.update(job.progress?.fraction ?? 0, job.status === 'finished' ? 'working out the figures' : 'predicting')
              },
            },
          )
          .finally(() => {
            bar.end()
          })
        const id = report.models.length === 1 ? ` (${report.model})` : ''
        output.say(`${report.name}${id} on the split ${report.split}:`)
        output.say(evaluationText(bench.project.task, report, report.models.length))
        const drawn = drawnByText(report)
        if (drawn !== '') output.say(drawn)
        const few = fewDrawnText(drawnOf(report))
        if (few !== '') output.warn(few)
        const seen = seenBeforeText(report.seenBefore)
        if (seen !== '') output.warn(seen)
        const inPart = inPartText(report.inPart)
        if (inPart !== '') output.say(inPart)
        if (report.unlabelled > 0) output.say(`${counted(report.unlabelled, 'image')} of the split without labels left out.`)
        for (const problem of report.problems) output.say(leftOutLine(problem))
        sayTestLooks(output, report.testLooks ?? [])
        output.result(options.full ? report : leanReport(report))
      }),
    )
}
