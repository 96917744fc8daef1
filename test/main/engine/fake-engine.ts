// An engine whose behaviour is scripted by the job it is given: for tests of the supervisor. Run as a child process.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { engineContract } from '#shared/contracts/engine.ts'
import type { Job, JobResult, PredictJob, TrainJob, TrainResult } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { serve } from '#shared/ipc/proxy.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import { EngineService } from '../../../src/engine/jobs/engine-service.ts'
import type { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { createProcessTransport } from '../../../src/process/process-transport.ts'
import { jobsAlone } from '../../engine/jobs/engine-work.ts'

type Emit = EmitterOf<typeof engineContract>

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Counts in a file how often something happened, over the deaths of processes. */
function times(folder: string, what: string): number {
  const file = path.join(folder, what)
  appendFileSync(file, '.')
  return readFileSync(file).length
}

const trained: TrainResult = {
  kind: 'train', epochs: 1, steps: 1, best: null, seconds: 1, secondsPerStep: 1, waitingShare: 0, backend: 'fake',
  onnxDifference: null, stopped: 'finished', curves: [], metrics: {}, notes: [],
} // prettier-ignore

/** The preset's name is the script: `crash:N` dies N times, then finishes; `diverge` comes apart; `wait` trains until it is told to end. */
async function train(job: TrainJob, control: JobControl, emit: Emit): Promise<JobResult> {
  const [script, count] = job.preset.split(':')
  const starts = times(job.folder, 'starts')
  emit('progress', { id: job.id, state: 'running', fraction: 0, secondsLeft: null, step: starts })
  if (script === 'crash' && starts <= Number(count)) die(job.preset)
  if (script === 'fail') throw new AppError('no-model', 'There is no model.', 'Train one.')
  if (script === 'diverge') throw new AppError('diverged', 'It came apart.', 'Learn slower.')
  while (script === 'wait') {
    await pause(5)
    if (control.paused) {
      emit('progress', { id: job.id, state: 'paused', fraction: 0, secondsLeft: null })
      await control.untilResumed()
      emit('progress', { id: job.id, state: 'running', fraction: 0.5, secondsLeft: null })
    }
    if (control.ending === 'keep') return { ...trained, stopped: 'by-user' }
    if (control.ending === 'cancel') throw new AppError('cancelled', 'Cancelled.')
    if (control.ending === 'interrupt') {
      writeFileSync(path.join(job.folder, 'interrupted'), 'checkpoint')
      throw new AppError('interrupted', 'Interrupted.')
    }
  }
  return trained
}

/** Whether this process has met an endless image: what comes after it would find no thread. */
const stuckHere = (folder: string): boolean =>
  existsSync(path.join(folder, 'stuck')) && readFileSync(path.join(folder, 'stuck'), 'utf8').split('\n').includes(String(process.pid))

function die(why: string): never {
  process.stderr.write(`about to die of ${why}\n`)
  process.kill(process.pid, 'SIGKILL')
  throw new Error('unreachable')
}

/**
 * Finds one object in every image but `broken`, which can't be read; dies the first time that it comes to `deadly`, and each time at `killer`
 * and at `half-way`, which has fifteen tiles and gets five further each time. With `dies-early` as the model it dies before it has opened it.
 */
async function predict(job: PredictJob, emit: Emit): Promise<JobResult> {
  const shape = { type: 'box' as const, x: 1, y: 1, width: 5, height: 5 }
  const [folder = ''] = job.modelFolders
  let images = 0
  if (folder.endsWith('dies-early')) die('the model')
  emit('progress', { id: job.id, state: 'running', fraction: 0, secondsLeft: null, image: 1, images: job.images.length })
  for (const { id, path: name } of job.images) {
    await pause(5)
    if (name === 'deadly' && !existsSync(path.join(folder, 'died'))) {
      writeFileSync(path.join(folder, 'died'), '')
      die('an image')
    }
    if (path.basename(name).startsWith('killer')) die(name)
    if (name === 'endless') {
      emit('skipped', { id: job.id, imageId: id, error: { code: 'image-too-slow', message: name } })
      appendFileSync(path.join(folder, 'stuck'), `${String(process.pid)}\n`)
      continue
    }
    if (stuckHere(folder)) die('a decoder that never ends')
    if (name === 'half-way') {
      const tile = 5 * times(folder, 'half-way')
      emit('progress', { id: job.id, state: 'running', fraction: 0.5, secondsLeft: null, tile, tiles: 15 })
      if (tile < 15) die('half of an image')
    }
    if (name === 'broken') emit('skipped', { id: job.id, imageId: id, error: { code: 'image-unreadable', message: 'broken' } })
    else emit('predicted', { id: job.id, imageId: id, found: [{ classIndex: 0, score: 0.9, shape }], result: null })
    if (name !== 'broken') images++
  }
  return { kind: 'predict', images, objects: images, seconds: 0.01, runtime: 'fake', skipped: [] }
}

const run = (job: Job, control: JobControl, emit: Emit): Promise<JobResult> =>
  job.kind === 'train' ? train(job, control, emit) : predict(job, emit)

const transport = createProcessTransport()
let emit: Emit = () => undefined
const service = new EngineService(jobsAlone(run), (event, payload) => {
  emit(event, payload)
})
emit = serve(engineContract, service.handlers(), transport).emit
transport.onClose(() => {
  void service.interrupt().then(() => process.exit(0))
})
