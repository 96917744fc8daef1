import type { Command } from 'commander'
import { counted } from '#shared/counted.ts'
import { joinCohort, planCohort, runPart } from '../../main/workbench/index.ts'
import { wholeNumber } from '../options.ts'
import { leftOutLine, type Output } from '../output.ts'
import { duration, progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'
import { glassLines, placeText, type PredictOptions, predictionAsked, withPredictOptions } from './predict.ts'

/** A prediction on many machines: cut into parts, each worked off anywhere, put together as one run. */
export function addCohort(root: Command, output: Output): Command {
  const command = root
    .command('cohort')
    .description('Predict on many machines at once: plan, run the parts anywhere, join them as one run.')
  addPlan(command, output)
  addRun(command, output)
  addJoin(command, output)
  return command
}

function addPlan(command: Command, output: Output): void {
  const plan = command
    .command('plan')
    .description('Cut a prediction into parts and write them as a folder. A part needs the image files and the model, not the project.')
    .argument('<project>')
    .argument('<folder>', 'new or empty')
    .option('--per <n>', 'images in a part', wholeNumber(1, 1_000_000), 1)
  withPredictOptions(plan).action((project: string, folder: string, options: PredictOptions & { readonly per: number }) =>
    withProject(
      project,
      async (bench) => {
        const wanted = { folder, imagesPerPart: options.per }
        const planned = await planCohort(bench.project, bench.prediction, predictionAsked(options), wanted)
        output.say(`${counted(planned.parts, 'part')} for ${counted(planned.images, 'image')} in ${folder}.`)
        output.say(`Each: slidewright cohort run ${folder}/jobs/part-0001.json ${folder}/results/part-0001`)
        output.say(`Then: slidewright cohort join ${project} ${folder}`)
        for (const problem of planned.problems) output.warn(leftOutLine(problem))
        output.result(planned)
      },
      { readOnly: true },
    ),
  )
}

function addRun(command: Command, output: Output): void {
  command
    .command('run')
    .description('Work off one part. One that was killed goes on where it was; one that is done stays as it is.')
    .argument('<job>', 'jobs/part-….json of a plan')
    .argument('<result>', 'folder that is made')
    .action(async (job: string, result: string) => {
      const bar = progressBar()
      const ran = await runPart(job, result, (progress) => {
        bar.update(progress.fraction, placeText(progress))
      }).finally(() => {
        bar.end()
      })
      const counts = `${counted(ran.objects, 'object')} on ${counted(ran.images, 'image')}`
      output.say(ran.before ? `Done before: ${counts}.` : `${counts} in ${duration(ran.seconds)}.`)
      for (const skipped of ran.skipped) output.warn(leftOutLine(skipped))
      output.result(ran)
    })
}

function addJoin(command: Command, output: Output): void {
  command
    .command('join')
    .description('Put the results of all parts together as one run of the project: whole, or not at all; twice changes nothing.')
    .argument('<project>')
    .argument('<folder>', 'of the plan')
    .option('--results <folder>', 'where the results of the parts lie (default: results, in the folder of the plan)')
    .action((project: string, folder: string, options: { readonly results?: string }) =>
      withProject(project, async (bench) => {
        const { run, before, problems, glass, notes } = await joinCohort(bench, folder, options.results)
        const counts = `${counted(run.objects, 'object')} on ${counted(run.images, 'image')}`
        output.say(before ? `Run ${run.id} is in the project already: ${counts}.` : `Run ${run.id}: ${counts}.`)
        for (const line of [...glassLines(glass), ...notes]) output.say(line)
        for (const problem of problems) output.warn(leftOutLine(problem))
        output.result({ run: run.id, images: run.images, objects: run.objects, before, problems, glass, notes })
      }),
    )
}
