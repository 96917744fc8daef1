import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { must } from '#shared/assert.ts'
import type { engineContract } from '#shared/contracts/engine.ts'
import type { JobProgress, JobSample, JobSamples, TrainJob, TrainResult } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import type { Size } from '#shared/geometry/point.ts'
import { say } from '#shared/i18n/say.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import { createRandom } from '#shared/random.ts'
import type { OwnColors } from '#shared/stains/stain-facts.ts'
import { type LearnedStain, learnedStainOf, stainNotes } from '../data/stains/learned-stain.ts'
import { onWholeImages } from '../data/windows/on-whole-image.ts'
import { type SampleReader, sampleReader } from '../data/windows/read-sample.ts'
import { ONNX_FILE, writeModelFolder } from '../data/model-folder.ts'
import { typicalFrame } from '../inference/detect.ts'
import { learnedScale } from '#shared/trained-scale.ts'
import { openPatchMemory } from '../inference/nearest-patches.ts'
import { exportOnnx } from '../inference/onnx-export.ts'
import { openOnnxSession } from '../inference/onnx-session.ts'
import { logsIn } from '../inference/work-log.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { ProgressReporter } from '../jobs/progress-reporter.ts'
import type { AnyFittedPreset } from '../models/any-preset.ts'
import { parameterCount } from '../nn/initialize.ts'
import { judgeAnomalies, type JudgedAnomalies, levelImages, normalImages } from '../tasks/anomaly.ts'
import { MEMORY, memoryLook } from '../tasks/patch-memory.ts'
import { noNormalImages } from '../tasks/reconstruction.ts'
import { type FittedMemory, fitMemory } from './fit-memory.ts'
import { checkedGraph } from './finished-model.ts'
import type { OpenedBackend, TrainEnvironment } from './train-prepare.ts'
import { learnedSamples } from './learned-samples.ts'
import { wrongTask } from './training-setup.ts'

/**
 * Fits a preset that has no training loop to the samples in the job's folder and writes a model folder. What was seen of each image is kept in
 * the job's folder: started again it looks at the others alone and ends with the same model. A wish to end with what is there ends it with the
 * patches seen so far. Throws AppError `cancelled`, `interrupted`, and whatever keeps it from fitting.
 */
export async function runFitJob(
  job: TrainJob,
  named: AnyFittedPreset,
  control: JobControl,
  emit: EmitterOf<typeof engineContract>,
  environment: TrainEnvironment,
): Promise<TrainResult> {
  const reporter = new ProgressReporter((progress) => {
    emit('progress', progress)
  })
  reporter.report({ id: job.id, state: 'preparing', fraction: 0, secondsLeft: null })
  const reading = { open: environment.openSource, cacheFolder: job.cacheFolder }
  const { samples, notes } = await control.preparing(learnedSamples(job.folder, reading))
  if (samples.task !== named.task) throw wrongTask(named, samples.task)
  const normal = normalImages(samples.train)
  if (normal.length === 0) throw noNormalImages()
  const frame = must(typicalFrame(normal), 'there are normal images')
  const preset = named.suited(Math.max(frame.width, frame.height))
  const backend = await control.preparing(environment.openBackend(job.backend))
  const stain = await control.preparing(learnedStainOf(job.settings.stain, normal, job.folder, reading))
  const ownColors = new Map<string, OwnColors>()
  const onOwnColors = (file: string, why: OwnColors): void => void ownColors.set(file, why)
  const read = sampleReader({ ...reading, stain: stain?.target, onOwnColors })
  const run = new FitRun({ job, preset, samples, notes, read, stain, ownColors, normal, frame, backend }, control, emit, reporter)
  try {
    return await run.complete()
  } finally {
    reporter.flush()
  }
}

