import { say } from '#shared/i18n/say.ts'
import { nativeBackend } from '../backends/native.ts'
import { memoryError } from '../jobs/memory-error.ts'
import type { Weights } from '../nn/weights.ts'
import { EagerStepper } from './eager-stepper.ts'
import { imagesOf, partSize } from './micro-batches.ts'
import type { Batch, Stepper, StepperSettings, StepState } from './step.ts'
import { TraceError } from './traced-recorder.ts'
import { TracedStepper } from './traced-stepper.ts'

/**
 * The fastest stepper of the backend in use: a traced graph on `tensorflow`, operation by operation elsewhere. Should a step turn out not
 * to be traceable, it goes on operation by operation from the same state; should memory run out, it works through the batches in parts half
 * as large (from then on; down to one image, then the error is the caller's). `note` is told of both. Without `traced` it goes operation by
 * operation from the start.
 */
export function createStepper(
  settings: StepperSettings,
  note: (message: string) => void = () => undefined,
  { traced = true }: { readonly traced?: boolean | undefined } = {},
): Stepper {
  const native = nativeBackend()
  if (native === null || !traced) return new YieldingStepper(settings, (changed) => new EagerStepper(changed), note)
  return new YieldingStepper(settings, (changed) => new TracedStepper(native, changed), note)
}

type Make = (settings: StepperSettings) => Stepper

/** Gives up speed, or whole batches, where a step cannot be made otherwise. */
class YieldingStepper implements Stepper {
  readonly #note: (message: string) => void
  #settings: StepperSettings
  #make: Make
  #stepper: Stepper

  constructor(settings: StepperSettings, make: Make, note: (message: string) => void) {
    this.#settings = settings
    this.#make = make
    this.#note = note
    this.#stepper = make(settings)
  }

  get accumulate(): number {
    return this.#stepper.accumulate
  }

  async step(batch: Batch, rate: number): Promise<Readonly<Record<string, number>>> {
    for (;;) {
      try {
        return await this.#stepper.step(batch, rate)
      } catch (error) {
        if (error instanceof TraceError) this.#goEager(error)
        else if (memoryError(error) !== null) this.#halve(imagesOf(batch), error)
        else throw error
      }
    }
  }

  state(): StepState {
    return this.#stepper.state()
  }

  load(state: StepState): void {
    this.#stepper.load(state)
  }

  averaged(): Weights {
    return this.#stepper.averaged()
  }

  dispose(): void {
    this.#stepper.dispose()
  }

  #goEager(error: TraceError): void {
    this.#note(say('Training runs operation by operation, which is slower: {{why}}.', { why: error.message }))
    this.#make = (settings) => new EagerStepper(settings)
    this.#replace()
  }

  #halve(images: number, error: unknown): void {
    const size = partSize(images, this.accumulate)
    if (size <= 1) throw error
    const parts = Math.ceil(images / Math.ceil(size / 2))
    this.#note(
      say('The memory ran out with {{size}} images at a time: a batch of {{images}} is learned from in {{count}} parts.', {
        size,
        images,
        count: parts,
      }),
    )
    this.#settings = { ...this.#settings, accumulate: parts }
    this.#replace()
  }

  /** Another stepper from the same state. */
  #replace(): void {
    const state = this.#stepper.state()
    this.#stepper.dispose()
    this.#stepper = this.#make({ ...this.#settings, weights: state.weights })
    this.#stepper.load(state)
  }
}
