import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineage } from '#shared/lineage.ts'
import { modelId } from '#shared/records/ids.ts'
import { type ModelNote, changedNote } from '#shared/records/model-note.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { model } from '../main/project/fixtures.ts'

const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`
const made = (id: string, minute: number, parent: string | null = null): ModelRecord => ({
  ...model(id),
  createdAt: at(minute),
  parent: parent === null ? null : modelId.parse(parent),
})
const note = (id: string, change: Partial<ModelNote>): ModelNote =>
  changedNote(undefined, change, { id: modelId.parse(id), author: 'Ada', updatedAt: at(0) })
const drawn = (models: readonly ModelRecord[], notes: readonly ModelNote[] = [], wish = {}): string[] =>
  lineage(models, notes, wish).map(({ model: { id }, depth }) => `${'-'.repeat(depth)}${id}`)

describe('the lineage of models', () => {
  const family = [made('a', 1), made('b', 2, 'a'), made('c', 3), made('d', 4, 'b'), made('e', 5, 'a')]

  it('puts each under the one that it went on from, the newest family first', () => {
    expect(drawn(family)).toEqual(['c', 'a', '-b', '--d', '-e'])
  })

  it('puts first what is pinned, with the family that it belongs to', () => {
    expect(drawn(family, [note('e', { pinned: true })])).toEqual(['a', '-e', '-b', '--d', 'c'])
  })

  it('leaves archived ones out unless all are wanted; what went on from them moves up', () => {
    const notes = [note('b', { archived: true })]
    expect(drawn(family, notes)).toEqual(['c', 'a', '-d', '-e'])
    expect(drawn(family, notes, { all: true })).toEqual(['c', 'a', '-b', '--d', '-e'])
  })

  it('keeps the folds of a cross-validation together under their common name, at the age of the newest', () => {
    const fold = (id: string, minute: number, index: number): ModelRecord => ({
      ...made(id, minute),
      name: `cells 2, fold ${index + 1} of 3`,
      fold: { of: 'cv', index, folds: 3 },
    })
    const models = [made('a', 1), fold('f2', 3, 1), fold('f1', 2, 0), made('b', 4), fold('f3', 5, 2), made('on', 6, 'f1')]
    expect(drawn(models)).toEqual(['-f1', '--on', '-f2', '-f3', 'b', 'a'])
    const heads = lineage(models, []).flatMap(({ model: { id }, heads: said }) => (said ? [[id, said]] : []))
    expect(heads).toEqual([['f1', { name: 'cells 2', folds: 3 }]])
    expect(drawn(models, [note('f1', { archived: true }), note('a', { pinned: true })])).toEqual(['a', 'on', '-f2', '-f3', 'b'])
  })

  it('shows every model once, whatever their parents say', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'gone']
    const parents = fc.array(fc.option(fc.constantFrom(...ids)), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(parents, fc.array(fc.constantFrom(...ids)), (of, archived) => {
        const models = of.map((parent, i) => made(ids[i]!, i, parent))
        const notes = archived.map((id) => note(id, { archived: true }))
        const shown = lineage(models, notes).map(({ model: { id } }) => id)
        expect([...shown].sort()).toEqual(ids.slice(0, 5).filter((id) => !archived.includes(id)))
        expect(lineage(models, notes, { all: true })).toHaveLength(5)
      }),
    )
  })
})
