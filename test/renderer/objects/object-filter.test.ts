import { describe, expect, test } from 'vitest'
import { listBlock, ObjectTable } from '../../../src/renderer/objects/object-table.ts'
import { NO_FILTER, passing, type FilterPlace, type ObjectFilter } from '../../../src/renderer/objects/object-filter.ts'
import { areaOfRings } from '../../../src/renderer/objects/sizes.ts'
import { annotationBlock } from '../../../src/renderer/objects/object-table.ts'
import { AnnotationWriter } from '../../../src/shared/objects/annotation-columns.ts'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { predictionId, runId } from '../../../src/shared/records/ids.ts'
import { type PredictionRecord } from '../../../src/shared/records/prediction.ts'
import { type Shape } from '../../../src/shared/records/shape.ts'
import { annotationOf, box, discMask, IMAGE, point, polygon, predictionOf, RBC, WBC } from '../records.ts'

const [RUN, OTHER] = [runId.parse('run'), runId.parse('other')]
const FOUND = new Map([
  [RUN, Float64Array.of(2, 5, 7)],
  [OTHER, Float64Array.of(8, 9)],
])
const PLACE: FilterPlace = { micronsPerPixel: null, runId: RUN, found: FOUND }

const SHAPES: readonly Shape[] = [
  box(0, 0, 10, 10),
  polygon([20, 0, 40, 0, 40, 10, 20, 10], [25, 2, 30, 2, 30, 4, 25, 4]),
  point(60, 5),
  discMask(80, 20, 3),
  { type: 'ellipse', cx: 100, cy: 20, width: 20, height: 10, angle: 30 },
  { type: 'rotated-box', cx: 140, cy: 20, width: 20, height: 10, angle: 30 },
  { type: 'polyline', points: [0, 50, 30, 50, 30, 90] },
  { type: 'ruler', points: [0, 60, 8, 60] },
]
const RECORDS: readonly AnnotationRecord[] = SHAPES.map((shape, at) => annotationOf(`a${String(at)}`, shape, at % 2 === 0 ? RBC : WBC))

/** The same records as main sends them and as an edit puts them: both must be filtered alike. */
function blocksOf(records: readonly AnnotationRecord[]) {
  const writer = new AnnotationWriter(IMAGE)
  for (const { shape, ...facts } of records) {
    writer.shapes.add(shape)
    writer.addFacts(facts)
  }
  return [annotationBlock(writer.columns()), listBlock(records)]
}

function passed(filter: Partial<ObjectFilter>, records = RECORDS, place = PLACE): string[] {
  const [columns, list] = blocksOf(records).map(({ rows }) => {
    const marks = passing({ ...NO_FILTER, ...filter }, rows, false, place)
    return records.filter((_, row) => marks[row] === 1).map(({ id }) => String(id))
  })
  expect(list).toEqual(columns)
  return list!
}

