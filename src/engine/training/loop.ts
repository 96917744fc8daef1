import type { JobProgress } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import type { CurvePoint } from '#shared/records/model.ts'
import type { JobControl } from '../jobs/job-control.ts'
import type { Weights } from '../nn/weights.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { LoopState } from './loop-state.ts'
import { afterScore, type PlateauSettings } from './plateau.ts'
import { StepClock } from './step-clock.ts'
import type { Batch, Stepper } from './step.ts'

/** What one validation found out. */
export interface Validation {
  /** Higher is better (AP50 for detection); null where it cannot be told on these images. */
  readonly score: number | null
  /** What the best epoch is chosen by; the score where left out. */
  readonly rank?: number
  /** Points for the curves, by name. */
  readonly curves: Readonly<Record<string, number>>
  readonly metrics: Readonly<Record<string, unknown>>
}

/** What the loop is given to work with. */
export interface LoopParts {
  readonly stepper: Stepper
  /** The next batch of the plan, ready to be learned from. */
  nextBatch(): Promise<Batch>
  /** Learning rate of a step; `reductions` are the plateaus so far. */
  rate(step: number, reductions: number): number
  /** Null where there are no validation images. */
  validate: ((weights: Weights, epoch: number) => Promise<Validation>) | null
  /** Shows what the net finds now, after an epoch without validation. */
  sample(weights: Weights, epoch: number): Promise<void>
  save(checkpoint: Checkpoint): Promise<void>
  saveBest(weights: Weights, epoch: number): Promise<string>
  report(progress: Omit<JobProgress, 'id'>): void
  readonly control: JobControl
  /** Seconds, monotonic. */
  now(): number
}

export interface LoopSettings {
  readonly epochs: number
  readonly batchesPerEpoch: number
  /** Validation after every so many epochs, and after the last. */
  readonly validateEvery: number
  /** Epochs without a better score after which the run stops; 0 = never. */
  readonly patience: number
  /** When a validation score that no longer rises counts as a plateau; null = never. */
  readonly plateau: PlateauSettings | null
  /** Seconds between checkpoints within an epoch. */
  readonly checkpointSeconds: number
}

export type LoopEnd = 'finished' | 'early' | 'by-user' | 'cancelled' | 'interrupted'

/** Points that a curve of losses has over a whole run, about. */
const CURVE_POINTS = 500
/** Checkpoints, and samples to look at, may take at most this share of the time each. */
const CHECKPOINT_SHARE = 0.02
const SAMPLE_SHARE = 0.05

/**
 * Trains epoch by epoch from where `state` stands. Everything that decides about the weights depends on the state and the settings alone,
 * never on time, so a run that was broken off and goes on from a checkpoint ends with the same weights as an unbroken one.
 */
export class TrainingLoop {
  readonly #parts: LoopParts
  readonly #settings: LoopSettings
  readonly #clock = new StepClock()
  #state: LoopState
  #savedAt: number
  #saveSeconds = 0
  #sampledAt = -Infinity
  #sampleSeconds = 0
  #workedSince: number

  constructor(parts: LoopParts, settings: LoopSettings, state: LoopState) {
    this.#parts = parts
    this.#settings = settings
    this.#state = state
    this.#clock.restore(state.clock)
    this.#savedAt = parts.now()
    this.#workedSince = parts.now()
  }

  get state(): LoopState {
    return this.#state
  }

  get clock(): StepClock {
    return this.#clock
  }

  /** Runs to an end. Whatever end it is but `cancelled`, a checkpoint of it was saved; others after each epoch and each half minute. Throws AppError `diverged` where the loss is no number. */
  async run(): Promise<LoopEnd> {
    this.#report('running', { curves: this.#state.curves, curvesReset: true })
    while (this.#state.epoch < this.#settings.epochs) {
      const ending = await this.#epoch()
      if (ending !== null) return ending
      if (this.#exhausted()) return 'early'
    }
    return 'finished'
  }

  async #epoch(): Promise<LoopEnd | null> {
    while (this.#state.position < this.#settings.batchesPerEpoch) {
      const ending = await this.#turn()
      if (ending !== null) return ending
      await this.#step()
      if (this.#parts.now() - this.#savedAt >= this.#saveInterval()) await this.#save()
    }
    await this.#closeEpoch()
    return null
  }

  /** Between two steps: hears pause and stop. */
  async #turn(): Promise<LoopEnd | null> {
    const { control } = this.#parts
    let ending = await control.turn()
    if (ending === null && control.paused) {
      await this.#save()
      this.#report('paused')
      this.#countWork()
      await control.untilResumed()
      this.#workedSince = this.#parts.now()
      ending = control.ending
      if (ending === null) this.#report('running')
    }
    if (ending === null) return null
    if (ending === 'cancel') return 'cancelled'
    await this.#save()
    return ending === 'keep' ? 'by-user' : 'interrupted'
  }

  async #step(): Promise<void> {
    const { stepper, nextBatch, rate, now } = this.#parts
    const begun = now()
    const batch = await nextBatch()
    const waited = now() - begun
    const learningRate = rate(this.#state.step, this.#state.plateau.reductions)
    const scalars = await stepper.step(batch, learningRate)
    this.#clock.add(now() - begun, waited)
    this.#log(scalars)
    const { step, position } = this.#state
    this.#state = { ...this.#state, step: step + 1, position: position + 1 }
    this.#report('running', { curves: this.#pointsDue(learningRate) })
  }

