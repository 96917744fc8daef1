import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents } from '#shared/masks/components.ts'
import { AreaRuns, type Run } from '../../../src/engine/inference/area-runs.ts'
import { partObjects, type SeamedRun } from '../../../src/engine/inference/part-objects.ts'

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
        const areas = new AreaRuns()
        for (const run of runsOf(map, width)) areas.add(run)
        const numbers = new Int32Array(map.length)
        for (const [i, area] of areas.areas().entries())
          for (const { y, from, to } of area) numbers.fill(i + 1, y * width + from, y * width + to)
        expect(numbers).toEqual(connectedComponents(map, width, height, 8).ids)
      }),
      { numRuns: 300 },
    )
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
  const area: SeamedRun[] = runsOf(map, width).map((run) => ({ ...run, seam: null }))
  const seamed: SeamedRun[] = area.map((run) => ({
    ...run,
    seam: Uint8Array.from({ length: run.to - run.from }, (_, i) => (Math.abs(run.from + i - 28.5) < 2 ? 200 : 0)),
  }))
  // Open where the discs touch least: what is left of the neck is thin.
  const gapped = seamed.map((run) => (run.y % 40 === 15 ? { ...run, seam: null } : run))
  const options = { leastSeed: 5, depth: 1, seamFrom: 100 }
  const pixels = (runs: readonly Run[]): number => runs.reduce((sum, { from, to }) => sum + to - from, 0)

  it.each([
    ['by a watershed', area, 'necks'],
    ['by the seam between them', seamed, 'seams'],
    ['by a seam with a gap', gapped, 'both'],
  ] as const)('tells two discs apart %s, each pixel in one', (_, runs, by) => {
    const parts = partObjects(runs, { ...options, by })
    expect(parts.length).toBe(2)
    const numbers = new Uint8Array(map.length)
    for (const part of parts) for (const { y, from, to } of part) for (let x = from; x < to; x++) numbers[y * width + x]! += 1
    expect(numbers).toEqual(map)
    expect(Math.abs(pixels(parts[0]!) - pixels(parts[1]!))).toBeLessThan(40)
    expect(parts.flat().reduce((sum, run) => sum + run.sum, 0)).toBeCloseTo(pixels(area), 6)
  })

  it('leaves an area whole that has no seam, or seeds too small', () => {
    expect(partObjects(area, { ...options, by: 'seams' })).toEqual([area])
    expect(partObjects(seamed, { ...options, by: 'seams', leastSeed: 2000 }).length).toBe(1)
    expect(partObjects(gapped, { ...options, by: 'seams' }).length).toBe(1)
    expect(partObjects(seamed, { ...options, by: 'seams', seamFrom: 201 }).length).toBe(1)
    expect(partObjects(area, { ...options, by: 'necks', depth: 20 }).length).toBe(1)
  })
})
