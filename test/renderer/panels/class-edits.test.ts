import { describe, expect, test } from 'vitest'
import { edit } from '../../../src/shared/records/edit.ts'
import { digitEdit, gapAt, moveClassEdit, newClass, placeClassEdit, renameEdit } from '../../../src/renderer/panels/class-edits.ts'
import { CLASSES } from '../records.ts'

const [rbc, wbc, platelets] = CLASSES as [(typeof CLASSES)[number], (typeof CLASSES)[number], (typeof CLASSES)[number]]

describe('edits of classes', () => {
  test('a new class has a free name, the lowest free digit, an unused colour, and comes last', () => {
    const first = newClass(CLASSES)
    expect(first).toMatchObject({ name: 'New class', digit: 4, order: 3 })
    expect(CLASSES.map(({ color }) => color)).not.toContain(first.color)
    expect(newClass([...CLASSES, first])).toMatchObject({ name: 'New class 2', digit: 5, order: 4 })
    expect(newClass([...CLASSES, first]).color).not.toBe(first.color)
  })

  test('the tenth class has no digit', () => {
    const nine = Array.from({ length: 9 }, (_, i) => ({ ...rbc, digit: i + 1, order: i }))
    expect(newClass(nine).digit).toBeNull()
  })

  test('a name that is empty, the same, or taken changes nothing', () => {
    expect(renameEdit(rbc, '  ', CLASSES)).toBeNull()
    expect(renameEdit(rbc, 'RBC', CLASSES)).toBeNull()
    expect(renameEdit(rbc, 'wbc', CLASSES)).toBeNull()
    expect(renameEdit(rbc, ' Red cell ', CLASSES)?.put.classes).toEqual([{ ...rbc, name: 'Red cell' }])
  })

  test('a digit goes from its owner to the class that gets it', () => {
    const { put } = digitEdit(platelets, 1, CLASSES)
    expect(put.classes).toEqual([
      { ...platelets, digit: 1 },
      { ...rbc, digit: null },
    ])
  })

  test('moving changes the two places only, and ends at the ends', () => {
    expect(moveClassEdit(rbc, -1, CLASSES)).toBeNull()
    expect(moveClassEdit(platelets, 1, CLASSES)).toBeNull()
    const moved = moveClassEdit(wbc, -1, CLASSES)!
    expect(new Map(moved.put.classes!.map(({ name, order }) => [name, order]))).toEqual(
      new Map([
        ['WBC', 0],
        ['RBC', 1],
      ]),
    )
    expect(edit.safeParse(moved).success).toBe(true)
  })

  test('a class goes into any gap, in one edit, and nothing changes beside where it stands', () => {
    const named = (gap: number, record = rbc): string[] | null => {
      const moved = placeClassEdit(record, gap, CLASSES)?.put.classes
      if (!moved) return null
      const now = CLASSES.map((one) => moved.find(({ id }) => id === one.id) ?? one)
      expect(now.map(({ order }) => order).toSorted()).toEqual([0, 1, 2])
      return now.toSorted((a, b) => a.order - b.order).map(({ name }) => name)
    }
    expect([named(0), named(1), named(4), named(-1)]).toEqual([null, null, null, null])
    expect(named(2)).toEqual(['WBC', 'RBC', 'Platelets'])
    expect(named(3)).toEqual(['WBC', 'Platelets', 'RBC'])
    expect(named(0, platelets)).toEqual(['Platelets', 'RBC', 'WBC'])
  })

  test('the gap is the one next to the pointer', () => {
    const rows = [0, 28, 56].map((top) => ({ top, height: 28 }))
    expect([-5, 13, 15, 41, 43, 71, 500].map((y) => gapAt(rows, y))).toEqual([0, 0, 1, 1, 2, 3, 3])
  })
})
