import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationBlock, ObjectTable } from '../../../src/renderer/objects/object-table.ts'
import { annotationColumnsOf } from '../../columns-of.ts'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { type AnnotationId } from '../../../src/shared/records/ids.ts'
import { annotationOf, box, discMask, IMAGE, point, polygon, RBC, WBC } from '../records.ts'
import { tableOf } from '../scenes.ts'

const SHAPES = [box(1.25, 2, 3, 1 / 3), point(4, 5.5), polygon([0, 0, 9.1, 0, 0, 9], [1, 1, 2, 1, 1, 2]), discMask(300, 40, 20)]
const record = (id: string, shape: number, white: boolean): AnnotationRecord => annotationOf(id, SHAPES[shape % 4]!, white ? WBC : RBC)
const records = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.nat(3), fc.boolean())
const change = fc.record({ put: fc.array(records, { maxLength: 6 }), remove: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }) })

const first = Array.from({ length: 12 }, (_, i) => record(`r${String(i)}`, i, i % 3 === 0))
const fromColumns = (): ObjectTable<AnnotationRecord> => ObjectTable.ofBlock(annotationBlock(annotationColumnsOf(IMAGE, first)))

const asMap = (table: ObjectTable<AnnotationRecord>): Map<AnnotationId, AnnotationRecord> =>
  new Map([...table.values()].map((one) => [one.id, one]))

describe('a table of objects', () => {
  it('holds after any changes what a plain map holds, and the tables before keep what they held', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 10 }), (changes) => {
        let table = fromColumns()
        const plain = new Map(first.map((one) => [one.id, one]))
        for (const { put, remove } of changes) {
          const before = { table, map: asMap(table) }
          const puts = [...new Map(put.map(([id, shape, white]) => [id, record(`r${String(id)}`, shape, white)])).values()]
          const gone = remove.map((id) => record(`r${String(id)}`, 0, false).id).filter((id) => !puts.some((one) => one.id === id))
          table = table.with(puts, gone)
          for (const id of gone) plain.delete(id)
          for (const one of puts) plain.set(one.id, one)
          expect(asMap(table)).toEqual(plain)
          expect(table.size).toBe(plain.size)
          for (let i = 0; i <= 30; i++) {
            const { id } = record(`r${String(i)}`, 0, false)
            expect(table.get(id)).toEqual(plain.get(id))
            expect(table.has(id)).toBe(plain.has(id))
          }
          expect(asMap(before.table)).toEqual(before.map)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('stays the same through thousands of changes one by one, whose blocks are joined', () => {
    let table = fromColumns()
    const plain = new Map(first.map((one) => [one.id, one]))
    for (let i = 0; i < 15_000; i++) {
      const one = record(`n${String(i % 14_000)}`, i, i % 2 === 0)
      table = table.with([one], [])
      plain.set(one.id, one)
    }
    expect(asMap(table)).toEqual(plain)
    expect(table.parts.length).toBeLessThan(30)
  })

  it('gives the very same record and shape each time, and to the canvas too', () => {
    const table = fromColumns()
    const { id } = first[3]!
    expect(table.get(id)).toBe(table.get(id))
    const [part] = table.parts
    expect(part!.block.rows.shapeAt(part!.block.rows.rowOf(id))).toBe(table.get(id)!.shape)
  })

  it('has a row without a place for the label of a whole image', () => {
    const label = { ...first[0]!, shape: { type: 'image' as const } }
    for (const table of [tableOf([label]), ObjectTable.ofBlock(annotationBlock(annotationColumnsOf(IMAGE, [label])))])
      expect(table.get(label.id)).toEqual(label)
  })
})
