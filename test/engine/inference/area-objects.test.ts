import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents } from '#shared/masks/components.ts'
import { AreaRuns, type Run } from '../../../src/engine/inference/area-runs.ts'
import { partObjects, type DeepRun } from '../../../src/engine/inference/part-objects.ts'
import { ObjectGatherer } from '../../../src/engine/inference/segment.ts'

function runsOf(map: Uint8Array, width: number): Run[] {
  const runs: Run[] = []
  for (let i = 0; i < map.length; i++) {
    const from = i % width
    if (map[i] === 0 || (from > 0 && map[i - 1] !== 0)) continue
    let to = from
    while (to < width && map[i - from + to] !== 0) to++
    runs.push({ y: Math.floor(i / width), from, to, sum: to - from })
  }
  return runs
}

describe('AreaRuns', () => {
  it('finds the connected areas that are found pixel by pixel', () => {
    const maps = fc
      .integer({ min: 1, max: 14 })
      .chain((width) =>
        fc.record({ width: fc.constant(width), pixels: fc.array(fc.constantFrom(0, 0, 1), { minLength: width, maxLength: 14 * width }) }),
      )
    fc.assert(
      fc.property(maps, ({ width, pixels }) => {
        const height = Math.floor(pixels.length / width)
        const map = Uint8Array.from(pixels.slice(0, width * height))
        const found: { area: readonly Run[]; first: number }[] = []
        const areas = new AreaRuns((area, first) => found.push({ area, first }))
        const runs = runsOf(map, width)
        for (const run of runs) areas.add(run)
        areas.end()
        const numbers = new Int32Array(map.length)
        for (const { area, first } of found) expect(runs[first]).toBe(area[0])
        for (const [i, { area }] of found.toSorted((a, b) => a.first - b.first).entries())
          for (const { y, from, to } of area) numbers.fill(i + 1, y * width + from, y * width + to)
        expect(numbers).toEqual(connectedComponents(map, width, height, 8).ids)
      }),
      { numRuns: 300 },
    )
  })
})

describe('AreaRuns, row by row', () => {
  it('hands an area on as soon as a row has nothing of it, and joins those that meet further down', () => {
    const found: string[] = []
    const areas = new AreaRuns((area, first) => found.push(`${first}: ${area.map(({ y, from }) => `${y}/${from}`).join(' ')}`))
    const row = (y: number, ...starts: number[]): void => {
      for (const from of starts) areas.add({ y, from, to: from + 2, sum: 1 })
    }
    row(0, 0, 10, 20)
    row(1, 10, 20)
    expect(found).toEqual([])
    areas.add({ y: 2, from: 12, to: 20, sum: 1 })
    expect(found).toEqual(['0: 0/0'])
    row(5, 40)
    expect(found).toEqual(['0: 0/0', '1: 0/10 0/20 1/10 1/20 2/12'])
    areas.end()
    expect(found.at(-1)).toBe('6: 5/40')
  })
})

describe('partObjects', () => {
  const width = 60
  const radius = 12
  /** Two discs that overlap by a neck, side by side. */
  const map = Uint8Array.from({ length: width * 40 }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return Math.hypot(x - 18, y - 20) < radius || Math.hypot(x - 39, y - 20) < radius ? 1 : 0
  })
  const area: DeepRun[] = runsOf(map, width).map((run) => ({ ...run, distances: null }))
  /** As a network tells it: a valley between the discs, and one of half that depth across each of them. */
  const deep: DeepRun[] = area.map((run) => ({
    ...run,
    distances: Uint8Array.from({ length: run.to - run.from }, (_, i) => {
      const x = run.from + i
      const hills = Math.max(Math.exp(-(((x - 18) / 6) ** 2)), Math.exp(-(((x - 39) / 6) ** 2)))
      return Math.round(200 * hills * (Math.abs(x - 18) < 1 || Math.abs(x - 39) < 1 ? 0.9 : 1))
    }),
  }))
  const pixels = (runs: readonly Run[]): number => runs.reduce((sum, { from, to }) => sum + to - from, 0)

  it.each([
    ['at the neck of their outline', area, { by: 'necks', depth: 1 }],
    ['at the valley of the distances that the network tells', deep, { by: 'distances', depth: 0.2 }],
  ] as const)('tells two discs apart %s, each pixel in one', (_, runs, options) => {
    const parts = partObjects(runs, options)!
    expect(parts.length).toBe(2)
    const numbers = new Uint8Array(map.length)
    for (const part of parts) for (const { y, from, to } of part) for (let x = from; x < to; x++) numbers[y * width + x]! += 1
    expect(numbers).toEqual(map)
    expect(Math.abs(pixels(parts[0]!) - pixels(parts[1]!))).toBeLessThan(40)
    expect(parts.flat().reduce((sum, run) => sum + run.sum, 0)).toBeCloseTo(pixels(area), 6)
  })

  it('leaves an area whole whose necks or valleys are not deep enough, as it was', () => {
    expect(partObjects(area, { by: 'necks', depth: 20 })).toEqual([area])
    expect(partObjects(deep, { by: 'distances', depth: 0.8 })).toEqual([deep])
    expect(partObjects(area, { by: 'distances', depth: 0.2 })).toEqual([area])
  })

  it('leaves an area in too large a window whole, which the gatherer tells', () => {
    expect(partObjects(area, { by: 'necks', depth: 1, mostPixels: 1000 })).toBeNull()
    const gathered = (mostPixels?: number): ObjectGatherer => {
      const part = { by: 'necks', depth: 1, ...(mostPixels === undefined ? {} : { mostPixels }) } as const
      const objects = new ObjectGatherer({ classes: 1, shares: 2, part, leastAreas: [0] })
      for (let y = 0; y < 40; y++)
        objects.add({ y, classes: map.subarray(y * width, (y + 1) * width), shares: new Float32Array(2 * width).fill(0.9) })
      return objects
    }
    const [whole, parted] = [gathered(1000), gathered()]
    expect([whole.objects(0).length, whole.unparted]).toEqual([1, 1])
    expect([parted.objects(0).length, parted.unparted]).toEqual([2, 0])
  })
})
