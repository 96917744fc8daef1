import { describe, expect, it } from 'vitest'
import { type PredictedBox, type TruthBox } from '#shared/metrics/detection-records.ts'
import { detectionReport, type DetectionReport, detectionSteps } from '#shared/metrics/detection-report.ts'
import { bootstrapOverImages } from '#shared/metrics/intervals.ts'
import { createRandom } from '#shared/random.ts'
import golden from '../../golden/coco-ap.json' with { type: 'json' }
import { hasBccd, jitteredBccd } from './bccd.ts'

const classes = [
  { id: 1, name: 'RBC' },
  { id: 2, name: 'WBC' },
  { id: 3, name: 'Platelets' },
]
const box = (x: number): TruthBox['box'] => ({ x, y: 0, width: 10, height: 10 })

/** Ten images: image i holds i red cells, of which one is missed where i is even; and one white cell, always found. */
function scene(): { images: number[]; truth: TruthBox[]; predictions: PredictedBox[] } {
  const images = Array.from({ length: 10 }, (_, i) => i)
  const truth = images.flatMap((imageId) => [
    ...Array.from({ length: imageId }, (_, n) => ({ imageId, classId: 1, box: box(n * 20) })),
    { imageId, classId: 2, box: box(500) },
  ])
  const missed = (item: TruthBox): boolean => item.classId === 1 && (item.imageId as number) % 2 === 0 && item.box.x === 0
  const predictions = truth.filter((item) => !missed(item)).map((item) => ({ ...item, score: 0.9 }))
  return { images, truth, predictions }
}

