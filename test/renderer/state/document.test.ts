import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { invertDiff, type Change, type Edit } from '../../../src/shared/records/edit.ts'
import {
  changed,
  editAnswered,
  editSent,
  emptyDocument,
  imageLoaded,
  openProject,
  showImage,
  type DocumentState,
} from '../../../src/renderer/state/document.ts'
import { applyDiff, diffOf, tablesOf, type Tables } from '../../../src/renderer/state/tables.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, PLATELET, RBC, WBC } from '../records.ts'
import { tableOf } from '../scenes.ts'

const snapshot = {
  folder: 'p',
  name: 'p',
  task: 'detection' as const,
  readOnly: '',
  classes: [...CLASSES].reverse(),
  images: [imageOf(), imageOf(OTHER_IMAGE)],
  counts: [{ imageId: IMAGE, classId: RBC, annotations: 1 }],
  regions: [],
  flags: [],
  modelNotes: [],
  models: [],
  runs: [],
  history: { undo: null, redo: null, sequence: 0 },
}
const idsOf = ({ annotations }: Tables): string[] => [...annotations.values()].map(({ id }) => id)
const byId = ({ annotations }: Tables) => new Map([...annotations.values()].map((record) => [record.id, record]))
const A = annotationOf('a', box(1, 1, 5, 5))
const opened = (): DocumentState => imageLoaded(showImage(openProject(emptyDocument(), snapshot), IMAGE), IMAGE, tableOf([A]), [])

const changeOf = (edit: Pick<Edit, 'put' | 'remove'>, tables: Tables, sequence = 1): Change => ({
  ...{ label: 'x', kind: 'edit', diff: diffOf(edit, tables), history: { undo: 'x', redo: null, sequence } },
})
const put = (...annotations: (typeof A)[]): Pick<Edit, 'put' | 'remove'> => ({ put: { annotations }, remove: {} })

describe('a document', () => {
  it('lists classes in their order', () => {
    expect(opened().classes.map(({ id }) => id)).toEqual([RBC, WBC, PLATELET])
  })

  it('shows an edit at once and takes it back where it fails', () => {
    const before = opened()
    const sent = editSent(before, { key: 1, edit: put(annotationOf('new', box(9, 9, 5, 5))), decides: [] })
    expect(idsOf(sent.tables)).toEqual(['a', 'new'])
    expect(sent.tables.counts.get(IMAGE)?.get(RBC)).toBe(2)
    const failed = editAnswered(sent, 1)
    expect(idsOf(failed.tables)).toEqual(['a'])
    expect(failed.tables.counts.get(IMAGE)?.get(RBC)).toBe(1)
  })

  it('counts a confirmed edit once, although the edit was shown before', () => {
    const edit = put(annotationOf('new', box(9, 9, 5, 5)))
    const sent = editSent(opened(), { key: 1, edit, decides: [] })
    const heard = changed(sent, changeOf(edit, sent.confirmed), 5)
    expect(heard.tables.counts.get(IMAGE)?.get(RBC)).toBe(2)
    const done = editAnswered(heard, 1)
    expect(done.tables.counts.get(IMAGE)?.get(RBC)).toBe(2)
    expect(done).toMatchObject({ savedAt: 5, history: { undo: 'x', sequence: 1 } })
  })

  it('keeps later edits of the same object on top of earlier answers', () => {
    const first = put({ ...A, shape: box(2, 1, 5, 5) })
    const second = put({ ...A, shape: box(3, 1, 5, 5) })
    let state = editSent(opened(), { key: 1, edit: first, decides: [] })
    state = editSent(state, { key: 2, edit: second, decides: [] })
    state = editAnswered(changed(state, changeOf(first, state.confirmed), 0), 1)
    expect(state.tables.annotations.get(A.id)?.shape).toMatchObject({ x: 3 })
    expect(state.confirmed.annotations.get(A.id)?.shape).toMatchObject({ x: 2 })
  })

  it('hides decided predictions while the decision is under way', () => {
    const sent = editSent(opened(), { key: 1, edit: put(), decides: [7 as never] })
    expect(sent.decided.has(7 as never)).toBe(true)
    expect(editAnswered(sent, 1).decided.size).toBe(0)
  })

  it('passes over objects that arrive for an image no longer open', () => {
    const turned = showImage(opened(), OTHER_IMAGE)
    expect(imageLoaded(turned, IMAGE, tableOf([A]), [])).toBe(turned)
    expect(turned.loading).toBe(true)
    expect(turned.tables.annotations.size).toBe(0)
  })

  it('counts changes of other images without showing their objects', () => {
    const elsewhere = annotationOf('e', box(1, 1, 5, 5), WBC, OTHER_IMAGE)
    const heard = changed(opened(), changeOf(put(elsewhere), opened().confirmed), 0)
    expect(heard.tables.annotations.has(elsewhere.id)).toBe(false)
    expect(heard.tables.counts.get(OTHER_IMAGE)?.get(WBC)).toBe(1)
  })

  it('keeps the open image and its objects over a reload of the same project', () => {
    const again = openProject(opened(), { ...snapshot, name: 'renamed' })
    expect(again).toMatchObject({ imageId: IMAGE, project: { name: 'renamed' } })
    expect(again.tables.annotations.size).toBe(1)
    expect(openProject(opened(), { ...snapshot, folder: 'q' }).imageId).toBeNull()
    expect(openProject(opened(), { ...snapshot, images: [imageOf(OTHER_IMAGE)] }).imageId).toBeNull()
  })

  it('keeps the identity of tables that did not change', () => {
    const before = opened()
    const after = changed(before, changeOf(put(annotationOf('n', box(1, 1, 3, 3))), before.confirmed), 0)
    expect(after.tables.images).toBe(before.tables.images)
    expect(after.images).toBe(before.images)
    expect(after.classes).toBe(before.classes)
    expect(after.decided).toBe(before.decided)
  })
})

describe('diffs', () => {
  const ids = fc.constantFrom('a', 'b', 'c', 'd')
  const edits = fc.record({
    put: fc.uniqueArray(fc.tuple(ids, fc.integer({ min: 0, max: 50 }), fc.constantFrom(RBC, WBC)), {
      selector: ([id]) => id,
      maxLength: 4,
    }),
    remove: fc.uniqueArray(ids, { maxLength: 3 }),
  })

  it('are undone by their inverse, and counts always equal what is there', () => {
    fc.assert(
      fc.property(fc.array(edits, { maxLength: 12 }), (list) => {
        let tables = tablesOf({ classes: [], images: [], counts: [], regions: [], flags: [], modelNotes: [] })
        for (const { put: puts, remove } of list) {
          const wanted = puts.filter(([id]) => !remove.includes(id))
          const edit = {
            put: { annotations: wanted.map(([id, x, of]) => annotationOf(id, box(x, 0, 5, 5), of)) },
            remove: { annotations: remove.map((id) => annotationOf(id, box(0, 0, 1, 1)).id) },
          }
          const diff = diffOf(edit, tables)
          const after = applyDiff(tables, diff, IMAGE)
          const back = applyDiff(after, invertDiff(diff), IMAGE)
          expect(byId(back)).toEqual(byId(tables))
          tables = after
          for (const of of [RBC, WBC]) {
            const there = [...tables.annotations.values()].filter(({ classId }) => classId === of).length
            expect(tables.counts.get(IMAGE)?.get(of) ?? 0).toBe(there)
          }
        }
      }),
    )
  })
})
