import { describe, expect, it } from 'vitest'
import { positivePairs } from '../../src/shared/class-tree.ts'
import { type CountColumns, countColumns, STANDING, type CountBy } from '../../src/shared/contracts/counts.ts'
import { CURVE_SCORES, scoreCurve } from '../../src/shared/counts/score-curve.ts'
import { areaText } from '../../src/shared/areas.ts'
import { densityText, shareText, sizesText } from '../../src/shared/counts/format.ts'
import { summarised } from '../../src/shared/counts/sizes.ts'
import { tabulate } from '../../src/shared/counts/tabulate.ts'
import { poissonInterval } from '../../src/shared/metrics/intervals.ts'
import { classId, regionId, runId } from '../../src/shared/records/ids.ts'
import { type ClassRecord } from '../../src/shared/records/class.ts'
import { anImage } from '../main/workbench/records.ts'

const POSITIVE = classId.parse('positive')
const NEGATIVE = classId.parse('negative')
const CLASSES: ClassRecord[] = [
  { id: POSITIVE, name: 'Tumor: Positive', color: '#ff0000', digit: 1, order: 0 },
  { id: NEGATIVE, name: 'Tumor: Negative', color: '#0000ff', digit: 2, order: 1 },
]
// Half a millimetre a pixel: 4 x 4 pixels are 4 mm².
const IMAGES = [
  anImage('a', { width: 4, height: 4, micronsPerPixel: 500, group: 'P' }),
  anImage('b', { width: 4, height: 4, micronsPerPixel: 500, group: 'P', state: 'done' }),
  anImage('c', { width: 4, height: 4 }),
]
const { truth, predicted, open } = STANDING
/** Image, class, score, standing, size. */
const OBJECTS: readonly (readonly [number, number, number, number, number])[] = [
  [0, 0, Number.NaN, truth, 4],
  [0, 1, Number.NaN, truth, Number.NaN],
  [0, 0, 0.9, predicted | open, 2],
  [0, 0, 0.4, predicted | open, 8],
  [0, 1, 0.9, predicted, 1],
  [1, 0, 0.6, predicted | open, 6],
  [2, 1, Number.NaN, truth, 3],
]
const column = (at: number): number[] => OBJECTS.map((object) => object[at]!)
const COLUMNS: CountColumns = {
  ...{ runId: runId.parse('run'), imageIds: IMAGES.map(({ id }) => id), seen: Uint8Array.of(1, 1, 0), classIds: [POSITIVE, NEGATIVE] },
  ...{ images: Uint32Array.from(column(0)), classes: Uint16Array.from(column(1)), scores: Float64Array.from(column(2)) },
  ...{ standing: Uint8Array.from(column(3)), sizes: Float64Array.from(column(4)) },
  regions: [
    { id: regionId.parse('r1'), image: 0, name: 'One', pixels: 4, fullyLabelled: true, looked: 4 },
    { id: regionId.parse('r2'), image: 0, name: 'Two', pixels: 8, fullyLabelled: false, looked: 8 },
  ],
  parts: [],
  // The first object lies in both, the third in the second.
  ...{ insideObjects: Uint32Array.of(0, 0, 2), insideRegions: Uint32Array.of(0, 1, 1), twice: new Uint32Array() },
  ...{
    areaObjects: Uint32Array.of(0, 0, 4),
    areaRegions: Uint32Array.of(0, 1, 1),
    areaPixels: Float64Array.of(3, 2, 1),
    outside: Float64Array.from([1, 0, 2, 8, 1, 6, 3]),
  },
}
const table = (by: CountBy, kind: 'truth' | 'predictions' | 'corrected' = 'corrected', score = 0.5) =>
  tabulate(COLUMNS, { images: IMAGES, classes: CLASSES }, { by, kind, score })
const numbers = (...asked: Parameters<typeof table>): [string | null, number[]][] =>
  table(...asked).rows.map(({ name, perClass }) => [name, perClass.map(({ n }) => n)])

