import { describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { openPatchMemory } from '../../../src/engine/inference/nearest-patches.ts'

const FEATURES = 20

function rows(count: number, seed: number): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length: count * FEATURES }, () => random.normal())
}

const apart = (a: Float32Array, i: number, b: Float32Array, k: number): number =>
  Math.hypot(...Array.from({ length: FEATURES }, (_, f) => a[i * FEATURES + f]! - b[k * FEATURES + f]!))

describe('a memory of patches', () => {
  it('gives the distance to the nearest one, for more patches than are compared at once', async () => {
    const [data, patches] = [rows(70, 1), rows(1100, 2)]
    patches.set(data.subarray(5 * FEATURES, 6 * FEATURES), 600 * FEATURES)
    const memory = await openPatchMemory({ shape: [70, FEATURES], data })
    const distances = await memory.distances(patches)
    await memory.dispose()
    expect(distances).toHaveLength(1100)
    expect(distances[600]).toBeLessThan(5e-3)
    for (const i of [0, 1, 511, 512, 1023, 1024, 1099]) {
      const nearest = Math.min(...Array.from({ length: 70 }, (_, k) => apart(patches, i, data, k)))
      expect(distances[i]).toBeCloseTo(nearest, 4)
    }
  })

  it('may hold a single patch, and be asked for none', async () => {
    const memory = await openPatchMemory({ shape: [1, FEATURES], data: new Float32Array(FEATURES) })
    expect([...(await memory.distances(new Float32Array(FEATURES).fill(1)))]).toEqual([expect.closeTo(Math.sqrt(FEATURES), 5)])
    expect(await memory.distances(new Float32Array(0))).toHaveLength(0)
    await memory.dispose()
  })
})
