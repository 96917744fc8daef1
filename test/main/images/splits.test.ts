import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageId, newId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Split } from '#shared/records/task.ts'
import { groupsOf } from '../../../src/main/images/grouping.ts'
import { assignSplits, foldParts } from '../../../src/main/images/splits.ts'
import { image } from '../project/fixtures.ts'

const named = (name: string, change: Partial<ImageRecord> = {}): ImageRecord => image('x', { id: imageId.parse(newId()), name, ...change })
const byName = (images: readonly ImageRecord[]): Map<string, Split | null> => new Map(images.map(({ name, split }) => [name, split]))
const count = (images: readonly ImageRecord[], split: Split): number => images.filter((one) => one.split === split).length

const PATIENT = '^(P\\d+)_'
const options = { seed: 1, val: 0.2, test: 0.2, groupBy: null }

/** Names of images of patients with so many images each. */
const cohort = (sizes: readonly number[]): ImageRecord[] =>
  sizes.flatMap((size, patient) => Array.from({ length: size }, (_, i) => named(`P${patient}_${i}.png`)))

describe('splits', () => {
  it('divides images that have no group to the number', () => {
    const images = assignSplits(cohort(new Array(100).fill(1) as number[]), options)
    expect([count(images, 'train'), count(images, 'val'), count(images, 'test')]).toEqual([60, 20, 20])
  })

  it('never divides a group, comes as close to the shares as the sizes allow, and leaves no wanted part empty', () => {
    const share = fc.double({ min: 0, max: 0.45, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 3, maxLength: 40 }),
        share,
        share,
        fc.nat(),
        (sizes, val, test, seed) => {
          const images = assignSplits(cohort(sizes), { seed, val, test, groupBy: PATIENT })
          const splitsOf = new Map<string, Set<Split | null>>()
          for (const { group, split } of images) splitsOf.set(group!, (splitsOf.get(group!) ?? new Set()).add(split))
          for (const splits of splitsOf.values()) expect(splits.size).toBe(1)
          const largest = Math.max(...sizes)
          for (const [part, wanted] of [
            ['val', val],
            ['test', test],
          ] as const) {
            expect(Math.abs(count(images, part) - wanted * images.length)).toBeLessThanOrEqual(largest + 1)
            if (wanted > 0) expect(count(images, part)).toBeGreaterThan(0)
          }
          expect(count(images, 'train')).toBeGreaterThan(0)
        },
      ),
    )
  })

  it('is within one image of the shares where small groups can even them out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 12, maxLength: 40 }), fc.nat(), (sizes, seed) => {
        const images = assignSplits(cohort([...sizes, ...(new Array(12).fill(1) as number[])]), { ...options, seed, groupBy: PATIENT })
        expect(Math.abs(count(images, 'val') - 0.2 * images.length)).toBeLessThanOrEqual(1)
        expect(Math.abs(count(images, 'test') - 0.2 * images.length)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is the same for the same files, in any order and with other ids; another seed gives another', () => {
    const sizes = [5, 3, 3, 2, 2, 1, 1, 1, 4, 6]
    const first = byName(assignSplits(cohort(sizes), { ...options, groupBy: PATIENT }))
    const second = byName(assignSplits(cohort(sizes).reverse(), { ...options, groupBy: PATIENT }))
    expect(second).toEqual(new Map([...first].reverse()))
    const others = [2, 3, 4, 5, 6].map((seed) => byName(assignSplits(cohort(sizes), { ...options, seed, groupBy: PATIENT })))
    expect(others.some((other) => [...other].some(([name, split]) => first.get(name) !== split))).toBe(true)
  })

  it('lets new images of a patient follow the patient’s old ones', () => {
    const old = cohort([4, 4]).map((one, i) => ({
      ...one,
      group: i < 4 ? 'P0' : 'P1',
      split: i < 4 ? ('test' as const) : ('val' as const),
    }))
    const fresh = [named('P0_new.png'), named('P1_new.png'), named('P2_new.png'), named('P3_new.png')]
    const images = byName(assignSplits(fresh, { ...options, groupBy: PATIENT, kept: old }))
    expect([images.get('P0_new.png'), images.get('P1_new.png')]).toEqual(['test', 'val'])
  })

  it('keeps the groups that images have, and puts a handful where it is needed most', () => {
    const grouped = [named('a', { group: 'g' }), named('b', { group: 'g' })]
    expect(assignSplits(grouped, options).map(({ split, group }) => [split, group])).toEqual([
      ['train', 'g'],
      ['train', 'g'],
    ])
    const parts = (n: number): (Split | null)[] =>
      assignSplits(cohort(new Array(n).fill(1) as number[]), options)
        .map(({ split }) => split)
        .sort()
    expect([parts(0), parts(1), parts(2), parts(3)]).toEqual([[], ['train'], ['train', 'val'], ['test', 'train', 'val']])
    expect(assignSplits(cohort([3]), { ...options, val: 0, test: 1 }).every(({ split }) => split === 'test')).toBe(true)
  })

  it('refuses shares that are none', () => {
    for (const shares of [
      { val: 0.7, test: 0.4 },
      { val: -0.1, test: 0 },
      { val: Number.NaN, test: 0 },
    ])
      expect(() => assignSplits(cohort([1]), { ...options, ...shares })).toThrow(/Shares/)
  })
})

