import { describe, expect, it } from 'vitest'
import { type SegmentationMaps } from '#shared/metrics/segmentation-source.ts'
import { createSegmentationReport, type SegmentationReport, type SegmentationReportOptions } from '#shared/metrics/segmentation-report.ts'
import { createRandom } from '#shared/random.ts'

const CLASSES = [
  { id: 0, name: 'background' },
  { id: 1, name: 'nucleus' },
  { id: 2, name: 'cytoplasm' },
]

/** Squares of one class on a 24 x 24 map; the predicted ones up to a pixel off. */
function drawMaps(seed: number): SegmentationMaps {
  const random = createRandom(seed)
  const [width, height] = [24, 24]
  const maps = {
    truth: new Uint8Array(width * height),
    predicted: new Uint8Array(width * height),
    truthInstances: new Uint16Array(width * height),
    predictedInstances: new Uint16Array(width * height),
  }
  for (let cell = 0; cell < 9; cell++) {
    const [x, y, classIndex] = [2 + (cell % 3) * 8, 2 + Math.floor(cell / 3) * 8, 1 + random.int(2)]
    const [dx, dy] = [random.int(2), random.int(2)]
    for (let i = 0; i < 25; i++) {
      const [px, py] = [x + (i % 5), y + Math.floor(i / 5)]
      maps.truth[py * width + px] = classIndex
      maps.truthInstances[py * width + px] = cell + 1
      maps.predicted[(py + dy) * width + px + dx] = classIndex
      maps.predictedInstances[(py + dy) * width + px + dx] = cell + 1
    }
  }
  return { width, height, ...maps, scores: new Map(Array.from({ length: 9 }, (_, i) => [i + 1, random.next()])) }
}

function reportOf(seeds: readonly number[], options: Partial<SegmentationReportOptions> = {}, group = false): SegmentationReport {
  const reporter = createSegmentationReport({ classes: CLASSES, resamples: 60, ...options })
  for (const seed of seeds) reporter.add({ id: `i${seed}`, ...(group ? { group: seed % 3 } : {}) }, drawMaps(seed))
  return reporter.report()
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9]

