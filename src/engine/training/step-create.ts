import { nativeBackend } from '../backends/native.ts'
import type { Weights } from '../nn/weights.ts'
import { EagerStepper } from './eager-stepper.ts'
import type { Batch, Stepper, StepperSettings, StepState } from './step.ts'
import { TraceError } from './traced-recorder.ts'
import { TracedStepper } from './traced-stepper.ts'

/**
 * The fastest stepper of the backend in use: a traced graph on `tensorflow`, operation by operation elsewhere. Should a step turn out not
 * to be traceable, it goes on operation by operation from the same state, and `note` is told why, once.
 */
export function createStepper(settings: StepperSettings, note: (message: string) => void = () => undefined): Stepper {
  const native = nativeBackend()
  if (native === null) return new EagerStepper(settings)
  return new FallingBackStepper(settings, new TracedStepper(native, settings), note)
}

class FallingBackStepper implements Stepper {
  readonly #settings: StepperSettings
  readonly #note: (message: string) => void
  #stepper: Stepper

  constructor(settings: StepperSettings, stepper: Stepper, note: (message: string) => void) {
    this.#settings = settings
    this.#stepper = stepper
    this.#note = note
  }

  async step(batch: Batch, rate: number): Promise<Readonly<Record<string, number>>> {
    try {
      return await this.#stepper.step(batch, rate)
    } catch (error) {
      if (!(error instanceof TraceError)) throw error
      this.#note(`Training runs operation by operation, which is slower: ${error.message}.`)
      this.#fallBack()
      return this.#stepper.step(batch, rate)
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

  #fallBack(): void {
    const state = this.#stepper.state()
    this.#stepper.dispose()
    this.#stepper = new EagerStepper({ ...this.#settings, weights: state.weights })
    this.#stepper.load(state)
  }
}
