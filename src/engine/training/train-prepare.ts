import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { must } from '#shared/assert.ts'
import type { Size } from '#shared/geometry/point.ts'
import { type LearnedStain, learnedStainOf } from '../data/stains/learned-stain.ts'
import type { TrainFrame, TrainImage } from '../data/batch-pipeline.ts'
import type { AnyLearnedPreset, AnyPreset } from '../models/any-preset.ts'
import type { LearnedPreset } from '../models/preset.ts'
import type { Network } from '../nn/network.ts'
import type { EngineTask } from '../tasks/engine-task.ts'
import { engineTask } from '../tasks/registry.ts'
import type { OpenSource } from '../inference/large-image.ts'
import { learnedSamples } from './learned-samples.ts'
import { CheckpointFolder } from './checkpoint.ts'
import { freshLoopState, type LoopState } from './loop-state.ts'
import { startWeights } from './start-weights.ts'
import { createStepper } from './step-create.ts'
import type { LossFunction, Stepper } from './step.ts'
import { planTraining, trainFrames, trainImages, trainingIdentity, type TrainingPlan, wrongTask } from './training-setup.ts'

/** What a training job needs of the process that it runs in. */
export interface TrainEnvironment {
  preset(name: string): AnyPreset
  /** Makes a backend the one in use: the named one, else the best that runs. `note` tells why not a better one. */
  openBackend(name: TrainJob['backend']): Promise<OpenedBackend>
  /** Module of the image workers. */
  readonly workerEntry: URL
  /** Opens slides and large images, of which only parts are read; default: `openLarge`. */
  readonly openSource?: OpenSource
  /** Seconds between checkpoints within an epoch; 30 where left out. */
  readonly checkpointSeconds?: number
}

export interface OpenedBackend {
  readonly name: string
  readonly note: string
}

/** Everything that is known before the first step. The stepper's tensors are owned by whoever runs it. */
export interface PreparedTraining {
  readonly job: TrainJob
  readonly preset: LearnedPreset
  /** What the preset's kind of task adds. */
  readonly task: EngineTask
  readonly network: Network
  readonly samples: JobSamples
  readonly plan: TrainingPlan
  /** The colours that images are moved to; null: they keep their own. */
  readonly stain: LearnedStain | null
  readonly images: readonly TrainImage[]
  readonly frames: readonly TrainFrame[]
  /** Size of what is learned from as one input, in image pixels. */
  readonly frame: Size
  readonly backend: OpenedBackend
  readonly checkpoints: CheckpointFolder
  readonly stepper: Stepper
  readonly state: LoopState
  readonly environment: TrainEnvironment
  /** Told while the run goes on, such as that steps cannot be traced. */
  readonly notes: string[]
}

export async function prepareTraining(job: TrainJob, named: AnyLearnedPreset, environment: TrainEnvironment): Promise<PreparedTraining> {
  const { samples, hash, notes: said } = await learnedSamples(job.folder, { open: environment.openSource, cacheFolder: job.cacheFolder })
  if (samples.task !== named.task) throw wrongTask(named, samples.task)
  const stain = await learnedStainOf(job.settings.stain, samples.train, job.folder, {
    open: environment.openSource,
    cacheFolder: job.cacheFolder,
  })
  const images = trainImages(samples)
  const preset = engineTask(named).suited?.(images) ?? named
  const network = preset.network(samples.classes.length)
  const checkpoints = new CheckpointFolder(path.join(job.folder, 'checkpoints'), trainingIdentity(job, preset, hash))
  const checkpoint = await checkpoints.load()
  // Between what blocks for long, the event loop is to hear whether anybody still waits for this.
  await setImmediate()
  const start = checkpoint ? { weights: checkpoint.state.weights, notes: [] } : await startWeights(job, preset, network)
  const backend = await environment.openBackend(job.backend)
  const task = engineTask(preset)
  const frame = task.frame(images)
  const frames = task.frames?.(images, frame) ?? trainFrames(images, frame)
  const plan = planTraining(job, preset, frames.length)
  const notes: string[] = [...said]
  const loss = lossByShape(preset, samples.classes.length)
  const accumulate = checkpoint?.loop.accumulate ?? job.settings.accumulate ?? plan.defaults.accumulate ?? 1
  const settings = { network, weights: start.weights, loss, optimizer: plan.defaults.optimizer, seed: job.seed, accumulate }
  await setImmediate()
  const stepper = createStepper(settings, (note) => notes.push(note), { traced: job.settings.traced })
  if (checkpoint) stepper.load(checkpoint.state)
  const state = checkpoint?.loop ?? { ...freshLoopState(), notes: [...start.notes] }
  return {
    job,
    preset,
    task,
    network,
    samples,
    plan,
    stain,
    images,
    frames,
    frame,
    backend,
    checkpoints,
    stepper,
    state,
    environment,
    notes,
  }
}

/** The loss for the size of the batch that is fed. */
function lossByShape(preset: LearnedPreset, classes: number): LossFunction {
  return (outputs, fed) => {
    const [, height, width] = must(fed['image'], 'a batch has images').shape
    return preset.loss(classes, must(height, 'NHWC'), must(width, 'NHWC'))(outputs, fed)
  }
}
