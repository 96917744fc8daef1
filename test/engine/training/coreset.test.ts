import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { greedyCoreset, type Rows } from '../../../src/engine/training/coreset.ts'

const goOn = () => Promise.resolve(true)

function cloud(count: number, size: number, seed: number): Rows {
  const random = createRandom(seed)
  return { data: Float32Array.from({ length: count * size }, () => random.normal()), size }
}

const distance = ({ data, size }: Rows, a: number, b: number): number =>
  Math.hypot(...Array.from({ length: size }, (_, i) => data[a * size + i]! - data[b * size + i]!))

/** The farthest that any row is from a chosen one. */
const reach = (rows: Rows, chosen: Iterable<number>): number => {
  const kept = [...chosen]
  const all = [...Array(rows.data.length / rows.size).keys()]
  return Math.max(...all.map((row) => Math.min(...kept.map((one) => distance(rows, row, one)))))
}

describe('the greedy coreset', () => {
  it('has distinct rows, each the farthest from those before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 6 }), fc.integer(), async (count, size, seed) => {
        const rows = cloud(count, size, seed)
        const chosen = [...(await greedyCoreset(rows, 8, createRandom(seed), goOn))]
        expect(chosen).toHaveLength(Math.min(8, count))
        expect(new Set(chosen).size).toBe(chosen.length)
        for (let k = 1; k < chosen.length; k++) {
          const before = chosen.slice(0, k)
          const far = Math.min(...before.map((one) => distance(rows, one, chosen[k]!)))
          expect(far).toBeCloseTo(reach(rows, before), 4)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('reaches all rows at twice the best reach at most', async () => {
    // Ten clusters of width 1, far apart: the best choice of ten has one in each.
    const random = createRandom(3)
    const data = Float32Array.from({ length: 500 * 3 }, (_, i) => 100 * (Math.floor(i / 3) % 10) + random.uniform(-0.5, 0.5))
    const rows = { data, size: 3 }
    const chosen = await greedyCoreset(rows, 10, createRandom(1), goOn)
    expect(new Set([...chosen].map((row) => row % 10)).size).toBe(10)
    expect(reach(rows, chosen)).toBeLessThan(2 * Math.sqrt(3))
  })

  it('finds the odd ones among many features, through a random projection', async () => {
    const rows = cloud(600, 120, 9)
    for (const odd of [17, 300, 599]) rows.data.fill(20, odd * 120, (odd + 1) * 120 - odd / 10)
    const chosen = [...(await greedyCoreset(rows, 12, createRandom(2), goOn))]
    for (const odd of [17, 300, 599]) expect(chosen).toContain(odd)
  })

  it('is the same with the same seed; ends early, or stops, where it is told to', async () => {
    const rows = cloud(200, 40, 4)
    const first = await greedyCoreset(rows, 50, createRandom(7), goOn)
    expect(await greedyCoreset(rows, 50, createRandom(7), goOn)).toEqual(first)
    let turns = 0
    const early = await greedyCoreset(rows, 50, createRandom(7), () => Promise.resolve(++turns < 3))
    expect([...early]).toEqual([...first.subarray(0, early.length)])
    expect(early.length).toBeLessThan(50)
    const stop = () => Promise.reject(new Error('stop'))
    await expect(greedyCoreset(rows, 50, createRandom(7), stop)).rejects.toThrow('stop')
  })
})
