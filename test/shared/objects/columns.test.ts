import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationColumns, annotationsOf, oldestFirst } from '#shared/objects/annotation-columns.ts'
import { bestFirst, predictionColumns, predictionsOf } from '#shared/objects/prediction-columns.ts'
import { annotationColumnsOf, predictionColumnsOf } from '../../columns-of.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { discSpans } from '#shared/masks/spans.ts'
import { type AnnotationRecord, LEVELS } from '#shared/records/annotation.ts'
import { annotationId, classId, imageId, predictionId, runId } from '#shared/records/ids.ts'
import { type Shape } from '#shared/records/shape.ts'

const number = fc.double({ min: -1e5, max: 1e5, noNaN: true })
const extent = fc.double({ min: 1e-3, max: 1e5, noNaN: true })
const ring = fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 9 }).map((corners) => corners.flat())
const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ type: fc.constant('box' as const), x: number, y: number, width: extent, height: extent }),
  fc.record({ type: fc.constant('point' as const), x: number, y: number }),
  fc.record({ type: fc.constant('polygon' as const), rings: fc.array(ring, { minLength: 1, maxLength: 3 }) }),
  fc.tuple(fc.nat(900), fc.nat(900), fc.integer({ min: 2, max: 40 })).map(([x, y, r]) => maskOf(maskOfSpans(discSpans({ x, y }, r)))!),
  fc.record({
    type: fc.constantFrom('ellipse' as const, 'rotated-box' as const),
    cx: number,
    cy: number,
    width: extent,
    height: extent,
    angle: fc.constantFrom(0, 45.5),
  }),
  fc.record({ type: fc.constant('polyline' as const), points: ring }),
  fc.tuple(number, number, number, number).map((points) => ({ type: 'ruler' as const, points: [...points] })),
  fc.constant({ type: 'image' as const }),
)
const IMAGE = imageId.parse('image')
const RUN = runId.parse('run')
const word = fc.constantFrom('', 'a', 'Ähre', '細胞')
const annotation: fc.Arbitrary<AnnotationRecord> = fc.record({
  id: fc.uuid().map((id) => annotationId.parse(id)),
  imageId: fc.constant(IMAGE),
  classId: fc.constantFrom('one', 'two').map((id) => classId.parse(id)),
  shape,
  origin: fc.constantFrom('drawn' as const, 'imported' as const, 'accepted' as const, 'corrected' as const),
  predictionId: fc.option(fc.nat().map((id) => predictionId.parse(id))),
  crowd: fc.boolean(),
  difficult: fc.boolean(),
  note: word,
  name: word,
  locked: fc.boolean(),
  level: fc.integer({ min: -LEVELS, max: LEVELS }),
  author: word,
  createdAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
  updatedAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'),
})

describe('columns', () => {
  it('give back every annotation as it was', () => {
    fc.assert(
      fc.property(fc.array(annotation, { maxLength: 40 }), (records) => {
        const columns = annotationColumns.parse(annotationColumnsOf(IMAGE, records))
        expect(annotationsOf(columns)).toEqual(records)
      }),
      { numRuns: 60 },
    )
  })

  it('give back the same annotations with the oldest first', () => {
    const list = fc.uniqueArray(annotation, { maxLength: 40, selector: ({ id }) => id })
    const place = ({ createdAt, id }: AnnotationRecord): string => `${createdAt} ${id}`
    fc.assert(
      fc.property(list, (records) => {
        const columns = annotationColumns.parse(oldestFirst(annotationColumnsOf(IMAGE, records)))
        expect(annotationsOf(columns)).toEqual([...records].sort((a, b) => (place(a) < place(b) ? -1 : 1)))
      }),
      { numRuns: 60 },
    )
  })

  const prediction = fc.record({
    id: fc.nat().map((id) => predictionId.parse(id)),
    score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1)),
    shape,
  })

  it('give back the same predictions with the best first', () => {
    fc.assert(
      fc.property(fc.array(prediction, { maxLength: 40 }), (list) => {
        const records = list.map((one) => ({ ...one, runId: RUN, imageId: IMAGE, classId: classId.parse('one') }))
        const columns = predictionColumns.parse(bestFirst(predictionColumnsOf({ imageId: IMAGE, runId: RUN }, records)))
        expect(predictionsOf(columns)).toEqual([...records].sort((a, b) => b.score - a.score))
      }),
      { numRuns: 60 },
    )
  })

  it('give back every prediction as it was', () => {
    fc.assert(
      fc.property(fc.array(prediction, { maxLength: 40 }), (list) => {
        const records = list.map((one) => ({ ...one, runId: RUN, imageId: IMAGE, classId: classId.parse('one') }))
        const columns = predictionColumns.parse(predictionColumnsOf({ imageId: IMAGE, runId: RUN }, records))
        expect(predictionsOf(columns)).toEqual(records)
      }),
      { numRuns: 60 },
    )
  })

  it('are refused where they do not belong together', () => {
    const polygon: Shape = { type: 'polygon', rings: [[0, 0, 1, 0, 1, 1]] }
    const columns = predictionColumnsOf({ imageId: IMAGE, runId: RUN }, [
      { id: predictionId.parse(1), runId: RUN, imageId: IMAGE, classId: classId.parse('one'), score: 0.5, shape: polygon },
    ])
    const { shapes } = columns
    const broken = [
      { ...columns, scores: new Float64Array(2) },
      { ...columns, classes: { values: [], codes: Uint32Array.of(0) } },
      { ...columns, shapes: { ...shapes, corners: new Float64Array(4) } },
      { ...columns, shapes: { ...shapes, count: 2 } },
      { ...columns, shapes: { ...shapes, bounds: [1, 2, 3, 4] } },
      { ...columns, shapes: { ...shapes, maskRows: Uint32Array.of(0) } },
    ]
    expect(predictionColumns.safeParse(columns).success).toBe(true)
    for (const one of broken) expect(predictionColumns.safeParse(one).success).toBe(false)
  })
})
