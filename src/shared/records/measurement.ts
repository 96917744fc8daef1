import { z } from 'zod'

/** A number that a file states of an object, under the name that it has there: in the file's own unit, which the name tells if anything does. */
export const measurement = z.object({ name: z.string(), value: z.number() }).readonly()
export type Measurement = z.infer<typeof measurement>

/**
 * What the file that an object came from had measured of it. Such numbers are of the shape that it had there: `changed` says that it has another now,
 * so they may not be true of it any more.
 */
export const fileMeasurements = z.object({ changed: z.boolean(), measurements: z.array(measurement).readonly() }).readonly()
export type FileMeasurements = z.infer<typeof fileMeasurements>

/** Numbers under names, each at the place of its name; NaN: the file has no number there. Names of many objects are one list. */
export interface NamedNumbers {
  readonly names: readonly string[]
  readonly numbers: Float64Array
}

export function measurementsOf({ names, numbers }: NamedNumbers): Measurement[] {
  return names.flatMap((name, i) => (Number.isNaN(numbers[i]!) ? [] : [{ name, value: numbers[i]! }]))
}
