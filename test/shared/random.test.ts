import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, randomFromState } from '#shared/random.ts'

const many = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: readonly number[]): number => {
  const middle = mean(values)
  return mean(values.map((value) => (value - middle) ** 2))
}

describe('random', () => {
  it('is xoshiro128** as its authors publish it (their C, state 1 2 3 4)', () => {
    const random = randomFromState([1, 2, 3, 4])
    expect(many(10, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  it('fills its state with SplitMix32 (values from C)', () => {
    const random = createRandom(0)
    expect(random.state()).toEqual([2462723854, 1020716019, 454327756, 1275600319])
    expect(many(6, () => random.uint32())).toEqual([3809008728, 1133695204, 53579671, 2891528803, 139681546, 2203266335])
  })

  it('goes on exactly from a stored state, normal deviates included', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string()), fc.nat(20), (seed, skipped) => {
        const first = createRandom(seed)
        many(skipped, () => first.normal())
        const second = randomFromState(first.state())
        expect(many(5, () => second.normal())).toEqual(many(5, () => first.normal()))
      }),
    )
  })

  it('tells seeds apart and refuses what is no seed or no state', () => {
    const seeds = [0, 1, -1, 2 ** 32, 0.5, 'a', 'b', '1']
    const draws = seeds.map((seed) => createRandom(seed).uint32())
    expect(new Set(draws).size).toBe(seeds.length)
    expect(() => createRandom(Number.NaN)).toThrow(RangeError)
    expect(() => randomFromState([0, 0, 0, 0])).toThrow(RangeError)
    expect(() => randomFromState([1, -1, 0, 0])).toThrow(RangeError)
  })

  it('draws integers within bounds and evenly', () => {
    const random = createRandom(3)
    const seen = new Array<number>(7).fill(0)
    for (let i = 0; i < 70_000; i++) seen[random.int(7)]!++
    const chiSquare = seen.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquare).toBeLessThan(22.5) // 6 degrees of freedom, p = 0.001
    expect(() => random.int(0)).toThrow(RangeError)
    expect(() => random.int(1.5)).toThrow(RangeError)
  })

  it('has the moments it should have', () => {
    const random = createRandom('moments')
    const uniform = many(50_000, () => random.next())
    expect(Math.min(...uniform.slice(0, 1000))).toBeGreaterThanOrEqual(0)
    expect(mean(uniform)).toBeCloseTo(0.5, 2)
    expect(variance(uniform)).toBeCloseTo(1 / 12, 2)
    const normal = many(50_000, () => random.normal(10, 2))
    expect(Math.abs(mean(normal) - 10)).toBeLessThan(0.04)
    expect(Math.abs(variance(normal) - 4)).toBeLessThan(0.12)
    for (const expected of [0, 0.7, 75]) {
      const counts = many(20_000, () => random.poisson(expected))
      expect(Math.abs(mean(counts) - expected)).toBeLessThanOrEqual(4 * Math.sqrt(expected / 20_000))
      expect(Math.abs(variance(counts) - expected)).toBeLessThanOrEqual(0.05 * expected)
    }
  })

  it('shuffles a copy: same items, every order reachable', () => {
    const random = createRandom(9)
    const items = [1, 2, 3] as const
    const orders = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(items).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect(items).toEqual([1, 2, 3])
    expect(orders.size).toBe(6)
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(130)
    expect(items).toContain(random.pick(items))
    expect(() => random.pick([])).toThrow(RangeError)
  })

  it('forks without moving on, each name its own stream', () => {
    const random = createRandom(4)
    const before = random.state()
    const [a, b, again] = [random.fork('a'), random.fork('b'), random.fork('a')]
    expect(random.state()).toEqual(before)
    expect(a.state()).toEqual(again.state())
    expect(a.state()).not.toEqual(b.state())
  })
})