interface PreparedFit {
  readonly job: TrainJob
  readonly preset: AnyFittedPreset
  readonly samples: JobSamples
  /** What is to be said of the samples. */
  readonly notes: readonly string[]
  readonly read: SampleReader
  /** The colours that images are moved to; null: they keep their own. */
  readonly stain: LearnedStain | null
  /** Images that were left in their own colours, by path, and why. */
  readonly ownColors: ReadonlyMap<string, OwnColors>
  readonly normal: readonly JobSample[]
  readonly frame: Size
  readonly backend: OpenedBackend
}

/** Of the whole job the fit takes so much; the look at the validation images the rest. */
const FIT_SHARE = 0.8

class FitRun {
  readonly #prepared: PreparedFit
  readonly #control: JobControl
  readonly #emit: EmitterOf<typeof engineContract>
  readonly #reporter: ProgressReporter
  /** Seconds of work; pauses are left out. */
  #worked = 0
  #since = performance.now()
  #fraction = 0

  constructor(prepared: PreparedFit, control: JobControl, emit: EmitterOf<typeof engineContract>, reporter: ProgressReporter) {
    this.#prepared = prepared
    this.#control = control
    this.#emit = emit
    this.#reporter = reporter
  }

  async complete(): Promise<TrainResult> {
    const { job } = this.#prepared
    let keeps = false
    const turn = async (done: number): Promise<boolean> => {
      keeps = (await this.#turn('running', FIT_SHARE * done)) === 'keep'
      return !keeps
    }
    const fitted = await this.#fit(turn)
    const judged = await this.#judge(fitted)
    this.#report('saving', 1)
    const saved = await this.#save(fitted, judged)
    const { images, candidates, broken } = fitted
    return {
      kind: 'train',
      epochs: 1,
      steps: images,
      best: judged.imageAuroc,
      seconds: this.#seconds(),
      secondsPerStep: this.#seconds() / Math.max(1, images),
      waitingShare: 0,
      backend: this.#prepared.backend.name,
      onnxDifference: saved.difference,
      stopped: keeps ? 'by-user' : 'finished',
      curves: judged.imageAuroc === null ? [] : [{ epoch: 1, name: 'val/auroc', value: judged.imageAuroc }],
      metrics: metricsOf(judged, fitted),
      notes: [
        say('{{patches}} of {{candidates}} patches of {{count}} normal images are remembered.', {
          patches: patchesIn(fitted),
          candidates,
          count: images,
        }),
        ...this.#prepared.notes,
        ...unused(job),
        ...stainNotes(this.#prepared.stain, this.#prepared.ownColors),
        ...broken.map((file) => say('{{file}} was left out: it cannot be read.', { file })),
        ...judged.broken.map((file) => say('{{file}} was left out of the validation: it cannot be read.', { file })),
        ...saved.notes,
        ...levelImages(this.#prepared.samples).notes,
      ],
    }
  }

  /** With what an earlier start of the job kept; another seed, preset or list of images has a log of its own. */
  async #fit(turn: (done: number) => Promise<boolean>): Promise<FittedMemory> {
    const { preset, normal, frame, job, read, stain } = this.#prepared
    const about = JSON.stringify([preset.name, preset.memory, preset.inferenceSizes, frame, job.seed, stain, normal])
    const log = await logsIn(job.folder)(`patches-${createHash('sha256').update(about).digest('hex').slice(0, 16)}`)
    try {
      return await fitMemory(preset, normal, frame, createRandom(job.seed), { turn, read, log })
    } finally {
      await log.close()
    }
  }

  /** Levels come from the normal images that were looked at; the score from those of the validation. */
  async #judge({ weights }: FittedMemory): Promise<JudgedAnomalies> {
    const { preset, samples, frame, job, read } = this.#prepared
    const { images } = levelImages(samples)
    const others = samples.val.filter((image) => !images.includes(image))
    const session = await openOnnxSession(exportOnnx(preset.network(), weights))
    const memory = await openPatchMemory(must(weights.get(MEMORY), 'it was fitted'))
    try {
      const look = memoryLook(preset, { session, memory }, frame)
      let done = 0
      const all = [...images, ...others]
      const judged = await judgeAnomalies({ images: all, read }, async (source) => {
        await this.#turn('validating', FIT_SHARE + ((1 - FIT_SHARE) * done++) / all.length)
        return look(source, { flips: false, turn: () => Promise.resolve() })
      })
      this.#emit('sample', { id: job.id, epoch: 1, images: [...onWholeImages(judged.shown, all)] })
      // Of training images nothing is said: they are known by heart.
      return normalImages(samples.val).length > 0 ? judged : { ...judged, imageAuroc: null }
    } finally {
      await memory.dispose()
      await session.dispose()
    }
  }

  async #save({ weights }: FittedMemory, judged: JudgedAnomalies) {
    const { job, preset, samples, normal, frame, backend, stain, ownColors } = this.#prepared
    const network = preset.network()
    const graph = await checkedGraph({ network, preset, samples: { ...samples, train: normal } }, weights)
    const { mean, scale } = network.normalization
    const { levels, imageAuroc } = judged
    if (levels === null) throw noNormalImages()
    await writeModelFolder(job.modelFolder, weights, async (folder) => {
      if (graph.bytes) await writeFile(path.join(folder, ONNX_FILE), graph.bytes)
      return {
        task: preset.task,
        preset: preset.name,
        classes: [...samples.classes],
        normalization: { mean: [...mean], scale: [...scale] },
        stain: stain && { ...stain, left: ownColors.size },
        inferenceSizes: preset.inferenceSizes.map(([height, width]): [number, number] => [height, width]),
        frame,
        parameters: parameterCount(network).total,
        onnxDifference: graph.difference,
        ...levels,
        imageScore: null,
        scoreMidpoints: null,
        mirroredMidpoints: null,
        best: imageAuroc,
        metrics: { imageAuroc, ...levels },
        backend: backend.name,
        seed: job.seed,
        epochs: 1,
        settings: { memory: preset.memory, from: job.from, ...job.settings, ...learnedScale(normal) },
        createdAt: new Date().toISOString(),
      }
    })
    return graph
  }

