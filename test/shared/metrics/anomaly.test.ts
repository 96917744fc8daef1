import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { perRegionOverlap, proCurve } from '#shared/metrics/anomaly-pro.ts'
import { createPixelTally, type PixelTallyOptions, type RankedPixels } from '#shared/metrics/anomaly-pixels.ts'
import { anomalousRegions } from '#shared/metrics/anomaly-regions.ts'
import { createAnomalyReport, normalQuantileThreshold } from '#shared/metrics/anomaly-report.ts'
import { createSketchRanking, sketchPixels } from '#shared/metrics/anomaly-sketch.ts'
import { areaUnderRoc, averagePrecision, createRanking } from '#shared/metrics/classification-curves.ts'
import { createRandom } from '#shared/random.ts'

interface Drawn {
  readonly map: Float32Array
  readonly truth: Uint8Array
}

const [WIDTH, HEIGHT] = [16, 12]

function drawMaps(count: number, seed: number, levels = 0): Drawn[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, n) => {
    const truth = new Uint8Array(WIDTH * HEIGHT)
    if (n % 2 === 1) for (let i = 0; i < truth.length; i++) truth[i] = random.chance(0.15) ? 1 : random.chance(0.03) ? 255 : 0
    const map = Float32Array.from(truth, (value) => {
      const score = random.normal(value === 1 ? 1 : -0.2, 1)
      return levels === 0 ? score : Math.round(score * levels) / levels
    })
    return { map, truth }
  })
}

function tallied(drawn: readonly Drawn[], options: PixelTallyOptions = {}): { ranked: RankedPixels; dropped: number } {
  const tally = createPixelTally(options)
  for (const { map, truth } of drawn) tally.add({ map, ...anomalousRegions(truth, WIDTH, HEIGHT) })
  return { ranked: tally.ranked(), dropped: tally.droppedBits() }
}

describe('anomalousRegions', () => {
  it('joins corner to corner and leaves ignored pixels out', () => {
    const truth = Uint8Array.of(1, 0, 0, 0, 0, 255, 0, 0, 0, 2, 0, 9)
    expect(anomalousRegions(truth, 4, 3)).toEqual({ regions: Int32Array.of(1, 0, 0, 0, 0, -1, 0, 0, 0, 2, 0, 3), regionSizes: [1, 1, 1] })
    expect(anomalousRegions(Uint8Array.of(1, 0, 0, 1), 2, 2).regionSizes).toEqual([2])
    expect(() => anomalousRegions(truth, 4, 4)).toThrow(RangeError)
  })
})

describe('createPixelTally', () => {
  it('ranks pixels exactly as all of them sorted at once, ties and negative scores too', () => {
    for (const levels of [0, 3]) {
      const drawn = drawMaps(6, 5, levels)
      const pixels = drawn
        .flatMap(({ map, truth }) => Array.from(map, (score, i) => ({ score, truth: truth[i]! })))
        .filter(({ truth }) => truth !== 255)
      const whole = createRanking(
        pixels.map(({ score }) => score),
        pixels.map(({ truth }) => truth !== 0),
      )()
      for (const buffer of [50, 2 ** 16]) {
        const { ranked, dropped } = tallied(drawn, { buffer })
        expect(dropped).toBe(0)
        expect(Array.from(ranked.score)).toEqual(Array.from(whole.score))
        expect(Array.from(ranked.positives)).toEqual(Array.from(whole.positives))
        expect(Array.from(ranked.negatives)).toEqual(Array.from(whole.negatives))
        expect(Array.from(ranked.overlap).reduce((sum, share) => sum + share, 0)).toBeCloseTo(ranked.regions, 9)
      }
    }
  })

  it('keeps within its bound and says how much it dropped', () => {
    const drawn = drawMaps(8, 6)
    const exact = tallied(drawn).ranked
    const { ranked, dropped } = tallied(drawn, { mostDistinct: 200, buffer: 100 })
    expect(ranked.score.length).toBeLessThanOrEqual(200)
    expect(dropped).toBeGreaterThan(10)
    expect(Math.abs(areaUnderRoc(ranked)! - areaUnderRoc(exact)!)).toBeLessThan(0.005)
    const total = (list: ArrayLike<number>): number => Array.from(list).reduce((sum, value) => sum + value, 0)
    expect([total(ranked.positives), total(ranked.negatives)]).toEqual([total(exact.positives), total(exact.negatives)])
  })

  it('takes 0 and -0 as one score, and refuses what is not finite', () => {
    const tally = createPixelTally()
    tally.add({ map: Float32Array.of(0, -0, -1), regions: Int32Array.of(0, 1, 0), regionSizes: [1] })
    expect(Array.from(tally.ranked().score)).toEqual([0, -1])
    expect(() => tally.add({ map: Float32Array.of(Number.NaN), regions: Int32Array.of(0), regionSizes: [] })).toThrow(RangeError)
    expect(() => tally.add({ map: Float32Array.of(1, 2), regions: Int32Array.of(0), regionSizes: [] })).toThrow(RangeError)
  })
})

