import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { iou } from '#shared/geometry/box.ts'
import { COCO_THRESHOLDS, createClassMeter, RECALL_POINTS } from '#shared/metrics/coco-accumulate.ts'
import { type CocoEvaluation, evaluateCoco } from '#shared/metrics/coco-ap.ts'
import { ALL_AREAS, matchClass } from '#shared/metrics/coco-matching.ts'
import { tabulateDetections } from '#shared/metrics/coco-overlaps.ts'
import { type PredictedBox, type TruthBox } from '#shared/metrics/detection-records.ts'
import { createRandom } from '#shared/random.ts'
import golden from '../../golden/coco-ap.json' with { type: 'json' }
import { hasBccd, jitteredBccd } from './bccd.ts'
import { detectionOf, truthOf } from './coco-cases.ts'

type Expected = (typeof golden.cases)[number]['expected']

const PRECISION = 1e-9 // the promise is 1e-6

function expectEqual(actual: CocoEvaluation, expected: Expected): void {
  const far: string[] = []
  const compare = (name: string, a: number, b: number): void => {
    if (!(Math.abs(a - b) <= PRECISION)) far.push(`${name}: ${a} instead of ${b}`)
  }
  for (const [name, value] of Object.entries(expected.summary)) compare(name, actual.summary[name as 'ap'], value)
  expect(actual.perClass.map(({ classId }) => classId)).toEqual(expected.perClass.map(({ classId }) => classId))
  for (const [k, { classId, apByThreshold, curve50: _, ...numbers }] of expected.perClass.entries()) {
    const mine = actual.perClass[k]!
    for (const [name, value] of Object.entries(numbers)) compare(`${classId} ${name}`, mine[name as 'ap'], value)
    for (const [t, value] of apByThreshold.entries()) compare(`${classId} AP@${COCO_THRESHOLDS[t]}`, mine.apByThreshold[t]!, value)
  }
  expect(far).toEqual([])
}

describe('evaluateCoco', () => {
  it('uses the thresholds and recall points of pycocotools to the bit', () => {
    expect(COCO_THRESHOLDS).toEqual(golden.thresholds)
    expect(RECALL_POINTS).toEqual(golden.recallPoints)
  })

  it.each(golden.cases.map((made, index) => ({ index, made })))('equals pycocotools in all numbers, case $index', ({ made }) => {
    const options = { images: made.images, classes: made.classes }
    expectEqual(evaluateCoco(made.truths.map(truthOf), made.detections.map(detectionOf), options), made.expected)
  })

  it.each(golden.cases.map((made, index) => ({ index, made })))('has the interpolated curve of pycocotools, case $index', ({ made }) => {
    const table = tabulateDetections(made.truths.map(truthOf), made.detections.map(detectionOf), made)
    const settings = { thresholds: [0.5], areaRange: ALL_AREAS, maxDetections: 100 }
    for (const [k, boxes] of table.classes.entries()) {
      const curve = createClassMeter(matchClass(boxes, table.images.length, settings)).interpolatedPrecision(0)
      const expected = made.expected.perClass[k]!.curve50
      if (curve === null) expect(expected).toEqual(expected.map(() => -1))
      else for (const [i, value] of expected.entries()) expect(curve[i * 10]).toBeCloseTo(value, 8)
    }
  })

  it.skipIf(!hasBccd)('equals pycocotools on real smears (skipped: no ../shared/data)', () => {
    const { truths, detections } = jitteredBccd()
    expect(truths.length).toBeGreaterThan(1000)
    expectEqual(evaluateCoco(truths, detections), golden.bccd)
  })

  it('gives -1 for what is not there, in a class and in the mean over none', () => {
    const { summary, perClass } = evaluateCoco([], [], { classes: ['RBC'] })
    expect(new Set(Object.values(summary))).toEqual(new Set([-1]))
    expect(perClass[0]!.recallAt50).toBe(-1)
  })

  it('leaves out what belongs to other images and classes, and reads text ids', () => {
    const box = { x: 0, y: 0, width: 40, height: 40 }
    const truths: TruthBox[] = ['a', 'b'].map((imageId) => ({ imageId, classId: 'RBC', box }))
    const predictions: PredictedBox[] = [
      { imageId: 'a', classId: 'RBC', box, score: 0.5 },
      { imageId: 'b', classId: 'WBC', box, score: 0.9 },
      { imageId: 'c', classId: 'RBC', box, score: 0.9 },
    ]
    expect(evaluateCoco(truths, predictions, { images: ['a'] }).summary.ap).toBeCloseTo(1, 12)
    expect(evaluateCoco(truths, predictions, { images: ['a', 'b'], classes: ['RBC'] }).summary.ar100).toBe(0.5)
  })

  it('finds every overlap that counts, among few truths and among many', () => {
    const random = createRandom(11)
    const boxes = (n: number): TruthBox['box'][] =>
      Array.from({ length: n }, () => ({ x: random.int(60), y: random.int(60), width: 10 + random.int(4), height: 10 + random.int(4) }))
    for (const count of [5, 32, 33, 200]) {
      const truths = boxes(count).map((box) => ({ imageId: 1, classId: 1, box }))
      const predictions = boxes(100).map((box, i) => ({ imageId: 1, classId: 1, box, score: 1 - i / 100 }))
      const { first, truth } = tabulateDetections(truths, predictions).classes[0]!.images[0]!
      const found = predictions.map((_, d) => [...truth.subarray(first[d], first[d + 1])])
      expect(found).toEqual(predictions.map(({ box }) => truths.flatMap((other, g) => (iou(box, other.box) >= 0.5 ? [g] : []))))
    }
  })

  it('honours other detection limits', () => {
    const made = golden.cases[5]!
    const { summary } = evaluateCoco(made.truths.map(truthOf), made.detections.map(detectionOf), { maxDetections: [5, 50, 1000] })
    expect(summary.ar1).toBeLessThan(summary.ar10)
    expect(summary.ar100).toBeGreaterThan(made.expected.summary.ar100)
  })
})

