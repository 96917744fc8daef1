import { describe, expect, it } from 'vitest'
import { type ClassifiedImage, classificationReport } from '#shared/metrics/classification-report.ts'
import { wilsonInterval } from '#shared/metrics/intervals.ts'
import { createRandom } from '#shared/random.ts'

const TWO = [
  { id: 'a', name: 'Uninfected' },
  { id: 'b', name: 'Parasitized' },
]

/** Images of patients that are easy or hard as a whole: 20 a patient. */
function drawImages(patients: number, seed = 1): ClassifiedImage[] {
  const random = createRandom(seed)
  return Array.from({ length: patients }, (_, p) => {
    const shift = random.normal(0, 0.8)
    return Array.from({ length: 20 }, (_, i): ClassifiedImage => {
      const truth = random.int(2)
      const score = 1 / (1 + Math.exp(-random.normal(2 * truth - 1 + shift, 1)))
      return { id: `p${p}-${i}`, truth, scores: [1 - score, score], group: `p${p}` }
    })
  }).flat()
}

const ungrouped = (images: readonly ClassifiedImage[]): ClassifiedImage[] => images.map(({ id, truth, scores }) => ({ id, truth, scores }))

describe('classificationReport', () => {
  const images = drawImages(12)

  it('holds the keys that scripts rely on, without anything that JSON loses', () => {
    const report = classificationReport({ images, classes: TWO, resamples: 50 })
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(Object.keys(report)).toEqual(
      expect.arrayContaining([
        'accuracy',
        'sensitivity',
        'specificity',
        'auc',
        'perClass',
        'confusion',
        'threshold',
        'images',
        'intervals',
      ]),
    )
    expect(report.images).toBe(240)
    expect(Object.keys(report.perClass)).toEqual(['Uninfected', 'Parasitized'])
  })

  it('tells which images stand in which cell', () => {
    const { confusion, perClass } = classificationReport({ images, classes: TWO, threshold: 0.6, resamples: 0 })
    expect(confusion.images.flat(2).sort()).toEqual(images.map(({ id }) => id).sort())
    const missed = images.filter(({ truth, scores }) => truth === 1 && scores[1]! < 0.6).map(({ id }) => id)
    expect(confusion.images[1]![0]).toEqual(missed)
    expect(confusion.counts[1]![0]).toBe(missed.length)
    expect(perClass['Parasitized']!.missed).toBe(missed.length)
  })

  it('turns round with the positive class', () => {
    const report = classificationReport({ images, classes: TWO, resamples: 0 })
    const turned = classificationReport({ images, classes: TWO, positive: 0, resamples: 0 })
    expect(turned.sensitivity).toBe(report.specificity)
    expect(turned.ppv).toBe(report.npv)
    expect(turned.auc).toBeCloseTo(report.auc!, 12)
    expect(turned.mcc).toBeCloseTo(report.mcc!, 12)
    expect(report.sensitivity).toBe(report.perClass['Parasitized']!.sensitivity)
  })

  it("gives proportions Wilson's intervals, and wider ones over patients", () => {
    const single = classificationReport({ images: ungrouped(images), classes: TWO, resamples: 400 })
    const clustered = classificationReport({ images, classes: TWO, resamples: 400 })
    const right = single.confusion.counts[0]![0]! + single.confusion.counts[1]![1]!
    expect(single.intervals.accuracy).toEqual(wilsonInterval(right, 240))
    expect([single.intervals.over, single.intervals.units]).toEqual(['images', 240])
    expect([clustered.intervals.over, clustered.intervals.units]).toEqual(['groups', 12])
    const width = ({ lower, upper }: { lower: number; upper: number }): number => upper - lower
    expect(width(clustered.intervals.accuracy!)).toBeGreaterThan(width(single.intervals.accuracy!))
    for (const { intervals, auc } of [single, clustered]) {
      expect(intervals.auc!.lower).toBeLessThan(auc!)
      expect(intervals.auc!.upper).toBeGreaterThan(auc!)
    }
  })

  it('repeats itself and follows its seed', () => {
    const run = (seed: number): unknown => classificationReport({ images, classes: TWO, seed, resamples: 60 }).intervals
    expect(run(1)).toEqual(run(1))
    expect(run(1)).not.toEqual(run(2))
  })

  it('takes more classes by the highest score and means over them', () => {
    const classes = ['a', 'b', 'c'].map((name, id) => ({ id, name }))
    const scores = [
      [0.7, 0.2, 0.1],
      [0.1, 0.8, 0.1],
      [0.4, 0.5, 0.1],
      [0.2, 0.2, 0.6],
    ]
    const report = classificationReport({ images: scores.map((row, i) => ({ id: `${i}`, truth: [0, 1, 0, 2][i]!, scores: row })), classes })
    expect([report.threshold, report.positive, report.bestThreshold.youden]).toEqual([null, null, null])
    expect(report.sensitivity).toBeCloseTo((0.5 + 1 + 1) / 3, 12)
    expect(report.ppv).toBeCloseTo((1 + 0.5 + 1) / 3, 12)
    expect(report.calibration!.reduce((sum, { count }) => sum + count, 0)).toBe(4)
    expect(() => classificationReport({ images: [], classes, threshold: 0.5 })).toThrow(RangeError)
  })

  it('leaves out calibration where scores are no probabilities', () => {
    const { calibration, brier, ece, auc } = classificationReport({
      images: [
        { id: 'x', truth: 0, scores: [3, -2] },
        { id: 'y', truth: 1, scores: [-1, 4] },
      ],
      classes: TWO,
    })
    expect([calibration, brier, ece, auc]).toEqual([null, null, null, 1])
  })

  it('gives null for what is not there, and for no image at all', () => {
    const one = classificationReport({ images: [{ id: 'x', truth: 0, scores: [0.9, 0.1] }], classes: TWO })
    expect([one.sensitivity, one.auc, one.mcc, one.intervals.auc, one.accuracy]).toEqual([null, null, null, null, 1])
    const none = classificationReport({ images: [], classes: TWO })
    expect([none.accuracy, none.auc, none.brier, none.intervals.accuracy]).toEqual([null, null, null, null])
    expect(JSON.stringify(none)).not.toContain('NaN')
  })

  it('is not sure of itself where all images of a few patients are told right', () => {
    const images = ['a', 'a', 'b', 'c', 'd'].map((group, i) => {
      const truth = group === 'a' || group === 'b' ? 0 : 1
      return { id: `${i}`, truth, scores: truth === 0 ? [0.9, 0.1] : [0.2, 0.8], group }
    })
    const { accuracy, sensitivity, intervals } = classificationReport({ images, classes: TWO, resamples: 200 })
    expect([accuracy, sensitivity]).toEqual([1, 1])
    // Wilson's of 4 of 4 and of 2 of 2 patients.
    expect(intervals.accuracy?.lower).toBeCloseTo(0.5101, 3)
    expect(intervals.sensitivity?.lower).toBeCloseTo(0.3424, 3)
    expect(intervals.accuracy?.upper).toBeCloseTo(1, 9)
  })

  it('refuses what does not fit', () => {
    const fits: ClassifiedImage = { id: 'x', truth: 0, scores: [0.9, 0.1] }
    expect(() => classificationReport({ images: [{ ...fits, truth: 2 }], classes: TWO })).toThrow(RangeError)
    expect(() => classificationReport({ images: [{ ...fits, scores: [1] }], classes: TWO })).toThrow(RangeError)
    expect(() => classificationReport({ images: [fits], classes: TWO.slice(0, 1) })).toThrow(RangeError)
    expect(() => classificationReport({ images: [fits, { ...fits, group: 'p' }], classes: TWO })).toThrow(RangeError)
    expect(() => classificationReport({ images: [fits], classes: TWO, positive: 2 })).toThrow(RangeError)
  })
})
