// Trains the job given as its argument in a process of its own, saying each step on stdout: for tests that kill it.
import { readFile } from 'node:fs/promises'
import { trainJob } from '#shared/contracts/job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { runTrainJob } from '../../../src/engine/training/train-job.ts'
import { tinyEnvironment } from './tiny-environment.ts'

const job = trainJob.parse(JSON.parse(await readFile(process.argv[2]!, 'utf8')))
const seconds = Number(process.argv[3] ?? 0)
await runTrainJob(
  job,
  new JobControl(),
  (event, payload) => {
    if (event === 'progress' && 'step' in payload) process.stdout.write(`step ${payload.step}\n`)
  },
  { ...tinyEnvironment, checkpointSeconds: seconds },
)
process.stdout.write('done\n')
