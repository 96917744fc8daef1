import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnomalyReport } from '../../../../src/shared/metrics/anomaly-report.ts'
import type { AnnotationRecord } from '../../../../src/shared/records/annotation.ts'
import type { ClassRecord } from '../../../../src/shared/records/class.ts'
import { atOnce } from '#shared/steps.ts'
import type { ModelRecord } from '../../../../src/shared/records/model.ts'
import type { ResultMap } from '../../../../src/shared/records/prediction.ts'
import { anomalyTask } from '../../../../src/main/workbench/tasks/anomaly.ts'
import type { EvaluatedImage } from '../../../../src/main/workbench/tasks/workbench-task.ts'
import { anAnnotation, anImage, RBC, WBC } from '../records.ts'

const classes = [
  { id: RBC, name: 'normal' },
  { id: WBC, name: 'abnormal' },
] as unknown as readonly ClassRecord[]
const index = new Map([[RBC, 0], [WBC, 1]] as const) // prettier-ignore
const model = { name: 'model', metrics: { threshold: 2 } } as unknown as ModelRecord
const whole = { type: 'image' } as const

describe('an anomaly project', () => {
  const box = { type: 'box', x: 1, y: 1, width: 4, height: 4 } as const
  const labelled = (id: string, ...annotations: Partial<AnnotationRecord>[]) =>
    anomalyTask.labelsOf(
      annotations.map((part, i) => anAnnotation(`${id}-${i}`, id, part)),
      index,
    )

  it('learns from images that are labelled normal', () => {
    expect(anomalyTask.learnsFrom(labelled('a', { classId: RBC, shape: whole }))).toBe(true)
    expect(anomalyTask.learnsFrom(labelled('b', { classId: WBC, shape: whole }))).toBe(false)
    expect(anomalyTask.learnsFrom(labelled('c', { classId: WBC, shape: box }))).toBe(false)
    expect(anomalyTask.learnsFrom(labelled('d', { classId: RBC, shape: whole, difficult: true }))).toBe(false)
    expect(anomalyTask.learnsFrom([])).toBe(false)
  })

  it('takes the label of the image and areas, no points', () => {
    const labels = labelled(
      'a',
      { classId: WBC, shape: whole },
      { classId: WBC, shape: box, crowd: true },
      { shape: { type: 'point', x: 1, y: 1 } },
    )
    expect(labels).toEqual([
      { shape: whole, classIndex: 1, ignore: false },
      { shape: box, classIndex: 1, ignore: true },
    ])
    expect(anomalyTask.isLabelled(anImage('a'), [])).toBe(false)
    expect(anomalyTask.isLabelled(anImage('a'), [anAnnotation('1', 'a', { shape: box })])).toBe(true)
  })

  it('counts images, not their areas', () => {
    expect(anomalyTask.counts?.(whole)).toBe(true)
    expect(anomalyTask.counts?.(box)).toBe(false)
  })

  it('needs two classes, and says what the validation lacks', () => {
    expect(() => { anomalyTask.checkClasses(['normal']) }).toThrowError(expect.objectContaining({ code: 'wrong-classes' })) // prettier-ignore
    expect(() => { anomalyTask.checkClasses(['normal', 'odd', 'odder']) }).not.toThrow() // prettier-ignore
    const val = (...kinds: number[]) => kinds.map((classIndex) => ({ image: anImage('v'), labels: [{ shape: whole, classIndex, ignore: false }] })) // prettier-ignore
    expect(anomalyTask.warnings([], val(0, 1), classes)).toEqual([])
    expect(anomalyTask.warnings([], val(0), classes)[0]).toMatch(/abnormal/)
    expect(anomalyTask.warnings([], val(1), classes)[0]).toMatch(/threshold/)
  })
})