  /** Hears pause and stop; gives the wish to end with what is there. */
  async #turn(state: JobProgress['state'], fraction: number): Promise<'keep' | null> {
    let ending = await this.#control.turn()
    if (ending === null && this.#control.paused) {
      this.#report('paused', fraction)
      this.#worked = this.#seconds()
      await this.#control.untilResumed()
      this.#since = performance.now()
      ending = this.#control.ending
    }
    if (ending === 'cancel') throw new AppError('cancelled', 'The training was cancelled.')
    if (ending === 'interrupt') throw new AppError('interrupted', 'The training was interrupted; started again it goes on.')
    this.#report(state, fraction)
    return ending
  }

  #seconds(): number {
    return this.#worked + (performance.now() - this.#since) / 1000
  }

  #report(state: JobProgress['state'], fraction: number): void {
    const { job, backend } = this.#prepared
    this.#fraction = Math.max(this.#fraction, fraction)
    const secondsLeft = this.#fraction < 0.01 ? null : (this.#seconds() * (1 - this.#fraction)) / this.#fraction
    const about = { id: job.id, backend: backend.name, backendNote: backend.note, epochs: 1 }
    this.#reporter.report({ ...about, state, fraction: Math.min(1, this.#fraction), secondsLeft })
  }
}

function metricsOf({ imageAuroc, levels }: JudgedAnomalies, fitted: FittedMemory): Record<string, unknown> {
  return { imageAuroc, ...levels, patches: patchesIn(fitted), candidates: fitted.candidates }
}

function patchesIn({ weights }: FittedMemory): number {
  return must(weights.get(MEMORY)?.shape[0], 'it was fitted')
}

/** What a person asked for that a fit has no use for. */
function unused({ from, settings }: TrainJob): string[] {
  if (from === null && settings.weightFile === undefined) return []
  return [say('A memory is always fitted anew: the earlier model or weight file was not used.')]
}