describe('detectionReport', () => {
  it('has the keys that scripts rely on', () => {
    const report = detectionReport({ ...scene(), classes, score: 0.5 })
    expect(report.images).toBe(10)
    for (const key of ['ap', 'ap50', 'ap75', 'ar100'] as const) {
      expect(report[key]).toBeGreaterThan(0.9)
      expect(report.intervals[key]!.lower).toBeLessThanOrEqual(report[key])
      expect(report.intervals[key]!.upper).toBeGreaterThanOrEqual(report[key])
    }
    expect(Object.keys(report.perClass)).toEqual(['RBC', 'WBC', 'Platelets'])
    expect(report.perClass['RBC']!.recall50).toBeCloseTo(41 / 45, 12)
    expect(report.perClass['RBC']!.ap50).toBeCloseTo(92 / 101, 12)
    expect(report.perClass['WBC']).toMatchObject({
      ap: expect.closeTo(1, 12) as number,
      ap50: expect.closeTo(1, 12) as number,
      recall50: 1,
    })
    expect(report.counts['RBC']).toMatchObject({ r2: 1 - 4 / 82.5, rmse: Math.sqrt(4 / 10), bias: -0.4 })
    expect(report.confusion.counts[0]).toEqual([41, 0, 0, 4])
    expect(report.scatter['RBC']![4]).toEqual({ imageId: 4, annotated: 4, counted: 3 })
  })

  it('draws whole groups for its intervals where it has them, and says so', () => {
    const { images, ...rest } = scene()
    const byImage = detectionReport({ images, ...rest, classes, score: 0.5 })
    expect(byImage.intervals).toMatchObject({ over: 'images', units: 10 })
    // Odd images are right throughout, even ones are not: of two patients alike each the interval spans both.
    const byPatient = detectionReport({ images, ...rest, classes, score: 0.5, groups: images.map((i) => (i % 2 === 0 ? 'A' : 'B')) })
    expect(byPatient.intervals).toMatchObject({ over: 'groups', units: 2 })
    expect(byPatient.ap50).toBe(byImage.ap50)
    const width = ({ intervals: { perClass } }: DetectionReport): number =>
      perClass['RBC']!.recall50!.upper - perClass['RBC']!.recall50!.lower
    expect(width(byPatient)).toBeGreaterThan(width(byImage))
  })

  it('says -1 and null, never NaN, for a class without truth, and for nothing at all', () => {
    const report = detectionReport({ ...scene(), classes, score: 0.5 })
    expect(report.perClass['Platelets']).toMatchObject({ ap: -1, ap50: -1, recall50: -1, bestF1: null })
    expect(report.counts['Platelets']).toMatchObject({ r2: null, rmse: 0, undefinedBecause: { r2: 'annotated counts are all equal' } })
    expect(report.intervals.perClass['Platelets']).toEqual({ ap: null, ap50: null, recall50: null })
    expect(report.intervals.counts['WBC']).toMatchObject({ r2: null, rmse: { lower: 0, upper: 0 } })
    const empty = detectionReport({ images: [], classes, truth: [], predictions: [], score: 0.5 })
    expect(empty).toMatchObject({ ap: -1, images: 0, intervals: { ap: null } })
    for (const whole of [report, empty]) expect(JSON.parse(JSON.stringify(whole))).toEqual(whole)
  })

  it('gives the intervals that whole evaluations of the resampled images give', () => {
    const random = createRandom(3)
    const images = [0, 1, 2, 3, 4, 5]
    const truth = images.flatMap((imageId) =>
      Array.from({ length: 12 }, (_, i) => ({ imageId, classId: 1 + (i % 2), box: { ...box(i * 20), width: 10 + imageId } })),
    )
    const predictions = truth.flatMap((item) => {
      const moved = { ...item.box, x: item.box.x + random.int(4), width: item.box.width + random.int(3) }
      return random.chance(0.2) ? [] : [{ ...item, box: moved, score: random.next() }]
    })
    const given = { classes: classes.slice(0, 2), score: 0.4 }
    const whole = (weights: ArrayLike<number>): DetectionReport => {
      const drawn = images.flatMap((image) => Array.from({ length: weights[image]! }, (_, copy) => [image, `${image}/${copy}`] as const))
      const copies = <T extends { imageId: number }>(items: readonly T[]): (Omit<T, 'imageId'> & { imageId: string })[] =>
        drawn.flatMap(([image, imageId]) => items.filter((item) => item.imageId === image).map((item) => ({ ...item, imageId })))
      const resampled = { images: drawn.map(([, id]) => id), truth: copies(truth), predictions: copies(predictions) }
      return detectionReport({ ...given, ...resampled, resamples: 0 })
    }
    const { intervals } = detectionReport({ ...given, images, truth, predictions, resamples: 60, seed: 8 })
    const [rbc, wbc] = [intervals.perClass['RBC']!, intervals.perClass['WBC']!]
    const fast = [
      intervals.ap,
      intervals.ap50,
      intervals.ap75,
      intervals.ar100,
      rbc.ap,
      rbc.recall50,
      wbc.ap50,
      intervals.counts['WBC']!.rmse,
    ]
    const slow = bootstrapOverImages(
      images.length,
      (weights) => {
        const { ap, ap50, ap75, ar100, perClass, counts } = whole(weights)
        return [ap, ap50, ap75, ar100, perClass['RBC']!.ap, perClass['RBC']!.recall50, perClass['WBC']!.ap50, counts['WBC']!.rmse]
      },
      { resamples: 60, seed: 8 },
    )
    for (const [i, interval] of slow.entries()) {
      expect(fast[i]!.lower).toBeCloseTo(interval!.lower, 10)
      expect(fast[i]!.upper).toBeCloseTo(interval!.upper, 10)
      expect(interval!.upper).toBeGreaterThan(interval!.lower)
    }
  })

  it('repeats itself, follows its seed, and leaves intervals out when asked', () => {
    const given = { ...scene(), classes, score: 0.5 }
    expect(detectionReport(given)).toEqual(detectionReport(given))
    expect(detectionReport({ ...given, seed: 1 }).intervals).not.toEqual(detectionReport(given).intervals)
    expect(detectionReport({ ...given, resamples: 0 }).intervals.ap).toBeNull()
  })

  it('lets others have their turn after each image that it lays out, pairs or compares, not only between resamples', () => {
    const input = { ...scene(), classes: classes.slice(0, 2), score: 0.5, resamples: 0 }
    const steps = detectionSteps(input)
    let turns = 0
    while (steps.next().done !== true) turns++
    // Of both classes: laid out, paired for COCO's four ranges of area and for the figures at two limits; nine images have red cells, ten white ones.
    expect(turns).toBeGreaterThan(7 * (9 + 10))
    expect(detectionReport(input).ap).toBeGreaterThan(0.9)
  })

  it('counts from the score up but finds AP in all predictions', () => {
    const { images, truth, predictions } = scene()
    const faint = predictions.map((item) => ({ ...item, score: 0.3 }))
    const report = detectionReport({ images, classes, truth, predictions: faint, score: 0.5 })
    expect(report.ap50).toBeGreaterThan(0.9)
    expect(report.perClass['RBC']!.recall50).toBe(0)
    expect(report.perClass['RBC']!.bestCountScore!.score).toBeLessThan(0.3)
    expect(report.counts['RBC']!.countedTotal).toBe(0)
  })

  it('keeps classes of one name apart and says where COCO stopped looking', () => {
    const row = Array.from({ length: 120 }, (_, i) => box(i * 20))
    const truth = row.map((at) => ({ imageId: 1, classId: 'a', box: at }))
    const report = detectionReport({
      images: [1],
      classes: [
        { id: 'a', name: 'cell' },
        { id: 'b', name: 'cell' },
      ],
      truth,
      predictions: truth.map((item, i) => ({ ...item, score: 1 - i / 200 })),
      score: 0,
    })
    expect(Object.keys(report.perClass)).toEqual(['cell', 'cell (2)'])
    expect(report.imagesOverMaxDetections).toBe(1)
    expect(report.perClass['cell']!.ar100).toBeCloseTo(100 / 120, 12)
    expect(report.perClass['cell']!.recall50).toBe(1)
  })

  it.skipIf(!hasBccd)('reports real smears: COCO numbers, counts and intervals that hold them (skipped: no ../shared/data)', () => {
    const { truths, detections } = jitteredBccd()
    const images = Array.from({ length: 87 }, (_, i) => i)
    const report = detectionReport({ images, classes, truth: truths, predictions: detections, score: 0.5 })
    expect(report.ap).toBeCloseTo(golden.bccd.summary.ap, 9)
    expect(report.ap50).toBeCloseTo(golden.bccd.summary.ap50, 9)
    const { ap50 } = report.intervals
    expect(ap50!.lower).toBeLessThan(report.ap50)
    expect(ap50!.upper).toBeGreaterThan(report.ap50)
    expect(ap50!.upper - ap50!.lower).toBeLessThan(0.2)
    const { atScore } = report.perClass['RBC']!
    const rbc = truths.filter(({ classId }) => classId === 1).length
    expect(atScore.truePositives + atScore.missed).toBe(rbc)
    expect(report.confusion.counts[0]!.reduce((sum, count) => sum + count, 0)).toBe(rbc)
    expect(report.counts['RBC']!.annotatedTotal).toBe(rbc)
    const counted = detections.filter(({ classId, score }) => classId === 1 && score >= 0.5).length
    expect(report.counts['RBC']!.bias).toBeCloseTo((counted - rbc) / 87, 12)
    // About a third of the jittered detections score below 0.5: a lower threshold counts better.
    expect(report.perClass['RBC']!.bestCountScore!.score).toBeLessThan(0.5)
    expect(report.perClass['RBC']!.bestCountScore!.rmse).toBeLessThan(report.counts['RBC']!.rmse!)
  })
})