describe('the evaluation of a run on anomalies', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'anomaly-run-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** A map of 4 x 2 over an image of 8 x 4, if there are values. */
  async function judged(
    id: string,
    score: number,
    annotations: Partial<AnnotationRecord>[],
    values?: readonly number[],
  ): Promise<EvaluatedImage> {
    const maps: ResultMap[] = []
    if (values) {
      await writeFile(path.join(folder, `${id}.values.f32`), new Uint8Array(Float32Array.from(values).buffer))
      maps.push({ kind: 'heat', file: `${id}.heat.png`, classIndex: null, width: 4, height: 2 })
      maps.push({ kind: 'values', file: `${id}.values.f32`, classIndex: null, width: 4, height: 2 })
    }
    const image = anImage(id, { width: 8, height: 4 })
    return {
      image,
      annotations: annotations.map((part, i) => anAnnotation(`${id}-${i}`, id, part)),
      predictions: [],
      result: { imageId: image.id, scores: null, anomaly: score, maps },
    }
  }

  function evaluate(images: readonly EvaluatedImage[], given = model): AnomalyReport {
    const byId = new Map(images.map((one) => [one.image.id, one]))
    const steps = anomalyTask.evaluate({
      classes,
      model: given,
      images: images.map(({ image }) => image),
      read: ({ id }) => byId.get(id)!,
      mapFile: () => (map) => path.join(folder, map.file),
      score: 0,
    })
    return atOnce(steps) as AnomalyReport
  }

  it('ranks images by their score and pixels by their map, areas drawn at the size of the map', async () => {
    const rim = { type: 'box', x: 4, y: 0, width: 4, height: 2 } as const
    const report = evaluate([
      await judged('a', 1, [{ classId: RBC, shape: whole }], [0, 1, 0, 0, 0, 0, 0, 1]),
      await judged('b', 2.5, [{ classId: RBC, shape: whole }]),
      await judged(
        'c',
        3,
        [
          { classId: WBC, shape: whole },
          { classId: WBC, shape: rim },
        ],
        [0, 0, 5, 5, 0, 0, 0, 1],
      ),
      await judged('d', 2, [{ classId: WBC, shape: rim }], [0, 0, 5, 0, 0, 0, 0, 0]),
      await judged('e', 9, []),
    ])
    expect(report).toMatchObject({ images: 4, anomalousImages: 2, imagesWithMaps: 3, regions: 2, threshold: 2, imageAuroc: 0.75 })
    expect(report).toMatchObject({ sensitivity: 1, specificity: 0.5 })
    // Four anomalous pixels at 5, 5, 5 and 0; normal ones: 17 at 0, three at 1.
    expect(report.pixelAuroc).toBeCloseTo((3 * 20 + 17 / 2) / (4 * 20), 10)
    expect(report.pro).toBeGreaterThan(0.7)
    expect(report.intervals.imageAuroc).not.toBeNull()
  })

  it('leaves out what is not to be looked at', async () => {
    const [odd, doubtful] = [{ type: 'box', x: 0, y: 0, width: 2, height: 2 } as const, { type: 'box', x: 2, y: 0, width: 6, height: 4 } as const] // prettier-ignore
    const annotations = [
      { classId: WBC, shape: whole },
      { classId: WBC, shape: odd },
      { classId: WBC, shape: doubtful, difficult: true },
    ]
    const report = evaluate([
      await judged('a', 3, annotations, [2, 9, 9, 9, 1, 9, 9, 9]),
      await judged('b', 1, [{ classId: RBC, shape: whole }], [0, 0, 0, 0, 0, 0, 0, 0]),
    ])
    expect(report.pixelAuroc).toBe(1)
  })

  it('says so where nothing can be measured, no threshold is known, or a map is damaged', async () => {
    expect(() => evaluate([])).toThrowError(expect.objectContaining({ code: 'no-labels' }))
    const one = await judged('a', 1, [{ classId: RBC, shape: whole }], [0, 1, 0, 0, 0, 0, 0, 1])
    expect(() => evaluate([one], { name: 'old', metrics: {} } as unknown as ModelRecord)).toThrowError(expect.objectContaining({ code: 'no-threshold' })) // prettier-ignore
    await truncate(path.join(folder, 'a.values.f32'), 20)
    expect(() => evaluate([one])).toThrowError(expect.objectContaining({ code: 'map-missing' }))
    await rm(path.join(folder, 'a.values.f32'))
    expect(() => evaluate([one])).toThrowError(expect.objectContaining({ code: 'map-missing' }))
  })
})
