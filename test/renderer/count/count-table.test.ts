import { describe, expect, test } from 'vitest'
import { rowsOf, sortedRows, tableAsTsv, totalsOf } from '../../../src/renderer/count/count-table.ts'
import { groupedPairs, niceTicks } from '../../../src/renderer/count/scatter-geometry.ts'
import { CLASSES, IMAGE, imageOf, OTHER_IMAGE, RBC, WBC } from '../records.ts'

const IMAGES = [
  { ...imageOf(), name: 'b.png', split: 'val' as const },
  { ...imageOf(OTHER_IMAGE), name: '=SUM(A1).png', split: null },
]
const COUNTS = [
  {
    imageId: IMAGE,
    counts: [
      { classId: RBC, count: 12 },
      { classId: WBC, count: 1 },
    ],
  },
]

describe('the table of counts', () => {
  test('has a row for every image, also those without any object', () => {
    const rows = rowsOf(IMAGES, COUNTS, 'all')
    expect(rows.map(({ total }) => total)).toEqual([13, 0])
    expect(totalsOf(rows)).toEqual({
      counts: new Map([
        [RBC, 12],
        [WBC, 1],
      ]),
      total: 13,
    })
  })

  test('shows one split alone where that is wanted', () => {
    expect(rowsOf(IMAGES, COUNTS, 'val').map(({ image }) => image.name)).toEqual(['b.png'])
    expect(rowsOf(IMAGES, COUNTS, 'test')).toEqual([])
  })

  test('is sorted by a class either way', () => {
    const rows = rowsOf(IMAGES, COUNTS, 'all')
    expect(sortedRows(rows, RBC, true, ({ name }) => name).map(({ total }) => total)).toEqual([13, 0])
    expect(sortedRows(rows, RBC, false, ({ name }) => name).map(({ total }) => total)).toEqual([0, 13])
    expect(sortedRows(rows, 'image', false, ({ name }) => name).map(({ image }) => image.name)).toEqual(['=SUM(A1).png', 'b.png'])
  })

  test('copied, it names what was counted, ends with totals, and holds no formula', () => {
    const text = tableAsTsv(rowsOf(IMAGES, COUNTS, 'all'), CLASSES, 'truth')
    expect(text.split('\n').map((line) => line.split('\t'))).toEqual([
      ['image', 'split', 'state', 'RBC', 'WBC', 'Platelets', 'total', 'counted'],
      ['b.png', 'val', 'in-work', '12', '1', '0', '13', 'truth'],
      ["'=SUM(A1).png", '', 'in-work', '0', '0', '0', '0', 'truth'],
      ['total', '', '', '12', '1', '0', '13', 'truth'],
    ])
  })
})

describe('the scatter', () => {
  test('puts images with equal counts on one spot', () => {
    const pair = (id: string, annotated: number, counted: number) => ({ imageId: id, annotated, counted })
    expect(groupedPairs([pair('a', 1, 2), pair('b', 2, 1), pair('c', 1, 2)])).toEqual([
      { annotated: 1, counted: 2, images: ['a', 'c'] },
      { annotated: 2, counted: 1, images: ['b'] },
    ])
  })

  test('has few whole ticks from 0 to beyond the largest count', () => {
    for (const most of [1, 2, 7, 10, 54, 99, 100, 1234, 87_000]) {
      const ticks = niceTicks(most)
      expect(ticks[0]).toBe(0)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
      expect(ticks.every(Number.isInteger)).toBe(true)
      expect(ticks.length).toBeLessThanOrEqual(7)
    }
  })
})
