import type { engineContract } from '#shared/contracts/engine.ts'
import type { TrainJob, TrainResult } from '#shared/contracts/job.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import { openLarge, stoppable } from '../inference/large-image.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { ProgressReporter } from '../jobs/progress-reporter.ts'
import { runFitJob } from './fit-job.ts'
import { prepareTraining, type TrainEnvironment } from './train-prepare.ts'
import { TrainRun } from './train-run.ts'

/**
 * Trains a model from the samples in the job's folder, or goes on from the checkpoint that is there, and writes a model folder.
 * Throws AppError `cancelled` where it was cancelled without keeping, `interrupted` where the process is to end (a checkpoint is
 * written then), and whatever keeps it from training. A preset that is fitted goes its own way: see `runFitJob`.
 */
export async function runTrainJob(
  job: TrainJob,
  control: JobControl,
  emit: EmitterOf<typeof engineContract>,
  environment: TrainEnvironment,
): Promise<TrainResult> {
  const preset = environment.preset(job.preset)
  const stopping = { ...environment, openSource: stoppable(environment.openSource ?? openLarge, control) }
  if (preset.kind === 'fitted') return runFitJob(job, preset, control, emit, stopping)
  const reporter = new ProgressReporter((progress) => {
    emit('progress', progress)
  })
  reporter.report({ id: job.id, state: 'preparing', fraction: 0, secondsLeft: null })
  const prepared = await control.preparing(prepareTraining(job, preset, stopping))
  const run = new TrainRun(prepared, control, emit, reporter)
  try {
    return await run.complete()
  } finally {
    reporter.flush()
    await run.close()
  }
}
