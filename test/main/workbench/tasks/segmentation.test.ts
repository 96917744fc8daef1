import { describe, expect, it } from 'vitest'
import { classId } from '../../../../src/shared/records/ids.ts'
import type { ClassRecord } from '../../../../src/shared/records/class.ts'
import { atOnce } from '#shared/steps.ts'
import type { ModelRecord } from '../../../../src/shared/records/model.ts'
import type { SegmentationReport } from '../../../../src/shared/metrics/segmentation-report.ts'
import { frameRing } from '../../../../src/shared/geometry/frame.ts'
import type { RotatedBoxShape, Shape } from '../../../../src/shared/records/shape.ts'
import { countImage } from '../../../../src/main/workbench/counting.ts'
import { segmentationTask } from '../../../../src/main/workbench/tasks/segmentation.ts'
import type { EvaluatedImage } from '../../../../src/main/workbench/tasks/workbench-task.ts'
import { anAnnotation, anImage, aPrediction, RBC, WBC } from '../records.ts'

const classes = [
  { id: RBC, name: 'nucleus' },
  { id: WBC, name: 'cytoplasm' },
] as unknown as readonly ClassRecord[]

const square = (x: number, y: number, side: number): Shape => ({
  type: 'polygon',
  rings: [[x, y, x + side, y, x + side, y + side, x, y + side]],
})

function evaluate(images: readonly EvaluatedImage[], score = 0): SegmentationReport {
  const byId = new Map(images.map((one) => [one.image.id, one]))
  const steps = segmentationTask.evaluate({
    classes,
    model: {} as ModelRecord,
    images: images.map(({ image }) => image),
    read: ({ id }) => byId.get(id)!,
    mapFile: () => () => '',
    score,
  })
  return atOnce(steps) as SegmentationReport
}