describe('the table of counts', () => {
  it('counts by image: truth everywhere, predictions only where the run looked', () => {
    expect(numbers('image', 'truth')).toEqual([
      ['a.png', [1, 1]],
      ['b.png', [0, 0]],
      ['c.png', [0, 1]],
    ])
    expect(numbers('image', 'predictions')).toEqual([
      ['a.png', [1, 1]],
      ['b.png', [1, 0]],
    ])
    expect(numbers('image', 'corrected')).toEqual([
      ['a.png', [2, 1]],
      ['b.png', [1, 0]],
    ])
    expect(table('image').leftOut).toBe(1)
    expect(table('image', 'truth').leftOut).toBe(0)
  })

  it('takes no image that nobody labelled for one with nothing on it', () => {
    const unlabelled = IMAGES.map((image) => ({ ...image, state: 'unlabelled' as const }))
    const bare = [
      ...unlabelled,
      anImage('d', { width: 4, height: 4, micronsPerPixel: 500, state: 'unlabelled' }),
      anImage('e', { state: 'done' }),
      anImage('f', { state: 'in-work' }),
    ]
    const columns = { ...COLUMNS, imageIds: bare.map(({ id }) => id), seen: Uint8Array.of(1, 1, 0, 1, 1, 0) }
    const counted = (more: object = {}, kind: 'truth' | 'corrected' = 'truth') =>
      tabulate({ ...columns, ...more }, { images: bare, classes: CLASSES }, { by: 'image', kind, score: 0.5 })
    // a and c have labels, e is done; of b and d nobody said anything, of f only what is not there: a prediction was rejected.
    expect(counted().rows.map(({ name }) => name)).toEqual(['a.png', 'c.png', 'e.png'])
    expect(counted().leftOut).toBe(3)
    expect(counted().all.images).toHaveLength(3)
    // Where all of a region is labelled, nothing in it is an answer.
    const region = { id: regionId.parse('r3'), image: 1, name: 'All', pixels: 2, fullyLabelled: true, looked: 2 }
    expect(counted({ regions: [...COLUMNS.regions, region] }).rows.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'c.png', 'e.png'])
    // A model’s look at an image is an answer too.
    expect(counted({}, 'corrected').rows.map(({ name }) => name)).toEqual(['a.png', 'b.png', 'd.png', 'e.png'])
  })

  it('gives the uncorrected and the corrected number beside each other, whatever is counted', () => {
    const [positive, negative] = table('image', 'truth').rows[0]!.perClass
    expect([positive!.n, positive!.uncorrected, positive!.corrected]).toEqual([1, 1, 2])
    expect([negative!.n, negative!.uncorrected, negative!.corrected]).toEqual([1, 1, 1])
  })

  it('counts by group, and what has none stands for itself', () => {
    expect(numbers('group', 'truth')).toEqual([
      ['P', [1, 1]],
      [null, [0, 1]],
    ])
    expect(table('group', 'truth').rows[0]!.mm2).toBe(8)
  })

  it('counts by slide and by patient apart; slides of one name are two where they are of two patients', () => {
    const of = (slide: string | null, patient: string | null) => ({ slide, patient })
    const told = [of('1', 'P'), of('1', 'Q'), of(null, 'P')]
    const images = IMAGES.map((image, i) => ({ ...image, ...told[i]! }))
    const rows = (by: 'slide' | 'patient') => tabulate(COLUMNS, { images, classes: CLASSES }, { by, kind: 'truth', score: 0 }).rows.map((row) => [row.name, row.images.length, row.total]) // prettier-ignore
    expect(rows('slide')).toEqual([['1', 1, 2], ['1', 1, 0], [null, 1, 1]]) // prettier-ignore
    expect(rows('patient')).toEqual([['P', 2, 3], ['Q', 1, 0]]) // prettier-ignore
  })

  it('counts by region in each that an object lies in, and once in all', () => {
    const { rows, all } = table('region')
    expect(rows.map(({ name, region, perClass, mm2 }) => [name, region?.id, perClass.map(({ n }) => n), mm2])).toEqual([
      ['One', 'r1', [1, 0], 1],
      ['Two', 'r2', [2, 0], 2],
      ['', undefined, [0, 1], null],
      ['', undefined, [1, 0], null],
    ])
    expect(all.perClass.map(({ n }) => n)).toEqual([3, 1])
  })

  it('tells what the objects of a class cover: of a region what lies in it, wherever their middle is', () => {
    const areas = (by: CountBy) =>
      table(by, 'predictions', 0.3).rows.map(({ perClass }) => perClass.map(({ area }) => area?.pixels ?? null))
    expect(areas('image')).toEqual([
      [10, 1],
      [6, null],
    ])
    expect(areas('group')).toEqual([[16, 1]])
    // Regions one and two, then what lies in none on each image.
    expect(areas('region')).toEqual([
      [null, null],
      [null, 1],
      [10, 1],
      [6, null],
    ])
    expect(table('region', 'truth').rows.map(({ perClass: [one] }) => one!.area)).toEqual([
      { pixels: 3, um2: 3 * 500 ** 2 },
      { pixels: 2, um2: 2 * 500 ** 2 },
      { pixels: 1, um2: 500 ** 2 },
      null,
      null,
    ])
  })

  it('tells density with an interval, only where the scale is known of each image', () => {
    const [row] = table('image').rows
    expect(row!.perClass[0]!.density).toEqual({
      perMm2: 0.5,
      interval: { lower: poissonInterval(2).lower / 4, upper: poissonInterval(2).upper / 4 },
    })
    expect(table('image', 'truth').rows[2]!.perClass[1]!.density).toBeNull()
    expect(table('image', 'truth').all.mm2).toBeNull()
  })

  it('tells how large the objects are that have an area, in µm² where each image is calibrated', () => {
    expect(table('image', 'corrected', 0.1).rows[0]!.perClass[0]!.sizes).toMatchObject({
      unit: 'um2',
      n: 3,
      min: 5e5,
      median: 1e6,
      max: 2e6,
    })
    expect(table('image').rows[0]!.perClass[1]!.sizes).toBeNull()
    expect(table('image', 'truth').all.perClass[1]!.sizes).toMatchObject({ unit: 'px2', n: 1, median: 3 })
  })

  it('tells the share of positive ones among a pair of classes', () => {
    const [share] = table('image').rows[0]!.shares
    expect(share).toMatchObject({ name: 'Tumor', positive: 2, negative: 1, share: 2 / 3 })
    expect(shareText(share!)).toBe('66.7 % (20.8 % to 93.9 %)')
    expect(shareText(table('region').rows[3]!.shares[0]!)).toBe('100.0 % (20.7 % to 100.0 %)')
    expect(shareText({ share: null, interval: null })).toBe('–')
  })
})