describe('a filter of objects', () => {
  test('lets everything pass where it says nothing', () => {
    expect(passed({})).toHaveLength(RECORDS.length)
  })

  test('goes by class', () => {
    expect(passed({ classes: new Set([WBC]) })).toEqual(['a1', 'a3', 'a5', 'a7'])
  })

  test('goes by area with holes taken out, in square pixels; what has no area stays away', () => {
    expect(passed({ area: { from: 0, to: null } })).toEqual(['a0', 'a1', 'a3', 'a4', 'a5'])
    expect(passed({ area: { from: 190, to: 190 } })).toEqual(['a1'])
    expect(passed({ area: { from: 157, to: 157.1 } })).toEqual(['a4'])
    expect(passed({ area: { from: 199.999, to: 200.001 } })).toEqual(['a5'])
    expect(passed({ area: { from: null, to: 40 } })).toEqual(['a3'])
  })

  test('goes by area in square micrometres and by length in micrometres where the scale is known', () => {
    const place = { ...PLACE, micronsPerPixel: 0.5 }
    expect(passed({ area: { from: 25, to: 25 } }, RECORDS, place)).toEqual(['a0'])
    expect(passed({ length: { from: 35, to: 35 } }, RECORDS, place)).toEqual(['a6'])
    expect(passed({ length: { from: 35, to: 35 } })).toEqual([])
  })

  test('takes lines by length beside areas where both are asked for', () => {
    expect(passed({ area: { from: 190, to: null }, length: { from: null, to: 8 } })).toEqual(['a1', 'a5', 'a7'])
  })

  test('goes by author, origin and the run that found it', () => {
    const [a, b, c] = RECORDS as unknown as [AnnotationRecord, AnnotationRecord, AnnotationRecord]
    const records: AnnotationRecord[] = [
      { ...a, author: 'Ada' },
      { ...b, author: 'Bob', origin: 'imported' },
      { ...c, author: 'Ada', origin: 'accepted', predictionId: predictionId.parse(7) },
      { ...RECORDS[3]!, author: 'Bob', origin: 'corrected', predictionId: predictionId.parse(8) },
    ]
    expect(passed({ authors: new Set(['Ada']) }, records)).toEqual(['a0', 'a2'])
    expect(passed({ sources: new Set(['imported', 'corrected'] as const) }, records)).toEqual(['a1', 'a3'])
    expect(passed({ runs: new Set([RUN]) }, records)).toEqual(['a2'])
    expect(passed({ runs: new Set([OTHER]) }, records)).toEqual(['a3'])
    expect(passed({ runs: new Set([RUN, OTHER]) }, records)).toEqual(['a2', 'a3'])
    expect(passed({ runs: new Set([runId.parse('not asked yet')]) }, records)).toEqual([])
    expect(passed({ authors: new Set(['Ada']), runs: new Set([RUN]), classes: new Set([WBC]) }, records)).toEqual([])
  })

  test('takes guesses by score and as predictions; truth has no score and stays', () => {
    const { rows } = listBlock<PredictionRecord>([predictionOf(1, box(0, 0, 5, 5), 0.9), predictionOf(2, box(0, 0, 5, 5), 0.4)])
    const marks = (filter: Partial<ObjectFilter>): number[] => [...passing({ ...NO_FILTER, ...filter }, rows, true, PLACE)]
    expect(marks({ score: { from: 0.3, to: 0.6 } })).toEqual([0, 1])
    expect(marks({ runs: new Set([RUN]) })).toEqual([1, 1])
    expect(marks({ runs: new Set([OTHER]) })).toEqual([0, 0])
    expect(marks({ sources: new Set(['predicted'] as const) })).toEqual([1, 1])
    expect(marks({ sources: new Set(['drawn'] as const) })).toEqual([0, 0])
    expect(marks({ authors: new Set(['Ada']) })).toEqual([0, 0])
    expect(passed({ score: { from: 0.3, to: 0.6 } })).toHaveLength(RECORDS.length)
  })
})

test('the area within rings does not depend on the way that they run', () => {
  const outer = [0, 0, 10, 0, 10, 10, 0, 10]
  const hole = [2, 2, 6, 2, 6, 6, 2, 6]
  const island = [3, 3, 5, 3, 5, 5, 3, 5]
  const back = (ring: readonly number[]): number[] => [ring[0]!, ring[1]!, ...[6, 7, 4, 5, 2, 3].map((at) => ring[at]!)]
  for (const inner of [hole, back(hole)]) {
    expect(areaOfRings([outer, inner])).toBe(84)
    expect(areaOfRings([inner, island, outer])).toBe(88)
  }
  expect(areaOfRings([outer, [20, 0, 22, 0, 22, 2, 20, 2]])).toBe(104)
})

test('a table of guesses and truth tells of each row who made it', () => {
  const table = new ObjectTable<AnnotationRecord>().with([{ ...RECORDS[0]!, author: 'Ada' }], [])
  expect(table.parts[0]?.block.rows.makers()?.authors.values).toEqual(['Ada'])
  expect(listBlock([predictionOf(1, box(0, 0, 5, 5))]).rows.makers()).toBe(null)
})
