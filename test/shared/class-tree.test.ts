import { describe, expect, it } from 'vitest'
import { classRecord, type ClassRecord } from '../../src/shared/records/class.ts'
import { classTree, countOf, withKinds } from '../../src/shared/class-tree.ts'
import { CLASSES } from '../renderer/records.ts'

const named = (...names: string[]): ClassRecord[] =>
  names.map((name, index) => classRecord.parse({ ...CLASSES[0], id: `class-${String(index)}`, name }))
const seen = (...names: string[]): [number, string][] => classTree(named(...names)).map(({ depth, shown }) => [depth, shown])

describe('classes that are kinds of another', () => {
  it('stand indented below it, by the end of their name', () => {
    expect(seen('Tumor', 'Tumor: Positive', 'Tumor: Positive: Strong', 'Tumor: Negative', 'Stroma')).toEqual([
      [0, 'Tumor'],
      [1, 'Positive'],
      [2, 'Strong'],
      [1, 'Negative'],
      [0, 'Stroma'],
    ])
  })

  it('keep their whole name where it does not stand above them', () => {
    expect(seen('Stroma: Loose', 'Tumor', 'Stroma', 'Tumor: Positive', 'Tumors: Many', 'Tumor: ')).toEqual([
      [0, 'Stroma: Loose'],
      [0, 'Tumor'],
      [0, 'Stroma'],
      [0, 'Tumor: Positive'],
      [0, 'Tumors: Many'],
      [0, 'Tumor: '],
    ])
  })

  it('are counted with it, wherever they stand', () => {
    const classes = named('Tumor: Positive', 'Tumor', 'Stroma', 'Tumor: Negative')
    const counts = new Map(classes.map(({ id }, index) => [id, 10 ** index]))
    expect(classTree(classes).map((branch) => countOf(counts, branch))).toEqual([1, 1011, 100, 1000])
    expect(countOf(undefined, classTree(classes)[1]!)).toBe(0)
  })
})

it('are chosen with the class that they are a kind of, and can be taken off one by one', () => {
  const classes = named('Tumor', 'Tumor: Positive', 'Tumor: Positive: Strong', 'Stroma')
  const ids = classes.map(({ id }) => id)
  const chosen = withKinds(classes, new Set(), new Set([ids[0]!]))
  expect([...chosen]).toEqual(ids.slice(0, 3))
  const fewer = new Set([ids[0]!, ids[2]!])
  expect([...withKinds(classes, chosen, fewer)]).toEqual([...fewer])
  expect([...withKinds(classes, new Set(), new Set([ids[3]!]))]).toEqual([ids[3]])
})
