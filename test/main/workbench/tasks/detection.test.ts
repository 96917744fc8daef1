import { describe, expect, it } from 'vitest'
import { detectionTask } from '../../../../src/main/workbench/tasks/detection.ts'
import type { EvaluatedImage } from '../../../../src/main/workbench/tasks/workbench-task.ts'
import type { DetectionReport } from '../../../../src/shared/metrics/detection-report.ts'
import type { ClassRecord } from '../../../../src/shared/records/class.ts'
import { atOnce } from '#shared/steps.ts'
import type { ModelRecord } from '../../../../src/shared/records/model.ts'
import type { BoxShape, MaskShape, Shape } from '../../../../src/shared/records/shape.ts'
import { countImage } from '../../../../src/main/workbench/counting.ts'
import { shapeBounds } from '../../../../src/shared/geometry/shape-bounds.ts'
import { discMask } from '../../../renderer/records.ts'
import { anAnnotation, anImage, aPrediction, RBC, WBC } from '../records.ts'

const classes = [{ id: RBC, name: 'RBC' }] as unknown as readonly ClassRecord[]
const image = anImage('a', { width: 200, height: 100 })
const box = (x: number): BoxShape => ({ type: 'box', x, y: 10, width: 20, height: 20 })

function evaluate(one: Omit<EvaluatedImage, 'image' | 'result'>): DetectionReport {
  const steps = detectionTask.evaluate({
    classes,
    model: {} as ModelRecord,
    images: [image],
    read: () => ({ image, result: null, ...one }),
    mapFile: () => () => '',
    score: 0.5,
  })
  return atOnce(steps) as unknown as DetectionReport
}

describe('what a detector learns from', () => {
  const turned: Shape = { type: 'rotated-box', cx: 60, cy: 50, width: 40, height: 20, angle: 90 }
  const ellipse: Shape = { type: 'ellipse', cx: 120, cy: 50, width: 30, height: 20, angle: 0 }
  const others: Shape[] = [
    { type: 'polyline', points: [0, 0, 50, 50] },
    { type: 'ruler', points: [0, 0, 50, 50] },
    { type: 'point', x: 5, y: 5 },
  ]
  const learned = [
    { type: 'box', x: 50, y: 30, width: 20, height: 40 },
    { type: 'box', x: 105, y: 40, width: 30, height: 20 },
  ]

  it('are boxes, those round ellipses and rotated boxes too, and no lines, rulers or points', () => {
    const annotations = [turned, ellipse, ...others].map((shape, i) => anAnnotation(String(i), 'a', { shape }))
    const labels = detectionTask.labelsOf(annotations, new Map([[RBC, 0]]))
    expect(labels.slice(0, 2)).toEqual(learned.map((shape) => ({ shape, classIndex: 0, ignore: false })))
    // Round the point, which nothing says the size of.
    expect(labels.slice(2).map(({ ignore }) => ignore)).toEqual([true])
    expect(detectionTask.isLabelled(image, annotations.slice(2))).toBe(false)
    expect(detectionTask.isLabelled(image, annotations.slice(1))).toBe(true)
  })

  it('are what it is measured by', () => {
    const annotations = [turned, ellipse].map((shape, i) => anAnnotation(String(i), 'a', { shape }))
    const predictions = learned.map((shape, i) => aPrediction(i, 'a', { shape: shape as BoxShape, score: 0.9 }))
    expect(evaluate({ annotations, predictions }).perClass['RBC']!.atScore).toMatchObject({
      truePositives: 2,
      falsePositives: 0,
      missed: 0,
    })
  })
})

/** The outline of a square, with a hole. */
const ring: Shape = {
  type: 'polygon',
  rings: [
    [10, 10, 30, 10, 30, 30, 10, 30],
    [15, 15, 25, 15, 25, 25, 15, 25],
  ],
}