describe('groups by a pattern', () => {
  it('takes the first group, else the whole match, else nothing', () => {
    expect(groupsOf(['C100P61_1.png', 'C7_2.png', 'x.png'], '^C\\d+(P\\d+)?')).toEqual(['P61', 'C7', null])
    expect(groupsOf(['a-1', 'b-2'], '[a-z]')).toEqual(['a', 'b'])
    expect(groupsOf(['µ_ß.png'], '^(.)_')).toEqual(['µ'])
  })

  it('stops a pattern that would never end, and says what is wrong with one that is none', () => {
    const long = ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!']
    expect(() => groupsOf(long, '^(a+)+$')).toThrow(/takes too long/)
    expect(() => groupsOf(['a'], '(')).toThrow(/no regular expression/)
    expect(() => groupsOf(['a'], 'a'.repeat(201))).toThrow(/longer than 200/)
  })

  it('gives a pattern nothing to break out with', () => {
    expect(groupsOf(['a"}]);process.exit(1);//'], '"\\}\\]\\);process')).toEqual(['"}]);process'])
  })
})

describe('the parts of a cross-validation', () => {
  const grouped = (sizes: readonly number[]): ImageRecord[] => cohort(sizes).map((one) => ({ ...one, group: one.name.split('_')[0]! }))

  it('hold each image out once, whole patients at a time, and let no held-out patient choose anything', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 5, maxLength: 30 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 2, max: 5 }), fc.nat(), (patients, folds, seed) => {
        const images = grouped(patients)
        const parts = foldParts(images, folds, seed)
        expect(parts.flatMap(({ held }) => held.map(({ id }) => id)).toSorted()).toEqual(images.map(({ id }) => id).toSorted())
        for (const { held, splits } of parts) {
          const out = new Set(held.map(({ group }) => group))
          const partsOf = new Map<string, Set<Split>>()
          for (const { id, group } of images) {
            expect(splits.has(id)).toBe(!out.has(group))
            const split = splits.get(id)
            if (split) partsOf.set(group!, (partsOf.get(group!) ?? new Set()).add(split))
          }
          for (const splitsOfPatient of partsOf.values()) expect(splitsOfPatient.size).toBe(1)
        }
      }),
    )
  })

  it('keep some of many images for choosing, and learn from all of few', () => {
    const counts = (images: readonly ImageRecord[]): Split[][] =>
      foldParts(images, 4, 1).map(({ splits }) => [...new Set(splits.values())].toSorted())
    expect(counts(grouped(new Array(18).fill(1) as number[]))).toEqual(new Array(4).fill(['train']))
    expect(counts(grouped(new Array(100).fill(2) as number[]))).toEqual(new Array(4).fill(['train', 'val']))
  })
})

describe('images that look nearly the same', () => {
  const each = (images: readonly ImageRecord[], every: number): [ImageRecord['id'], ImageRecord['id']][] =>
    images.flatMap(({ id }, i) => (i % every === 0 && i + 1 < images.length ? [[id, images[i + 1]!.id]] : []))

  it('are never learned from and held out at once, with their patients, whatever the shares', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 8, maxLength: 30 })
    fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 3, max: 9 }), (patients, seed, every) => {
        const images = cohort(patients)
        const alike = each(images, every)
        // Only where enough is left to divide, and no chain of patients is too long: each pair of two patients joins these.
        const of = new Map(images.map(({ id, group }) => [id, group]))
        const joined = alike.filter(([a, b]) => of.get(a) !== of.get(b)).length
        fc.pre(joined <= patients.length - 3 && joined < 20)
        const split = assignSplits(images, { ...options, seed, alike })
        const at = new Map(split.map((one) => [one.id, one.split]))
        for (const [a, b] of alike) expect(at.get(a)).toBe(at.get(b))
        for (const { held, splits } of foldParts(images, 3, seed, alike)) {
          const out = new Set(held.map(({ id }) => id))
          for (const [a, b] of alike) {
            expect(out.has(a)).toBe(out.has(b))
            expect(splits.get(a)).toBe(splits.get(b))
          }
        }
      }),
    )
  })

  it('follow one that has its split already', () => {
    const old = named('old.png', { split: 'test' })
    const fresh = Array.from({ length: 10 }, (_, i) => named(`${i}.png`))
    const split = byName(assignSplits(fresh, { ...options, test: 0, kept: [old], alike: [[fresh[4]!.id, old.id]] }))
    expect([...split].filter(([, part]) => part === 'test')).toEqual([['4.png', 'test']])
  })

  it('are divided the same for the same files, whatever their ids and order', () => {
    const files = (): ImageRecord[] => Array.from({ length: 30 }, (_, i) => named(`${i}.png`))
    const [one, other] = [files(), files().reverse()]
    const alikeOf = (images: readonly ImageRecord[]) => {
      const id = (i: number) => images.find(({ name }) => name === `${i}.png`)!.id
      return [[id(1), id(2)], [id(7), id(2)], [id(20), id(21)]] as const // prettier-ignore
    }
    const sorted = (images: readonly ImageRecord[]) => [...byName(assignSplits(images, { ...options, alike: alikeOf(images) }))].sort()
    expect(sorted(one)).toEqual(sorted(other))
  })

  it('are divided after all where else nothing could be held out: the least sure first, and long chains', () => {
    const few = Array.from({ length: 4 }, (_, i) => named(`${i}.png`))
    const chain = each(few, 1)
    const split = assignSplits(few, { ...options, alike: chain })
    expect((['train', 'val', 'test'] as const).map((part) => count(split, part)).sort()).toEqual([1, 1, 2])
    expect(split[0]!.split).toBe(split[1]!.split)
    expect(foldParts(few, 4, 0, chain)).toHaveLength(4)
    const many = Array.from({ length: 100 }, (_, i) => named(`${String(i).padStart(3, '0')}.png`))
    const parts = assignSplits(many, { ...options, alike: each(many, 1) })
    expect(count(parts, 'val')).toBe(20)
    expect(count(parts, 'test')).toBe(20)
  })
})