describe('createSegmentationReport', () => {
  it('holds the keys that scripts rely on, without anything that JSON loses', () => {
    const report = reportOf(SEEDS)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(Object.keys(report)).toEqual(expect.arrayContaining(['dice', 'jaccard', 'perClass', 'objects', 'images', 'intervals']))
    expect(report.objects).toEqual(expect.objectContaining({ ap50: expect.any(Number) as number, pq: expect.any(Number) as number }))
    expect(report.images).toBe(9)
    expect(Object.keys(report.perClass)).toEqual(['background', 'nucleus', 'cytoplasm'])
    expect(Object.keys(report.counts!)).toEqual(['nucleus', 'cytoplasm'])
  })

  it('means are over the classes but the background', () => {
    const { dice, perClass, objects } = reportOf(SEEDS)
    expect(dice).toBeCloseTo((perClass['nucleus']!.dice! + perClass['cytoplasm']!.dice!) / 2, 12)
    expect(objects!.pq).toBeCloseTo((perClass['nucleus']!.objects!.pq! + perClass['cytoplasm']!.objects!.pq!) / 2, 12)
    const withBackground = reportOf(SEEDS, { background: null })
    expect(withBackground.dice).toBeGreaterThan(dice!)
  })

  it('does not mind the order of images, and is perfect for the truth itself', () => {
    const [one, other] = [reportOf(SEEDS), reportOf([...SEEDS].reverse())]
    for (const key of ['dice', 'jaccard', 'hausdorff95', 'boundaryF1', 'pixelAccuracy'] as const)
      expect(one[key]).toBeCloseTo(other[key]!, 12)
    const reporter = createSegmentationReport({ classes: CLASSES, resamples: 0 })
    const maps = drawMaps(1)
    reporter.add({ id: 'same' }, { ...maps, predicted: maps.truth, predictedInstances: maps.truthInstances })
    const same = reporter.report()
    expect(same).toMatchObject({
      dice: 1,
      jaccard: 1,
      hausdorff95: 0,
      boundaryF1: 1,
      objects: { ap50: 1, ap: 1, pq: 1, aji: 1, hausdorff95: 0 },
    })
    expect(same.intervals).toMatchObject({ dice: null, objects: { pq: null } })
  })

  it('has intervals that hold the figures, over images or over groups', () => {
    const [single, grouped] = [reportOf(SEEDS), reportOf(SEEDS, {}, true)]
    expect([single.intervals.over, single.intervals.units, grouped.intervals.over, grouped.intervals.units]).toEqual([
      'images',
      9,
      'groups',
      3,
    ])
    for (const { dice, objects, intervals } of [single, grouped]) {
      expect(intervals.dice!.lower).toBeLessThanOrEqual(dice!)
      expect(intervals.dice!.upper).toBeGreaterThanOrEqual(dice!)
      expect(intervals.objects!.pq!.lower).toBeLessThanOrEqual(objects!.pq!)
      expect(intervals.objects!.cocoAp!.upper).toBeGreaterThanOrEqual(objects!.cocoAp!)
      expect(intervals.perClass['nucleus']!.dice!.lower).toBeLessThan(1)
    }
    expect(reportOf(SEEDS).intervals).toEqual(single.intervals)
  })

  it('does without instances, scores and a scale', () => {
    const { width, height, truth, predicted, truthInstances, predictedInstances } = drawMaps(2)
    const reporter = createSegmentationReport({ classes: CLASSES, resamples: 20 })
    reporter.add({ id: 'a' }, { width, height, truth, predicted })
    expect(reporter.report()).toMatchObject({ objects: null, counts: null, scatter: null, hausdorff95Micrometres: null })
    reporter.add({ id: 'b', micrometresPerPixel: 0.5 }, { width, height, truth, predicted, truthInstances, predictedInstances })
    const { objects, hausdorff95, hausdorff95Micrometres, scatter } = reporter.report()
    expect(objects).toMatchObject({ cocoAp: null })
    expect(hausdorff95Micrometres).toBeCloseTo(hausdorff95! / 2, 12)
    expect(scatter!['nucleus']!.map(({ imageId }) => imageId)).toEqual(['b'])
  })

  it('counts objects as annotated and as predicted', () => {
    const { counts, scatter } = reportOf(SEEDS)
    expect(counts!['nucleus']!).toMatchObject({ bias: 0, rmse: 0 })
    expect(scatter!['nucleus']!.length).toBe(9)
  })

  it('leaves a class that is nowhere undefined', () => {
    const maps = drawMaps(3)
    const onlyOne = (map: Uint8Array): Uint8Array => map.map((value) => Math.min(1, value))
    const reporter = createSegmentationReport({ classes: CLASSES, resamples: 10 })
    reporter.add({ id: 'a' }, { ...maps, truth: onlyOne(maps.truth), predicted: onlyOne(maps.predicted) })
    const { perClass, dice } = reporter.report()
    expect(perClass['cytoplasm']).toMatchObject({ dice: null, hausdorff95: null, images: 0, objects: { ap50: null, pq: null } })
    expect(dice).toBe(perClass['nucleus']!.dice)
  })

  it('is empty without images, and refuses maps that do not fit, staying as it was', () => {
    const reporter = createSegmentationReport({ classes: CLASSES })
    expect(reporter.report()).toMatchObject({ images: 0, dice: null, objects: null })
    const maps = drawMaps(1)
    expect(() => reporter.add({ id: 'a' }, { ...maps, width: 23 })).toThrow(RangeError)
    expect(() => reporter.add({ id: 'a' }, { ...maps, truth: maps.truth.map(() => 9) })).toThrow(RangeError)
    expect(() => reporter.add({ id: 'a' }, { ...maps, predictedInstances: undefined })).toThrow(RangeError)
    expect(reporter.report().images).toBe(0)
    expect(() => createSegmentationReport({ classes: [] })).toThrow(RangeError)
  })
})
