import { keptTogether } from '#shared/origin.ts'
import type { ImageRecord } from '#shared/records/image.ts'

/** Two images that show nearly the same. */
export type Alike = readonly [ImageRecord['id'], ImageRecord['id']]

/** A chain of look-alikes may hold so many slides, patients or lone images, or this share of all: where everything looks like the next, nothing could be held out. */
const LONGEST = 20
const LONGEST_SHARE = 0.05

/** Not the id: a project made anew from the same files shall be split alike. */
function keyOf(image: ImageRecord): string {
  const together = keptTogether(image)
  return together === null ? `image:${image.name}:${image.sha256}` : `group:${together}`
}

/**
 * What each image has in common with all that never leave each other: its slide or patient, and those with images that show nearly the same as one
 * of these (`alike`, the surest first). At least `least` are left to be divided. The same files have the same keys, whatever their ids.
 */
export function kinOf(images: readonly ImageRecord[], alike: readonly Alike[], least: number): (image: ImageRecord) => string {
  if (alike.length === 0) return keyOf
  const keys = new Map(images.map((image) => [image.id, keyOf(image)]))
  const kin = new Kin(keys.values())
  const longest = Math.max(LONGEST, LONGEST_SHARE * kin.count)
  for (const [one, other] of alike) {
    const [a, b] = [keys.get(one), keys.get(other)]
    if (a !== undefined && b !== undefined && kin.count > least) kin.join(a, b, longest)
  }
  return (image) => kin.of(keyOf(image))
}

/** Sets of keys that are joined one by one, each named by its first key. */
class Kin {
  readonly #above = new Map<string, string>()
  readonly #size = new Map<string, number>()
  count = 0

  constructor(keys: Iterable<string>) {
    for (const key of keys) this.#size.set(key, 1)
    this.count = this.#size.size
  }

  of(key: string): string {
    let first = key
    for (let above = this.#above.get(first); above !== undefined; above = this.#above.get(first)) first = above
    return first
  }

  join(one: string, other: string, longest: number): void {
    const [a, b] = [this.of(one), this.of(other)].sort() as [string, string]
    const size = this.#size.get(a)! + this.#size.get(b)!
    if (a === b || size > longest) return
    this.#above.set(b, a)
    this.#size.set(a, size)
    this.count--
  }
}
