import { EagerStepper } from './eager-stepper.ts'
import type { Stepper, StepperSettings } from './step.ts'

/** The fastest stepper of the backend in use. */
export function createStepper(settings: StepperSettings): Stepper {
  return new EagerStepper(settings)
}