describe('a segmentation project', () => {
  const image = anImage('a', { width: 100, height: 80 })

  it('learns from areas, not from boxes; crowds and difficult areas are neither learned nor punished', () => {
    const [box, area] = [anAnnotation('1', 'a'), anAnnotation('2', 'a', { shape: square(10, 10, 20) })]
    expect(segmentationTask.isLabelled(image, [box])).toBe(false)
    expect(segmentationTask.isLabelled(image, [area])).toBe(true)
    expect(segmentationTask.isLabelled(anImage('a', { state: 'done' }), [])).toBe(true)
    const index = new Map([[RBC, 0]])
    const labels = segmentationTask.labelsOf([box, area, { ...area, crowd: true }, { ...area, classId: classId.parse('gone') }], index)
    expect(labels).toEqual([
      { shape: area.shape, classIndex: 0, ignore: false },
      { shape: area.shape, classIndex: 0, ignore: true },
    ])
    expect(() => segmentationTask.checkClasses(Array.from({ length: 251 }, (_, i) => `c${i}`))).toThrow(
      expect.objectContaining({ code: 'wrong-classes' }),
    )
  })

  it('learns from ellipses and rotated boxes by their areas, from lines and rulers nothing', () => {
    const shapes: Shape[] = [
      { type: 'ellipse', cx: 30, cy: 30, width: 20, height: 10, angle: 45 },
      { type: 'rotated-box', cx: 60, cy: 40, width: 20, height: 10, angle: 30 },
      { type: 'polyline', points: [0, 0, 50, 50] },
      { type: 'ruler', points: [0, 0, 50, 50] },
    ]
    const drawn = shapes.map((shape, i) => anAnnotation(String(i), 'a', { shape }))
    expect(segmentationTask.labelsOf(drawn, new Map([[RBC, 0]])).map(({ shape }) => shape)).toEqual(shapes.slice(0, 2))
    expect(segmentationTask.isLabelled(image, drawn.slice(2))).toBe(false)
    const outline: Shape = { type: 'polygon', rings: [frameRing(shapes[1] as RotatedBoxShape)] }
    const found = [aPrediction(1, 'a', { shape: shapes[0]! }), aPrediction(2, 'a', { shape: outline })]
    expect(evaluate([{ image, result: null, annotations: drawn, predictions: found }]).perClass['nucleus']!.dice).toBe(1)
  })

  it('counts points and does not learn from them: a finished image that has them alone is no background', () => {
    const done = anImage('a', { width: 100, height: 80, state: 'done' })
    const point = anAnnotation('p', 'a', { shape: { type: 'point', x: 70, y: 20 }, classId: WBC })
    expect(segmentationTask.isLabelled(done, [point])).toBe(false)
    expect(segmentationTask.isLabelled(done, [anAnnotation('b', 'a')])).toBe(false)
    const area = anAnnotation('1', 'a', { shape: square(10, 10, 20) })
    expect(segmentationTask.isLabelled(done, [area, point])).toBe(true)
    const known = { image: done, annotations: [area, point], predictions: [], decisions: [] }
    expect(countImage(known, { kind: 'truth' })).toEqual(new Map([[RBC, 1], [WBC, 1]])) // prettier-ignore
    // Mitoses counted in tissue that is outlined: what lies below them is learned as it is drawn.
    const index = new Map([
      [RBC, 0],
      [WBC, 1],
    ])
    expect(segmentationTask.labelsOf([area, point], index)).toEqual([{ shape: area.shape, classIndex: 0, ignore: false }])
  })

  it('leaves out what lies round a point of a class that is outlined on the same image, below all outlines', () => {
    const area = anAnnotation('1', 'a', { shape: square(10, 10, 20) })
    const point = anAnnotation('p', 'a', { shape: { type: 'point', x: 70, y: 20 } })
    const around: Shape = { type: 'ellipse', cx: 70, cy: 20, width: 20, height: 20, angle: 0 }
    expect(segmentationTask.labelsOf([area, point], new Map([[RBC, 0]]))).toEqual([
      { shape: around, classIndex: 0, ignore: true },
      { shape: area.shape, classIndex: 0, ignore: false },
    ])
    const inside = { ...point, shape: { type: 'point', x: 15, y: 15 } } as const
    expect(segmentationTask.labelsOf([area, inside], new Map([[RBC, 0]]))).toHaveLength(1)
    const predictions = [area.shape, around].map((shape, i) => aPrediction(i, 'a', { shape }))
    const report = evaluate([{ image, annotations: [area, point], predictions, result: null }])
    expect(report.perClass['nucleus']!.dice).toBe(1)
    const beside = evaluate([{ image, annotations: [area], predictions, result: null }])
    expect(beside.perClass['nucleus']!.dice).toBeLessThan(0.8)
  })

  it('is measured by what its areas share, by pixels and by objects', () => {
    const annotations = [
      anAnnotation('1', 'a', { shape: square(10, 10, 20) }),
      anAnnotation('2', 'a', { shape: square(40, 10, 20) }),
      anAnnotation('3', 'a', { shape: square(10, 45, 30), classId: WBC }),
    ]
    const predictions = [
      aPrediction(1, 'a', { shape: square(10, 10, 20) }),
      // Half of it beside the annotated one.
      aPrediction(2, 'a', { shape: square(50, 10, 20) }),
      aPrediction(3, 'a', { shape: square(10, 45, 30), classId: WBC }),
      aPrediction(4, 'a', { shape: square(80, 60, 10), score: 0.2 }),
    ]
    const report = evaluate([{ image, annotations, predictions, result: null }], 0.5)
    // 400 + 200 of 800 and 800 pixels; the cytoplasm wholly.
    expect(report.perClass['nucleus']!.dice).toBeCloseTo(1200 / 1600, 10)
    expect(report.perClass['nucleus']!.jaccard).toBeCloseTo(600 / 1000, 10)
    expect(report.dice).toBeCloseTo((0.75 + 1) / 2, 10)
    expect(Object.keys(report.perClass)).toEqual(['background', 'nucleus', 'cytoplasm'])
    // One of two found, one extra: TP / (TP + FP + FN) = 1 / 3, and all of the other class.
    expect(report.perClass['nucleus']!.objects!.ap50).toBeCloseTo(1 / 3, 10)
    expect(report.objects!.ap50).toBeCloseTo((1 / 3 + 1) / 2, 10)
    expect(report.objects!.pq).toBeCloseTo((0.5 + 1) / 2, 10)
    expect(report.counts!['nucleus']).toMatchObject({ bias: 0 })
    expect(report).toMatchObject({ images: 1, intervals: expect.objectContaining({ confidence: 0.95 }) as object })
    const lower = evaluate([{ image, annotations, predictions, result: null }], 0.1)
    expect(lower.perClass['nucleus']!.dice).toBeCloseTo(1200 / 1700, 10)
  })

  it('leaves out what lies on crowds', () => {
    const annotations = [
      anAnnotation('1', 'a', { shape: square(10, 10, 20) }),
      anAnnotation('2', 'a', { shape: square(50, 10, 20), crowd: true }),
    ]
    const predictions = [aPrediction(1, 'a', { shape: square(10, 10, 20) }), aPrediction(2, 'a', { shape: square(52, 12, 10) })]
    const report = evaluate([{ image, annotations, predictions, result: null }])
    expect(report.dice).toBe(1)
    expect(report.perClass['nucleus']!.objects!.ap50).toBe(1)
  })

  it('counts what lies outside of fully labelled regions neither as extra nor as missed', () => {
    const annotations = [anAnnotation('1', 'a', { shape: square(10, 10, 20) }), anAnnotation('2', 'a', { shape: square(60, 40, 20) })]
    const predictions = [aPrediction(1, 'a', { shape: square(10, 10, 20) }), aPrediction(2, 'a', { shape: square(70, 5, 20) })]
    const parts = [{ type: 'box', x: 0, y: 0, width: 50, height: 80 } as const]
    const report = evaluate([{ image, annotations, predictions, result: null, parts }])
    expect(report.perClass['nucleus']).toMatchObject({ dice: 1, jaccard: 1, objects: { ap50: 1, pq: 1 } })
    expect(evaluate([{ image, annotations, predictions, result: null }]).perClass['nucleus']!.dice).toBeCloseTo(0.5, 10)
    const inside = aPrediction(3, 'a', { shape: square(20, 50, 20) })
    const worse = evaluate([{ image, annotations, predictions: [...predictions, inside], result: null, parts }])
    expect(worse.perClass['nucleus']!.dice).toBeCloseTo(2 / 3, 10)
  })

  it('measures a slide of any size, areas and objects, all of it or its fully labelled regions', () => {
    const slide = anImage('a', { width: 120_000, height: 90_000 })
    const [x, y] = [100_000, 80_000]
    const annotations = [anAnnotation('1', 'a', { shape: square(x, y, 20) }), anAnnotation('2', 'a', { shape: square(50, 50, 20) })]
    const predictions = [aPrediction(1, 'a', { shape: square(x, y, 20) }), aPrediction(2, 'a', { shape: square(x + 500, y, 20) })]
    const whole = evaluate([{ image: slide, annotations, predictions, result: null }])
    // One of two found, one extra.
    expect(whole.perClass['nucleus']).toMatchObject({ dice: 0.5, objects: { ap50: 1 / 3 } })
    expect(whole.confusion.counts[0]![0]).toBe(120_000 * 90_000 - 3 * 400)
    const parts = [{ type: 'box', x: x - 50, y: y - 50, width: 100, height: 100 } as const]
    const inside = evaluate([{ image: slide, annotations, predictions, result: null, parts }])
    expect(inside.perClass['nucleus']).toMatchObject({ dice: 1, objects: { ap50: 1, pq: 1 } })
    expect(inside.confusion.counts[0]![0]).toBe(100 * 100 - 400)
  })

  it('learns the areas that a fully labelled region has a pixel of', () => {
    const labels = [square(0, 0, 10), square(95, 0, 10), square(120, 0, 10)].map((shape) => ({ shape, classIndex: 0, ignore: false }))
    expect(segmentationTask.withinParts?.(labels, [{ type: 'box', x: 0, y: 0, width: 100, height: 80 }])).toEqual(labels.slice(0, 2))
  })
})