describe('perRegionOverlap', () => {
  const rankedOf = (map: number[], regions: number[], regionSizes: number[]): RankedPixels => {
    const tally = createPixelTally({ buffer: 64 })
    tally.add({ map: Float32Array.from(map), regions: Int32Array.from(regions), regionSizes })
    return tally.ranked()
  }

  it('counts a small region as much as a large one', () => {
    // Region 1 has one pixel, found last; region 2 has three, found first; normal pixels lie between.
    const ranked = rankedOf([1, 9, 9, 9, 5, 4], [1, 2, 2, 2, 0, 0], [1, 3])
    expect(proCurve(ranked)).toEqual({ score: [9, 5, 4, 1], falsePositiveRate: [0, 0.5, 1, 1], overlap: [0.5, 0.5, 0.5, 1] })
    expect(perRegionOverlap(ranked)).toBeCloseTo(0.5, 12)
  })

  it('cuts the last trapezoid at the limit', () => {
    // One step from (0, 0) to (1, 1): the mean overlap up to 0.3 is 0.15.
    const ranked = rankedOf([2, 2, 2], [1, 0, 0], [1])
    expect(perRegionOverlap(ranked, 0.3)).toBeCloseTo(0.15, 12)
    expect(perRegionOverlap(ranked, 1)).toBeCloseTo(0.5, 12)
    expect(() => perRegionOverlap(ranked, 0)).toThrow(RangeError)
  })

  it('is null without regions or without normal pixels', () => {
    expect(perRegionOverlap(rankedOf([1, 2], [0, 0], []))).toBeNull()
    expect(perRegionOverlap(rankedOf([1, 2], [1, 1], [2]))).toBeNull()
    expect(proCurve(rankedOf([1, 2], [0, 0], [])).score).toEqual([])
  })

  it('equals the area under the ROC curve where all regions have one size', () => {
    const sample = fc.array(fc.record({ score: fc.nat(9), anomalous: fc.boolean() }), { minLength: 2, maxLength: 40 })
    fc.assert(
      fc.property(sample, (items) => {
        let count = 0
        const regions = items.map(({ anomalous }) => (anomalous ? ++count : 0))
        const ranked = rankedOf(
          items.map(({ score }) => score),
          regions,
          new Array<number>(count).fill(1),
        )
        const area = areaUnderRoc(ranked)
        if (area === null) expect(perRegionOverlap(ranked, 1)).toBeNull()
        else expect(perRegionOverlap(ranked, 1)).toBeCloseTo(area, 10)
      }),
    )
  })
})

describe('sketches', () => {
  it('of small images are exact, drawn or not', () => {
    const drawn = drawMaps(6, 8).map(({ map, truth }) => ({ map, ...anomalousRegions(truth, WIDTH, HEIGHT) }))
    const small = drawn.filter(({ map }) => map.length <= 256)
    const ranking = createSketchRanking([...small.map(sketchPixels), null])
    const tally = createPixelTally()
    for (const pixels of [small[1]!, small[1]!, small[2]!]) tally.add(pixels)
    const [resampled, expected] = [ranking([0, 2, 1, 0, 0, 0, 1]), tally.ranked()]
    expect(areaUnderRoc(resampled)).toBeCloseTo(areaUnderRoc(expected)!, 12)
    expect(perRegionOverlap(resampled)).toBeCloseTo(perRegionOverlap(expected)!, 12)
  })

  it('of larger ones come close', () => {
    const random = createRandom(3)
    const truth = Uint8Array.from({ length: 100 * 100 }, (_, i) => (i % 100 < 20 ? 1 : 0))
    const map = Float32Array.from(truth, (value) => random.normal(value, 1))
    const pixels = { map, ...anomalousRegions(truth, 100, 100) }
    const tally = createPixelTally()
    tally.add(pixels)
    const sketch = sketchPixels(pixels)
    expect(sketch.score.length).toBe(512)
    const ranked = createSketchRanking([sketch])()
    expect(areaUnderRoc(ranked)).toBeCloseTo(areaUnderRoc(tally.ranked())!, 3)
    expect(perRegionOverlap(ranked)).toBeCloseTo(perRegionOverlap(tally.ranked())!, 2)
    expect(Math.abs(averagePrecision(ranked)! - averagePrecision(tally.ranked())!)).toBeLessThan(0.02)
  })
})