describe('a class meter with weights', () => {
  const small = fc.record({
    image: fc.nat(4),
    x: fc.nat(5).map((n) => n * 4),
    side: fc.constantFrom(10, 14, 20),
    crowd: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  })

  it('equals the evaluation of the images drawn, copies and all', () => {
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1, maxLength: 25 }),
        fc.array(small, { maxLength: 25 }),
        fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }),
        (marked, found, weights) => {
          const boxOf = ({ x, side }: { x: number; side: number }): TruthBox['box'] => ({ x, y: 0, width: side, height: side })
          const truths = marked.map((item) => ({ imageId: item.image, classId: 0, box: boxOf(item), crowd: item.crowd }))
          const predictions = found.map((item, i) => ({ imageId: item.image, classId: 0, box: boxOf(item), score: 1 / (i + 2) }))
          const settings = { thresholds: COCO_THRESHOLDS, areaRange: ALL_AREAS, maxDetections: 100 }
          const table = tabulateDetections(truths, predictions, { images: [0, 1, 2, 3, 4], classes: [0] })
          const meter = createClassMeter(matchClass(table.classes[0]!, 5, settings))
          const drawn = weights.flatMap((weight, image) => Array.from({ length: weight }, (_, copy) => ({ image, id: `${image}/${copy}` })))
          const copies = <T extends { imageId: number }>(items: readonly T[]): (Omit<T, 'imageId'> & { imageId: string })[] =>
            drawn.flatMap(({ image, id }) => items.filter(({ imageId }) => imageId === image).map((item) => ({ ...item, imageId: id })))
          const resampled = evaluateCoco(copies(truths), copies(predictions), { classes: [0] }).perClass[0]!
          for (const t of [0, 5, 9]) expect(meter.averagePrecision(t, weights)).toBeCloseTo(resampled.apByThreshold[t]!, 12)
          expect(meter.recall(0, { weights })).toBeCloseTo(resampled.recallAt50, 12)
        },
      ),
    )
  })
})