describe('an object that is outlined in a detection', () => {
  const disc: Shape = discMask(60, 40, 10)
  const outlined = [ring, disc].map((shape, i) => anAnnotation(String(i), 'a', { shape }))
  const bounds = [
    { type: 'box', x: 10, y: 10, width: 20, height: 20 },
    { type: 'box', ...shapeBounds(disc as MaskShape) },
  ] as const

  it('is learned from and measured by the box round it', () => {
    expect(detectionTask.isLabelled(image, outlined)).toBe(true)
    expect(detectionTask.labelsOf(outlined, new Map([[RBC, 0]]))).toEqual(bounds.map((shape) => ({ shape, classIndex: 0, ignore: false })))
    const predictions = bounds.map((shape, i) => aPrediction(i, 'a', { shape, score: 0.9 }))
    const report = evaluate({ annotations: outlined, predictions })
    expect(report.perClass['RBC']!.atScore).toMatchObject({ truePositives: 2, falsePositives: 0, missed: 0 })
    expect(report.scatter['RBC']).toEqual([{ imageId: 'a', annotated: 2, counted: 2 }])
  })

  it('counts as one, and covers the prediction that shows it', () => {
    const predictions = bounds.map((shape, i) => aPrediction(i, 'a', { shape, score: 0.9 }))
    const known = { image, annotations: outlined, predictions, decisions: [] }
    expect(countImage(known, { kind: 'corrected', runId: predictions[0]!.runId, score: 0.5 })).toEqual(new Map([[RBC, 2]]))
  })
})

describe('a point in a detection', () => {
  const point = anAnnotation('p', 'a', { shape: { type: 'point', x: 150, y: 50 } })
  const index = new Map([[RBC, 0]])

  it('keeps a finished image without boxes from being learned as empty', () => {
    const done = anImage('a', { state: 'done' })
    expect(detectionTask.isLabelled(done, [])).toBe(true)
    expect(detectionTask.isLabelled(done, [point])).toBe(false)
    expect(detectionTask.isLabelled(done, [{ ...point, shape: { type: 'ruler', points: [0, 0, 9, 9] } }])).toBe(true)
  })

  it('beside boxes of its class is neither learned nor held against the detector, where nothing is drawn round it', () => {
    const annotations = [anAnnotation('1', 'a', { shape: box(10) }), anAnnotation('2', 'a', { shape: box(60) }), point]
    const around = { type: 'box', x: 140, y: 40, width: 20, height: 20 } as const
    expect(detectionTask.labelsOf(annotations, index).at(-1)).toEqual({ shape: around, classIndex: 0, ignore: true })
    const within = { ...point, shape: { type: 'point', x: 15, y: 15 } } as const
    expect(detectionTask.labelsOf([annotations[0]!, within], index)).toHaveLength(1)
    expect(detectionTask.labelsOf([annotations[0]!, { ...point, classId: WBC }], index)).toHaveLength(1)
    const predictions = [box(10), box(60), around].map((shape, i) => aPrediction(i, 'a', { shape, score: 0.9 }))
    const report = evaluate({ annotations, predictions })
    expect(report.perClass['RBC']!.atScore).toMatchObject({ truePositives: 2, falsePositives: 0, missed: 0 })
  })
})

describe('a detection that is measured in regions', () => {
  const parts = [{ type: 'box', x: 0, y: 0, width: 100, height: 100 } as const]
  /** Found; beyond the region and not found; and with its centre in it, found a little to the right of the edge. */
  const annotations = [10, 150, 89.5].map((x, i) => anAnnotation(String(i), 'a', { shape: box(x) }))
  const predictions = [10, 120, 91].map((x, i) => aPrediction(i, 'a', { shape: box(x), score: 0.9 }))

  it('takes what lies outside neither as missed nor as extra, in every figure', () => {
    const report = evaluate({ annotations, predictions, parts })
    expect(report.perClass['RBC']!.atScore).toEqual({ truePositives: 2, falsePositives: 0, missed: 0, precision: 1, recall: 1, f1: 1 })
    expect(report.ap50).toBe(1)
    expect(report.confusion.counts).toEqual([
      [2, 0],
      [0, 0],
    ])
    expect(report.scatter['RBC']).toEqual([{ imageId: 'a', annotated: 2, counted: 1 }])
  })

  it('still holds an extra one inside against the detector, and one that is missed', () => {
    const extra = aPrediction(7, 'a', { shape: box(50), score: 0.9 })
    const report = evaluate({ annotations, predictions: [extra, ...predictions.slice(1)], parts })
    expect(report.perClass['RBC']!.atScore).toMatchObject({ truePositives: 1, falsePositives: 1, missed: 1 })
  })

  it('counts everything where the image has no region', () => {
    expect(evaluate({ annotations, predictions }).perClass['RBC']!.atScore).toMatchObject({
      truePositives: 2,
      falsePositives: 1,
      missed: 1,
    })
  })
})
