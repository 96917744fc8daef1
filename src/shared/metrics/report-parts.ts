import { type ImageWeights } from './coco-accumulate.ts'
import { type Key } from './detection-records.ts'

/** part / whole; null for a whole of 0: figures of what is not there are null, never NaN. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** Mean of the values that are defined (not null); null where none is. */
export function meanOfKnown(values: Iterable<number | null>): number | null {
  let sum = 0
  let known = 0
  for (const value of values) {
    if (value === null) continue
    sum += value
    known++
  }
  return ratio(sum, known)
}

/** Means over the given classes of every figure where it is defined. */
export function meanOverClasses<K extends string>(
  names: readonly K[],
  perClass: readonly Readonly<Record<K, number | null>>[],
  classes: readonly number[],
): Record<K, number | null> {
  return Object.fromEntries(names.map((name) => [name, meanOfKnown(classes.map((k) => perClass[k]![name]))])) as Record<K, number | null>
}

/** Names as keys: a second class of the same name becomes "name (2)". */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let n = 2; taken.has(free); n++) free = `${name} (${n})`
    taken.add(free)
    return free
  })
}

/** One value a class under the class's name, as reports hold it. */
export function underNames<T>(names: readonly string[], value: (k: number) => T): Record<string, T> {
  return Object.fromEntries(names.map((name, k) => [name, value(k)]))
}

/** Mean over images where the value is defined, each as often as a bootstrap resample has it (absent: once); null for none. */
export function weightedMean(values: readonly (number | null)[], weights?: ImageWeights): number | null {
  if (weights === undefined) return meanOfKnown(values)
  let [sum, total] = [0, 0]
  for (const [i, value] of values.entries()) {
    if (value === null) continue
    sum += weights[i]! * value
    total += weights[i]!
  }
  return ratio(sum, total)
}

/** The images' groups (patient, slide), or undefined where none has one. Throws RangeError where only some have. */
export function groupsOf(images: readonly { readonly group?: Key | undefined }[]): Key[] | undefined {
  const groups = images.flatMap(({ group }) => (group === undefined ? [] : [group]))
  if (groups.length === 0) return undefined
  if (groups.length < images.length) throw new RangeError('Either all images have a group or none')
  return groups
}
