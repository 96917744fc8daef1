import { describe, expect, it } from 'vitest'
import { detectionTask } from '../../../../src/main/workbench/tasks/detection.ts'
import { classificationTask } from '../../../../src/main/workbench/tasks/classification.ts'
import { placesAlone, undrawnWarnings } from '../../../../src/main/workbench/tasks/place-alone.ts'
import { segmentationTask } from '../../../../src/main/workbench/tasks/segmentation.ts'
import { isAreaShape } from '../../../../src/shared/masks/draw-shape.ts'
import type { AnnotationRecord } from '../../../../src/shared/records/annotation.ts'
import { anAnnotation, anImage } from '../records.ts'

const pointAt = (id: string, x: number, y: number): AnnotationRecord => anAnnotation(id, 'a', { shape: { type: 'point', x, y } })
const boxOf = (id: string, side: number): AnnotationRecord =>
  anAnnotation(id, 'a', { shape: { type: 'box', x: 0, y: 0, width: side, height: 2 * side } })

describe('a place without an outline', () => {
  it('takes the room that the middle one of its class takes on the same image', () => {
    const drawn = [boxOf('small', 4), boxOf('middle', 10), boxOf('large', 50)]
    expect(placesAlone([...drawn, pointAt('p', 200, 200)], isAreaShape).map(({ box }) => box)).toEqual([
      { x: 195, y: 190, width: 10, height: 20 },
    ])
    expect(placesAlone(drawn, isAreaShape)).toEqual([])
    expect(placesAlone([pointAt('p', 200, 200)], isAreaShape)).toEqual([])
  })

  it('has no room where a triangle of its class holds it, and has it in the corner of its bounds', () => {
    const triangle = anAnnotation('t', 'a', { shape: { type: 'polygon', rings: [[0, 0, 40, 0, 40, 40]] } })
    const points = [pointAt('in', 35, 5), pointAt('beside', 5, 35)]
    expect(placesAlone([triangle, ...points], isAreaShape).map(({ id }) => id)).toEqual(['beside'])
  })

  it('keeps finished images out, which a training says; those of the test split, with regions, and of whole images aside', () => {
    const done = anImage('a', { state: 'done' })
    const on =
      (annotations: readonly AnnotationRecord[], regions: readonly unknown[] = []) =>
      () => ({ annotations, regions })
    const point = [pointAt('p', 1, 1)]
    const said = (count: number) => [expect.stringMatching(new RegExp(`^${count} finished images? holds? objects by their places alone`))]
    expect(undrawnWarnings(segmentationTask, [done, anImage('b', { state: 'reviewed' })], on(point))).toEqual(said(2))
    expect(undrawnWarnings(segmentationTask, [done], on([boxOf('b', 9)]))).toEqual(said(1))
    expect(undrawnWarnings(detectionTask, [done], on([boxOf('b', 9)]))).toEqual([])
    expect(undrawnWarnings(segmentationTask, [done], on([]))).toEqual([])
    expect(undrawnWarnings(segmentationTask, [done], on(point, ['a region']))).toEqual([])
    expect(undrawnWarnings(segmentationTask, [{ ...done, split: 'test' }, anImage('c', { state: 'in-work' })], on(point))).toEqual([])
    expect(undrawnWarnings(classificationTask, [done], on(point))).toEqual([])
  })
})