describe('the effect of the score', () => {
  it('counts what reaches each score, and labels at all of them where corrected is counted', () => {
    const at = (curve: readonly number[] | undefined, score: number): number | undefined => curve?.[CURVE_SCORES.indexOf(score)]
    const all = new Set(COLUMNS.imageIds)
    const predictions = scoreCurve(COLUMNS, 'predictions', all).get(POSITIVE)
    expect([at(predictions, 0.4), at(predictions, 0.45), at(predictions, 0.9), at(predictions, 0.95)]).toEqual([3, 2, 1, 0])
    const corrected = scoreCurve(COLUMNS, 'corrected', all)
    expect([at(corrected.get(POSITIVE), 0.4), at(corrected.get(POSITIVE), 0.95)]).toEqual([4, 1])
    // The image that the run did not look at is left out, as in the table.
    expect(at(corrected.get(NEGATIVE), 0.5)).toBe(1)
    expect(at(scoreCurve(COLUMNS, 'corrected', new Set([IMAGES[1]!.id])).get(POSITIVE), 0.5)).toBe(1)
  })

  it('says the same as the table at each score', () => {
    for (const kind of ['predictions', 'corrected'] as const) {
      const curve = scoreCurve(COLUMNS, kind, new Set(COLUMNS.imageIds))
      for (const [at, score] of CURVE_SCORES.entries())
        expect(CLASSES.map(({ id }) => curve.get(id)![at])).toEqual(table('image', kind, score).all.perClass.map(({ n }) => n))
    }
  })
})

it('pairs of positive and negative are siblings of one name, whatever the case', () => {
  const named = (...names: string[]) => positivePairs(names.map((name, i) => ({ id: classId.parse(`c${String(i)}`), name })))
  expect(named('Tumor: positive', 'Stroma: Negative', 'Tumor: NEGATIVE')).toEqual([{ name: 'Tumor', positive: 'c0', negative: 'c2' }])
  expect(named('Negative', 'Positive')).toEqual([{ name: '', positive: 'c1', negative: 'c0' }])
  expect(named('Tumor: Positive', 'Negative', 'Immune: T: Negative')).toEqual([])
})

it('sizes: quartiles as numpy has them, and every object in one of the bins', () => {
  expect(summarised([], 'px2')).toBeNull()
  // numpy.percentile([1, 2, 3, 4, 10], [25, 50, 75]) = [2, 3, 4]
  expect(summarised([10, 2, 3, 4, 1], 'px2')).toMatchObject({ min: 1, q1: 2, median: 3, q3: 4, max: 10, n: 5 })
  expect(summarised([10, 2, 3, 4, 1], 'px2')!.bins).toEqual([1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1])
  expect(summarised([5, 5], 'um2')!.bins[0]).toBe(2)
  expect(sizesText({ sizes: summarised([5, 5], 'um2') })).toBe('5 µm² (5 to 5)')
  // As the area of the selected object is told.
  expect(sizesText({ sizes: summarised([12345, 12345], 'px2') })).toBe(`${areaText(12345, null)} (12,345 to 12,345)`)
  expect(sizesText({ sizes: summarised([30_000, 30_000], 'um2') })).toBe(`${areaText(1, 0.03)} (0.03 to 0.03)`)
})

it("Byar's interval lies close to Garwood's exact one", () => {
  // scipy.stats: chi2.ppf(0.025, 2n) / 2, chi2.ppf(0.975, 2n + 2) / 2
  for (const [n, lower, upper] of [
    [0, 0, 3.689],
    [3, 0.619, 8.767],
    [10, 4.795, 18.39],
    [100, 81.364, 121.627],
  ] as const) {
    const interval = poissonInterval(n)
    expect(Math.abs(interval.lower - lower)).toBeLessThan(0.06)
    expect(Math.abs(interval.upper - upper)).toBeLessThan(0.06)
  }
  expect(() => poissonInterval(1.5)).toThrow(RangeError)
  expect(densityText({ perMm2: 2.5, interval: { lower: 1, upper: 1234.5 } })).toBe('2.5 (1 to 1,230)')
})

it('columns that do not belong together are refused at the edge', () => {
  expect(countColumns.safeParse(COLUMNS).success).toBe(true)
  expect(countColumns.safeParse({ ...COLUMNS, sizes: new Float64Array(1) }).success).toBe(false)
})
