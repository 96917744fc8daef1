import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents } from '#shared/masks/components.ts'
import { MinQueue } from '#shared/masks/min-queue.ts'
import { splitTouching } from '#shared/masks/split-touching.ts'
import { watershed } from '#shared/masks/watershed.ts'
import { dense } from './dense.ts'
import { golden, numbersOf } from './golden.ts'

/** The same regions whatever their numbers. */
function renumbered(ids: ArrayLike<number>): number[] {
  const numbers = new Map<number, number>([[0, 0]])
  return Array.from(ids, (id) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size)
    return numbers.get(id)!
  })
}

/** Discs on an empty image. */
function discs(width: number, height: number, all: readonly (readonly [number, number, number])[]): Uint8Array {
  const inside = (x: number, y: number): boolean => all.some(([cx, cy, r]) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r)
  return Uint8Array.from({ length: width * height }, (_, i) => (inside(i % width, Math.floor(i / width)) ? 1 : 0))
}

describe('watershed', () => {
  it('floods as scikit-image does', () => {
    for (const { connectivity, landscape, markers, mask, ids } of golden.floods) {
      const { width, height } = markers
      const found = watershed(
        Float64Array.from(landscape),
        Int32Array.from(numbersOf(markers.pixels)),
        numbersOf(mask),
        width,
        height,
        connectivity,
      )
      expect(Uint8Array.from(found)).toEqual(numbersOf(ids))
    }
  })

  it('shares a plateau between the markers around it', () => {
    const markers = Int32Array.of(1, 0, 0, 0, 0, 2)
    expect([...watershed(new Float64Array(6), markers, new Uint8Array(6).fill(1), 6, 1)]).toEqual([1, 1, 1, 2, 2, 2])
  })

  it('refuses maps of different sizes', () => {
    expect(() => watershed(new Float64Array(4), new Int32Array(4), new Uint8Array(3), 2, 2)).toThrow(RangeError)
  })
})

describe('splitTouching', () => {
  it('splits at h-maxima of the distance map as scikit-image does', () => {
    expect(golden.splits.length).toBeGreaterThan(0)
    for (const { depth, mask, ids } of golden.splits) {
      const found = splitTouching(numbersOf(mask.pixels), mask.width, mask.height, { depth })
      expect([...found]).toEqual(renumbered(numbersOf(ids)))
    }
  })

  it('gives every pixel of the mask to one object, never across components', () => {
    fc.assert(
      fc.property(dense, fc.nat(3), fc.nat(9), ({ frame: { width, height }, pixels }, depth, minDistance) => {
        const ids = splitTouching(pixels, width, height, { depth, minDistance })
        expect(ids.map((id) => Math.min(1, id))).toEqual(Int32Array.from(pixels))
        expect([...ids]).toEqual(renumbered(ids))
        const whole = connectedComponents(pixels, width, height).ids
        const componentOf = new Map<number, number>()
        for (const [i, id] of ids.entries()) {
          expect(componentOf.get(id) ?? whole[i]).toBe(whole[i])
          componentOf.set(id, whole[i]!)
        }
      }),
    )
  })

  it('tells two cells that touch from one, by the depth of the neck', () => {
    const two = discs(60, 30, [
      [18, 15, 11],
      [38, 15, 10],
    ])
    const ids = splitTouching(two, 60, 30)
    expect(Math.max(...ids)).toBe(2)
    expect([ids[15 * 60 + 12], ids[15 * 60 + 44]]).toEqual([1, 2])
    expect(Math.max(...splitTouching(two, 60, 30, { depth: 9 }))).toBe(1)
    expect(Math.max(...splitTouching(two, 60, 30, { minDistance: 15 }))).toBe(2)
    expect(Math.max(...splitTouching(two, 60, 30, { minDistance: 25 }))).toBe(1)
  })

  it('leaves a mask without background whole', () => {
    expect([...splitTouching(new Uint8Array(6).fill(1), 3, 2)]).toEqual([1, 1, 1, 1, 1, 1])
    expect(splitTouching(new Uint8Array(0), 0, 0)).toHaveLength(0)
  })
})

describe('MinQueue', () => {
  it('gives the smallest key first, equal ones in the order they came', () => {
    const step = fc.option(fc.integer({ min: 0, max: 5 }), { nil: 'pop' as const, freq: 2 })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new MinQueue()
        const model: { value: number; key: number }[] = []
        for (const [value, key] of steps.entries()) {
          if (key === 'pop') {
            const least = model.reduce((best, item, at) => (item.key < model[best]!.key ? at : best), 0)
            expect(queue.nextKey).toBe(model[least]?.key ?? Infinity)
            expect(queue.pop()).toBe(model.splice(least, 1)[0]?.value ?? -1)
          } else {
            queue.push(value, key)
            model.push({ value, key })
          }
          expect(queue.size).toBe(model.length)
        }
      }),
    )
  })
})