  #log(scalars: Readonly<Record<string, number>>): void {
    if (!Number.isFinite(scalars['loss'])) throw diverged(this.#state.step)
    const sums = { ...this.#state.sums }
    for (const [name, value] of Object.entries(scalars)) sums[name] = (sums[name] ?? 0) + value
    this.#state = { ...this.#state, sums, summed: this.#state.summed + 1 }
  }

  /** Means of the scalars since the last point, once enough steps have gone by. */
  #pointsDue(learningRate: number): CurvePoint[] {
    const { epochs, batchesPerEpoch } = this.#settings
    const every = Math.max(1, Math.ceil((epochs * batchesPerEpoch) / CURVE_POINTS))
    const { step, sums, summed } = this.#state
    if (step % every !== 0) return []
    const means = Object.entries(sums).map(([name, sum]): [string, number] => [name, sum / summed])
    this.#state = { ...this.#state, sums: {}, summed: 0 }
    return this.#addPoints([...means, ['learning-rate', learningRate]], step / batchesPerEpoch)
  }

  #addPoints(values: readonly (readonly [string, number])[], epoch: number): CurvePoint[] {
    const points = values.filter(([, value]) => Number.isFinite(value)).map(([name, value]) => ({ epoch, name, value }))
    this.#state = { ...this.#state, curves: [...this.#state.curves, ...points] }
    return points
  }

  async #closeEpoch(): Promise<void> {
    this.#state = { ...this.#state, epoch: this.#state.epoch + 1, position: 0 }
    const { epoch } = this.#state
    const due = epoch % this.#settings.validateEvery === 0 || epoch === this.#settings.epochs
    if (this.#parts.validate && due) await this.#validate()
    else await this.#sample(epoch)
    const last = epoch === this.#settings.epochs
    if (last || this.#parts.now() - this.#savedAt >= this.#saveSeconds / CHECKPOINT_SHARE) await this.#save()
  }

  /** Only for the eye, so it may depend on time: epochs of a few steps are not all shown. */
  async #sample(epoch: number): Promise<void> {
    const { sample, stepper, now } = this.#parts
    const begun = now()
    const tooSoon = begun - this.#sampledAt < this.#sampleSeconds / SAMPLE_SHARE
    if (tooSoon && epoch < this.#settings.epochs) return
    await sample(stepper.averaged(), epoch)
    this.#sampledAt = now()
    this.#sampleSeconds = this.#sampledAt - begun
  }

  async #validate(): Promise<void> {
    const { validate, stepper, now, saveBest } = this.#parts
    if (!validate) return
    const begun = now()
    const { epoch } = this.#state
    this.#report('validating')
    const weights = stepper.averaged()
    const { score, rank = score ?? -Infinity, curves, metrics } = await validate(weights, epoch)
    const points = this.#addPoints(Object.entries(curves), epoch)
    if (rank > (this.#state.best?.rank ?? this.#state.best?.score ?? -Infinity)) {
      this.#state = { ...this.#state, best: { epoch, score, rank, metrics: { ...metrics }, file: await saveBest(weights, epoch) } }
    }
    this.#watchPlateau(score ?? rank)
    const { validations, validationSeconds } = this.#state
    this.#state = { ...this.#state, validations: validations + 1, validationSeconds: validationSeconds + now() - begun }
    this.#report('running', { curves: points })
  }

  #watchPlateau(score: number): void {
    const { plateau } = this.#settings
    if (plateau) this.#state = { ...this.#state, plateau: afterScore(this.#state.plateau, plateau, score, this.#state.epoch) }
  }

  #exhausted(): boolean {
    const { patience } = this.#settings
    const { best, epoch } = this.#state
    return patience > 0 && best !== null && epoch - best.epoch >= patience
  }

  #saveInterval(): number {
    return Math.max(this.#settings.checkpointSeconds, this.#saveSeconds / CHECKPOINT_SHARE)
  }

  async #save(): Promise<void> {
    const { stepper, save, now } = this.#parts
    const begun = now()
    this.#countWork()
    this.#state = { ...this.#state, accumulate: stepper.accumulate, clock: this.#clock.totals() }
    await save({ state: stepper.state(), loop: this.#state })
    this.#savedAt = now()
    this.#saveSeconds = this.#savedAt - begun
  }

  #countWork(): void {
    const now = this.#parts.now()
    this.#state = { ...this.#state, elapsed: this.#state.elapsed + now - this.#workedSince }
    this.#workedSince = now
  }

  #report(state: JobProgress['state'], more: { curves?: CurvePoint[]; curvesReset?: boolean } = {}): void {
    const { epochs, batchesPerEpoch } = this.#settings
    const { epoch, position, step } = this.#state
    this.#parts.report({
      state,
      fraction: Math.min(1, step / (epochs * batchesPerEpoch)),
      secondsLeft: this.#secondsLeft(),
      epoch: epoch + position / batchesPerEpoch,
      epochs,
      step,
      secondsPerStep: this.#clock.lately() ?? this.#clock.secondsPerStep(),
      waitingShare: this.#clock.waitingShare(),
      ...more,
    })
  }

  /** From what steps, validations and checkpoints took so far. Patience may end the run before. */
  #secondsLeft(): number | null {
    const perStep = this.#clock.lately()
    if (perStep === null) return null
    const { epochs, batchesPerEpoch, validateEvery } = this.#settings
    const { epoch, step, validations, validationSeconds } = this.#state
    const stepsLeft = epochs * batchesPerEpoch - step
    const validationsLeft = this.#parts.validate ? Math.ceil(epochs / validateEvery) - Math.floor(epoch / validateEvery) : 0
    const perValidation = validations > 0 ? validationSeconds / validations : 0
    return Math.max(0, stepsLeft * perStep + validationsLeft * perValidation + (epochs - epoch) * this.#saveSeconds)
  }
}

function diverged(step: number): AppError {
  return new AppError(
    'diverged',
    `The training came apart: the loss was no longer a number at step ${step}.`,
    'Try a lower learning rate, or look for labels that cannot be right.',
  )
}
