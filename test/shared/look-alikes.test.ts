import { describe, expect, it } from 'vitest'
import { type Look, LOOK_SIDE, lookIndex } from '#shared/look-alikes.ts'
import { createRandom } from '#shared/random.ts'

/** A picture of soft spots. */
function look(seed: number): Look {
  const random = createRandom(seed)
  const spots = Array.from({ length: 6 }, () => [random.uniform(0, 32), random.uniform(0, 32), random.uniform(2, 7), random.uniform(-90, 90)] as const) // prettier-ignore
  return Uint8Array.from({ length: LOOK_SIDE ** 2 }, (_, i) => {
    const [x, y] = [i % LOOK_SIDE, Math.floor(i / LOOK_SIDE)]
    return spots.reduce((sum, [cx, cy, size, by]) => sum + by * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / size ** 2), 128)
  })
}

const turned = (of: Look): Look =>
  Uint8Array.from(of, (_, i) => of[(LOOK_SIDE - 1 - (i % LOOK_SIDE)) * LOOK_SIDE + Math.floor(i / LOOK_SIDE)]!)
const mirrored = (of: Look): Look => Uint8Array.from(of, (_, i) => of[i - (i % LOOK_SIDE) + LOOK_SIDE - 1 - (i % LOOK_SIDE)]!)
const lit = (of: Look, random = createRandom(9)): Look => Uint8Array.from(of, (value) => 0.9 * value + 12 + random.uniform(-2, 2))
const pairs = (ours: Look[], theirs: Look[]): [number, number][] => {
  const find = lookIndex(theirs)
  return ours.flatMap((look, i) => find(look).map(({ index }): [number, number] => [i, index]))
}

describe('look-alikes', () => {
  const ours = Array.from({ length: 40 }, (_, i) => look(i + 1))

  it('are found turned, mirrored and lit otherwise, each with its own', () => {
    const theirs = [lit(ours[3]!), turned(ours[5]!), mirrored(turned(ours[7]!)), turned(turned(lit(ours[11]!))), look(1000)]
    expect(pairs(ours, theirs)).toEqual([
      [3, 0],
      [5, 1],
      [7, 2],
      [11, 3],
    ])
  })

  it('are not what only looks somewhat alike', () => {
    const others = Array.from({ length: 200 }, (_, i) => look(i + 500))
    expect(pairs(ours, others)).toEqual([])
  })

  it('are found among as many copies as there are', () => {
    const random = createRandom(4)
    const copies = Array.from({ length: 60 }, () => lit(ours[3]!, random))
    const find = lookIndex([...ours, ...copies])
    for (const [i, copy] of copies.entries()) expect(find(copy).some(({ index }) => index !== ours.length + i)).toBe(true)
    expect(find(ours[3]!).length).toBeGreaterThan(1)
    expect(find(ours[5]!).map(({ index }) => index)).toEqual([5])
  })

  it('are never flat pictures, which say nothing', () => {
    const flat = new Uint8Array(LOOK_SIDE ** 2).fill(200)
    expect(pairs([flat], [flat])).toEqual([])
    expect(pairs([], [look(1)])).toEqual([])
  })
})
