import { describe, expect, test } from 'vitest'
import { edit } from '../../../src/shared/records/edit.ts'
import { digitEdit, moveClassEdit, newClass, renameEdit } from '../../../src/renderer/panels/class-edits.ts'
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
})
