import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STAIN_VECTORS, type Rgb } from '#shared/color-view.ts'
import { createRandom } from '#shared/random.ts'
import { measureStains, normalizeStains, stainTarget } from '#shared/stains/normalize.ts'
import { principalAxes } from '#shared/stains/principal-axes.ts'
import { STAIN_METHODS, stainFacts, type StainFacts, type StainMethod } from '#shared/stains/stain-facts.ts'

interface Golden {
  readonly pictures: Readonly<Record<string, readonly number[]>>
  readonly reinhard: Method
  readonly macenko: Method
}
interface Method {
  readonly facts: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly moved: Readonly<Record<string, readonly number[]>>
}

/** What numpy made of small pictures, from the papers (tools/golden/stain_normalisation.py). */
const golden = JSON.parse(readFileSync('test/golden/stain-normalisation.json', 'utf8')) as Golden

const factsIn = (method: StainMethod, rgb: ArrayLike<number>): StainFacts => stainFacts.parse(measureStains(method, rgb))

/** A picture of two stains in amounts that a seed draws, without noise; 40 x 40. */
function drawn(seed: string, first: Rgb, second: Rgb, strength = 1): Uint8Array {
  const random = createRandom(seed)
  const unit = (stain: Rgb): number[] => stain.map((part) => part / Math.hypot(...stain))
  const [a, b] = [unit(first), unit(second)]
  return Uint8Array.from(
    Array.from({ length: 1600 }, () => [random.next() * 0.6 * strength, random.next() * 0.6 * strength]).flatMap(([x, y]) =>
      [0, 1, 2].map((c) => Math.round(255 * 10 ** -(x! * a[c]! + y! * b[c]!))),
    ),
  )
}

const { hematoxylin, eosin, dab } = STAIN_VECTORS