describe('createAnomalyReport', () => {
  const fill = (threshold = 0.5, group = false): ReturnType<typeof createAnomalyReport> => {
    const reporter = createAnomalyReport({ threshold, resamples: 80 })
    for (const [n, { map, truth }] of drawMaps(20, 9).entries())
      reporter.add(
        {
          id: `i${n}`,
          anomalous: n % 2 === 1,
          score: map.reduce((sum, value) => sum + value, 0) / 40,
          ...(group ? { group: n >> 2 } : {}),
        },
        { width: WIDTH, height: HEIGHT, map, truth },
      )
    return reporter
  }

  it('holds the keys that scripts rely on, without anything that JSON loses', () => {
    const report = fill().report()
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(Object.keys(report)).toEqual(expect.arrayContaining(['imageAuroc', 'pixelAuroc', 'pro', 'threshold', 'images', 'intervals']))
    expect(report).toMatchObject({ images: 20, anomalousImages: 10, imagesWithMaps: 20, droppedBits: 0 })
  })

  it('has intervals that hold the figures, over images or over groups, repeatably', () => {
    for (const group of [false, true]) {
      const { intervals, imageAuroc, pixelAuroc, pro } = fill(0.5, group).report()
      expect(intervals.over).toBe(group ? 'groups' : 'images')
      for (const [value, interval] of [
        [imageAuroc, intervals.imageAuroc],
        [pixelAuroc, intervals.pixelAuroc],
        [pro, intervals.pro],
      ] as const) {
        expect(interval!.lower).toBeLessThanOrEqual(value!)
        expect(interval!.upper).toBeGreaterThanOrEqual(value!)
      }
      expect(fill(0.5, group).report().intervals).toEqual(intervals)
    }
  })

  it('tells what the threshold does and which images stand where', () => {
    const { atThreshold, confusion, sensitivity, scores } = fill(0.3).report()
    expect(confusion.images[1]![1]).toEqual(scores.filter(({ anomalous, score }) => anomalous && score >= 0.3).map(({ id }) => id))
    expect(confusion.counts[1]![1]).toBe(atThreshold.truePositives)
    expect(sensitivity).toBe(atThreshold.sensitivity)
  })

  it('is not sure of itself where all images of a few patients are told right', () => {
    const reporter = createAnomalyReport({ threshold: 1, resamples: 100 })
    for (const [i, group] of ['a', 'a', 'b', 'c', 'd'].entries())
      reporter.add({ id: `${i}`, anomalous: i > 2, score: i > 2 ? 2 : 0, group })
    const { specificity, intervals } = reporter.report()
    expect(specificity).toBe(1)
    // Wilson's of 2 of 2 patients, and of 4 of 4.
    expect(intervals.specificity?.lower).toBeCloseTo(0.3424, 3)
    expect(intervals.accuracy?.lower).toBeCloseTo(0.5101, 3)
  })

  it('does without maps, and with normal images alone', () => {
    const reporter = createAnomalyReport({ threshold: 1 })
    expect(reporter.report()).toMatchObject({ images: 0, imageAuroc: null, pixelAuroc: null, pro: null })
    reporter.add({ id: 'a', anomalous: false, score: 0.2 }, { width: 2, height: 1, map: Float32Array.of(0, 1) })
    reporter.add({ id: 'b', anomalous: true, score: 0.2 })
    reporter.add({ id: 'c', anomalous: true, score: 3 }, { width: 2, height: 1, map: Float32Array.of(0, 1) })
    expect(reporter.report()).toMatchObject({ imageAuroc: 0.75, pixelAuroc: null, pro: null, imagesWithMaps: 1, sensitivity: 0.5 })
  })

  it('refuses what does not fit, staying as it was', () => {
    const reporter = createAnomalyReport({ threshold: 1 })
    expect(() => reporter.add({ id: 'a', anomalous: false, score: Number.NaN })).toThrow(RangeError)
    expect(() => reporter.add({ id: 'a', anomalous: false, score: 1 }, { width: 2, height: 1, map: Float32Array.of(0) })).toThrow(
      RangeError,
    )
    expect(reporter.report().images).toBe(0)
  })
})

describe('normalQuantileThreshold', () => {
  it('lets the share asked for pass, and is null without scores', () => {
    const scores = Array.from({ length: 101 }, (_, i) => (i * 37) % 101)
    expect(normalQuantileThreshold(scores, 0.95)).toBe(95)
    expect(normalQuantileThreshold([2])).toBe(2)
    expect(normalQuantileThreshold([])).toBeNull()
  })
})
