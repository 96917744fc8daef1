import { InvalidArgumentError } from 'commander'
import type { OriginPatterns } from '#shared/origin.ts'
import { importRequest } from '#shared/contracts/project.ts'

/** Parsers of option values: a wrong value is wrong use (exit 2) with one line that says what was wanted. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < low || value > high)
      throw new InvalidArgumentError(`a whole number from ${low} to ${high} is wanted.`)
    return value
  }
}

export function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('a number from 0 to 1 is wanted.')
  return value
}

export function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('a number above 0 is wanted.')
  return value
}

/** `RBC,WBC,Platelets` to its names; none may be empty or stand twice. */
export function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim())
  if (list.some((name) => name === '')) throw new InvalidArgumentError('class names are wanted, separated by commas.')
  if (new Set(list).size !== list.length) throw new InvalidArgumentError('each class name may stand once.')
  return list
}

/** Which planes of an OME-Zarr become images. */
export function planesChoice(text: string): string {
  const choice = importRequest.shape.planes.safeParse(text)
  if (!choice.success || text === '') throw new InvalidArgumentError('first, middle, all, or a plane as z3, t2 or z3t2 is wanted.')
  return choice.data
}

/** `#ff0000=tumour,0000ff=stroma` or `128=cytoplasm` to its pairs; an empty name is the background. */
export function maskColors(text: string): { value: string; name: string }[] {
  return text.split(',').map((part) => {
    const [value = '', ...rest] = part.split('=')
    const pair = { value: value.trim(), name: rest.join('=').trim() }
    if (rest.length === 0 || !/^(#?[0-9a-f]{6}|\d{1,5})$/i.test(pair.value))
      throw new InvalidArgumentError(
        'colours or grey values with their classes are wanted: "#ff0000=tumour,#0000ff=stroma" or "128=cytoplasm".',
      )
    return pair
  })
}

/** What the patterns on file names say, for each command that takes them. */
export const PATTERN_HELP = {
  patient: 'what in a file name tells the patient: its first group, or the whole match',
  slide: 'what in a file name tells the slide, likewise',
  group: 'what in a file name tells any other group; held together where neither patient nor slide is known',
} as const

/** As the workbench takes them. */
export const patternsOf = ({ patientBy, slideBy, groupBy }: OriginPatterns) => ({
  patientBy: patientBy ?? null,
  slideBy: slideBy ?? null,
  groupBy: groupBy ?? null,
})