describe.each(STAIN_METHODS)('%s', (method) => {
  it.each(Object.keys(golden.pictures))('measures of %s what numpy does', (name) => {
    const facts = factsIn(method, golden.pictures[name]!)
    for (const [key, wanted] of Object.entries(golden[method].facts[name]!)) {
      const measured = (Object.entries(facts).find(([fact]) => fact === key)?.[1] as unknown[]).flat()
      expect(measured.length).toBeGreaterThan(1)
      ;(wanted as unknown[]).flat().forEach((value, i) => {
        expect(measured[i]).toBeCloseTo(value as number, 8)
      })
    }
  })

  it.each(Object.keys(golden[method].moved))('moves %s as numpy does, to the nearest whole value', (name) => {
    const [from = '', to = ''] = name.split(' to ')
    const pixels = Uint8Array.from(golden.pictures[from]!)
    normalizeStains(pixels, factsIn(method, pixels), factsIn(method, golden.pictures[to]!))
    const off = [...pixels].map((value, i) => Math.abs(value - golden[method].moved[name]![i]!))
    expect(Math.max(...off)).toBeLessThan(0.502)
  })

  it('leaves a picture of two stains nearly as it is where it is itself the target', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.6, max: 1.6, noNaN: true }), (seed, strength) => {
        const before = drawn(String(seed), hematoxylin, seed % 2 === 0 ? eosin : dab, strength)
        const facts = factsIn(method, before)
        const after = before.slice()
        normalizeStains(after, facts, facts)
        expect(Math.max(...after.map((value, i) => Math.abs(value - before[i]!)))).toBeLessThanOrEqual(2)
      }),
      { numRuns: 25 },
    )
  })

  it('gives what the target has, within 0 to 255, and the same again', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const before = drawn(String(seed), [0.55, 0.75, 0.4], [0.2, 0.9, 0.3], 0.7)
        const target = factsIn(method, drawn(`${seed}/target`, hematoxylin, eosin))
        const moved = [0, 1].map(() => {
          const pixels = before.slice()
          normalizeStains(pixels, factsIn(method, before), target)
          return pixels
        })
        expect(moved[0]).toEqual(moved[1])
        const reached = factsIn(method, moved[0]!)
        const numbers = (facts: StainFacts): number[] =>
          facts.method === 'reinhard' ? facts.mean : [...facts.stains.flat(), ...facts.amounts]
        numbers(reached).forEach((value, i) => {
          expect(Math.abs(value - numbers(target)[i]!)).toBeLessThan(0.06)
        })
      }),
      { numRuns: 15 },
    )
  })

  it('keeps any pixel a value of a byte, however far the target is', () => {
    const from = factsIn(method, drawn('from', hematoxylin, eosin, 0.3))
    const target = factsIn(method, drawn('target', hematoxylin, dab, 2))
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 3 }), (color) => {
        const clamped = Uint8ClampedArray.from(color)
        const bytes = Uint8Array.from(color)
        normalizeStains(clamped, from, target)
        normalizeStains(bytes, from, target)
        // A byte array would wrap what lies outside; a clamped one does not.
        expect([...bytes]).toEqual([...clamped])
      }),
    )
  })

  it('says why a picture has nothing to measure', () => {
    expect(measureStains(method, new Uint8Array(3000).fill(250))).toBe('blank')
    expect(measureStains(method, new Uint8Array(3000))).toBe('blank')
    expect(
      measureStains(
        method,
        Uint8Array.from({ length: 3000 }, (_, i) => 30 + (Math.floor(i / 3) % 100)),
      ),
    ).toBe('grey')
    expect(
      measureStains(
        method,
        Uint8Array.from({ length: 3000 }, (_, i) => [120, 60, 150][i % 3]!),
      ),
    ).toBe('one-stain')
  })

  it('leaves black ground and white glass as they are', () => {
    const [a, b] = [factsIn(method, drawn('a', hematoxylin, eosin)), factsIn(method, drawn('b', hematoxylin, dab))]
    const pixels = Uint8Array.of(0, 0, 0, 255, 255, 255)
    normalizeStains(pixels, a, b)
    expect([...pixels]).toEqual([0, 0, 0, 255, 255, 255])
  })

  it('takes as target the middle of what was measured, whatever one image is like', () => {
    const usual = ['1', '2', '3', '4'].map((seed) => factsIn(method, drawn(seed, hematoxylin, eosin)))
    const odd = factsIn(method, drawn('odd', dab, eosin, 2))
    const [without, target] = [stainTarget(method, usual), stainTarget(method, [...usual, odd])]
    const flat = (facts: StainFacts | null): number[] => Object.values(facts ?? {}).flatMap((value) => (Array.isArray(value) ? (value as unknown[]).flat() : [])) as number[] // prettier-ignore
    expect(flat(target).length).toBeGreaterThan(5)
    flat(target).forEach((value, i) => {
      expect(Math.abs(value - flat(without)[i]!)).toBeLessThan(0.03)
    })
    expect(stainTarget(method, [])).toBeNull()
  })
})

it('finds one stain alone by Macenko, which Reinhard can measure', () => {
  const pixels = drawn('one', hematoxylin, hematoxylin)
  expect(measureStains('macenko', pixels)).toBe('one-stain')
  expect(factsIn('reinhard', pixels).method).toBe('reinhard')
})

it('finds again the stains that a picture was drawn of', () => {
  const facts = factsIn('macenko', drawn('two', eosin, hematoxylin))
  const wanted = [hematoxylin, eosin].flatMap((stain) => stain.map((part) => part / Math.hypot(...stain)))
  const found = facts.method === 'macenko' ? facts.stains.flat() : []
  expect(found).toHaveLength(6)
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!)).toBeLessThan(0.05)
  })
})

it('refuses to move colours of one method to those of the other', () => {
  const pixels = drawn('mixed', hematoxylin, eosin)
  expect(() => {
    normalizeStains(pixels, factsIn('reinhard', pixels), factsIn('macenko', pixels))
  }).toThrow(RangeError)
})

it('finds axes that stand across each other, the longer first', () => {
  const points = Float64Array.from(Array.from({ length: 60 }, (_, i) => [1 + Math.sin(i), 2 + Math.cos(i), 0.1 * Math.sin(3 * i)]).flat())
  const [a, b] = principalAxes(points)
  const dot = (p: Rgb, q: Rgb): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2]
  const along = (axis: Rgb): number => Array.from({ length: 60 }, (_, i) => dot(axis, [points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!]) ** 2).reduce((sum, x) => sum + x, 0) // prettier-ignore
  expect(dot(a, b)).toBeCloseTo(0, 12)
  expect(dot(a, a)).toBeCloseTo(1, 12)
  expect(along(a)).toBeGreaterThan(along(b))
})
