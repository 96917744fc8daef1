import { say } from '#shared/i18n/say.ts'
import type { NamedNumbers } from '#shared/records/measurement.ts'
import { isObject, listIn } from './json-file.ts'
import { noteIf } from './label-set.ts'

/** Measurements of one object that are kept at most; QuPath's own of forty channels are some thousand. */
const MOST = 4000
/** Characters of a name. */
const LONGEST_NAME = 200

/**
 * Reads the measurements of objects in one file, as QuPath writes them: an object of numbers by name (0.4 and later), or a list of `{ name, value }`.
 * Counts what is left out. The names of objects that have the same ones are the same list.
 */
export class MeasurementReader {
  readonly #lists = new Map<string, readonly string[]>()
  #last: readonly string[] = []
  readonly #left = { empty: 0, limit: 0, cut: 0, region: 0 }

  /** Those of one object; null where there are none. Names whose value is no finite number stand for themselves (NaN), so that most objects share a list. */
  read(given: unknown): NamedNumbers | null {
    const pairs = pairsOf(given)
    if (pairs.size === 0) return null
    const kept = [...pairs].filter(([name]) => name.length <= LONGEST_NAME).slice(0, MOST)
    this.#left.limit += pairs.size - kept.length
    const numbers = Float64Array.from(kept, ([, value]) => (typeof value === 'number' && Number.isFinite(value) ? value + 0 : NaN))
    const empty = numbers.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0)
    this.#left.empty += empty
    return empty === numbers.length ? null : { names: this.#listOf(kept.map(([name]) => name)), numbers }
  }

  /** Counts an object whose measurements were read and cannot be kept: they are of more than what was taken, or of a region of interest. */
  leaveOut(why: 'cut' | 'region'): void {
    this.#left[why]++
  }

  /** What was left out, a sentence each. */
  problems(): string[] {
    const { empty, limit, cut, region } = this.#left
    return [
      ...noteIf(empty, (count) => say('{{count}} measurements without a number are left out', { count })),
      ...noteIf(limit, (count) =>
        say('{{count}} measurements are left out: a name is longer than {{longest}} characters, or an object has more than {{most}}', {
          count,
          longest: LONGEST_NAME,
          most: MOST,
        }),
      ),
      ...noteIf(cut, (count) => say('measurements of {{count}} objects are left out: they are of more than what was taken', { count })),
      ...noteIf(region, (count) => say('measurements of {{count}} regions of interest are left out', { count })),
    ]
  }

  #listOf(names: readonly string[]): readonly string[] {
    if (names.length === this.#last.length && names.every((name, i) => name === this.#last[i])) return this.#last
    const text = JSON.stringify(names)
    this.#last = this.#lists.get(text) ?? names
    this.#lists.set(text, this.#last)
    return this.#last
  }
}

/** Of a name that stands there twice the last value, as in JSON. */
function pairsOf(given: unknown): ReadonlyMap<string, unknown> {
  if (isObject(given)) return new Map(Object.entries(given))
  const pairs = new Map<string, unknown>()
  for (const one of listIn(given)) if (isObject(one) && typeof one['name'] === 'string') pairs.set(one['name'], one['value'])
  return pairs
}
