import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { WordColumn } from '#shared/objects/coded.ts'
import { idAt, idColumn, idOrder, idsInOrder, IdWriter, rowFinder } from '#shared/objects/id-column.ts'
import { RowHash } from '#shared/objects/row-hash.ts'
import { inOrder, isInPlace, rowOrder } from '#shared/objects/row-order.ts'

// Also such that differ in one digit, and what looks like a UUID and is none.
const near = fc.integer({ min: 0, max: 40 }).map((n) => `a0000000-0000-4000-8000-0000000000${n.toString(16).padStart(2, '0')}`)
const odd = fc.constantFrom('1', 'image-1', '00000000-0000-0000-0000-000000000000', 'A0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000000g') // prettier-ignore
const uuids = fc.uniqueArray(fc.oneof(fc.uuid(), near), { maxLength: 60 })
const anyIds = fc.uniqueArray(fc.oneof(fc.uuid(), near, odd), { maxLength: 60 })

function columnOf(ids: readonly string[]) {
  const writer = new IdWriter()
  for (const id of ids) writer.push(id)
  return idColumn.parse(writer.column())
}

it('ids come back as they were, and each is found by its row alone', () => {
  fc.assert(
    fc.property(anyIds, fc.uuid(), (ids, stranger) => {
      const column = columnOf(ids)
      expect(ids.map((_, row) => idAt(column, row))).toEqual(ids)
      const find = rowFinder(column)
      expect(ids.map(find)).toEqual(ids.map((_, row) => row))
      expect([find(stranger), find('none'), find('')]).toEqual([ids.indexOf(stranger), -1, -1])
    }),
  )
})

it('ids that are no UUIDs are not in the way of each other, nor of one that begins with zeros', () => {
  const zeros = '00000000-0000-4000-8000-000000000001'
  const column = columnOf([...Array.from({ length: 500 }, (_, i) => `image-${i}`), zeros])
  let reads = 0
  const words = new Proxy(column.words, {
    get: (target, key) => {
      reads++
      const value: unknown = Reflect.get(target, key, target)
      return value
    },
  })
  const find = rowFinder({ ...column, words })
  reads = 0
  expect(find(zeros)).toBe(500)
  expect(reads).toBe(4)
  expect([find('image-0'), find('image-499'), find('image-500')]).toEqual([0, 499, -1])
})

it('ids of one moment stand in the order of their texts, moments before that', () => {
  for (const ids of [uuids, anyIds])
    fc.assert(
      fc.property(ids, fc.array(fc.constantFrom('2026-02', '2026-01', '2025-12'), { minLength: 60, maxLength: 60 }), (list, times) => {
        const moments = new WordColumn()
        for (const row of list.keys()) moments.push(times[row]!)
        const column = columnOf(list)
        const order = idOrder(column, moments.column())
        const wanted = list.map((id, row) => `${times[row]!} ${id}`).sort()
        expect([...order].map((row) => `${times[row]!} ${list[row]!}`)).toEqual(wanted)
        const moved = idsInOrder(column, order)
        expect([...order].map((_, at) => idAt(moved, at))).toEqual([...order].map((row) => list[row]))
      }),
    )
})

it('rows are sorted by the last key first, and stay as they stood where all keys are the same', () => {
  const key = fc.array(fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff })), { minLength: 30, maxLength: 30 })
  fc.assert(
    fc.property(key, key, (low, high) => {
      const order = rowOrder(30, [Uint32Array.from(low), Uint32Array.from(high)])
      const wanted = Array.from({ length: 30 }, (_, row) => row).sort((a, b) => high[a]! - high[b]! || low[a]! - low[b]! || a - b)
      expect([...order]).toEqual(wanted)
      expect([...inOrder(Uint32Array.from([...low, ...high]), order, 2)]).toEqual(
        wanted.flatMap((row) => [...low, ...high].slice(2 * row, 2 * row + 2)),
      )
    }),
  )
  expect(isInPlace(rowOrder(3, []))).toBe(true)
  expect(rowOrder(0, [new Uint32Array(0)])).toHaveLength(0)
})

it('a hash finds each of many numbers in a row', () => {
  const rows = new RowHash(50_000, (row) => row + 7)
  const find = (wanted: number): number => rows.find(wanted, (row) => row + 7 === wanted)
  expect([find(7), find(25_007), find(50_006), find(50_007), find(6)]).toEqual([0, 25_000, 49_999, -1, -1])
  expect(new RowHash(0, () => 0).find(0, () => true)).toBe(-1)
})
