import { describe, expect, it } from 'vitest'
import { annotationId, type AnnotationId } from '../../../src/shared/records/ids.ts'
import { bothOf, objectsIn, RowSet } from '../../../src/renderer/objects/row-set.ts'
import { type ObjectId } from '../../../src/renderer/objects/rows.ts'
import { planMass } from '../../../src/renderer/viewer/mass-plan.ts'
import { middlesInside, middlesWithin, sceneOfParts, sharedClass, shownOf, type Scene } from '../../../src/renderer/viewer/scene.ts'
import { emptySelection, pruned, selectedAs } from '../../../src/renderer/state/selection.ts'
import { lockedAmong, truthAmong } from '../../../src/renderer/state/locked.ts'
import { ObjectTable } from '../../../src/renderer/objects/object-table.ts'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { annotationOf, box, RBC, WBC } from '../records.ts'

const COUNT = 3000
const SIDE = 100

const idOf = (i: number): AnnotationId => annotationId.parse(`o${String(i)}`)

/** Boxes in a grid with a middle at 10 i, 10 j; each tenth locked. */
const records: readonly AnnotationRecord[] = Array.from({ length: COUNT }, (_, i) => ({
  ...annotationOf(`o${String(i)}`, box(10 * (i % SIDE) - 2, 10 * Math.floor(i / SIDE) - 2, 4, 4)),
  classId: i < COUNT / 2 ? RBC : WBC,
  locked: i % 10 === 0,
}))

const tableOfAll = new ObjectTable<AnnotationRecord>().with(records, [])

function sceneOf(table: ObjectTable<AnnotationRecord>): Scene {
  const parts = table.parts.map(({ block: { rows }, gone }) => ({ rows, guess: false, isShown: (row: number) => gone?.[row] !== 1 }))
  return sceneOfParts(parts)
}

const scene = sceneOf(tableOfAll)
const all = shownOf(scene, false)
const upper = middlesWithin(scene, box(-5, -5, 2000, 155))
const lower = middlesInside(scene, [-5, 95, 2000, 95, 2000, 2000, -5, 2000])

describe('a selection of many objects', () => {
  it('holds what a set of their ids would hold', () => {
    expect(all).toBeInstanceOf(RowSet)
    expect(all.size).toBe(COUNT)
    expect([...all]).toEqual(records.map(({ id }) => id))
    expect(new Set(upper)).toEqual(new Set(records.slice(0, 16 * SIDE).map(({ id }) => id)))
    expect(new Set(lower)).toEqual(new Set(records.slice(10 * SIDE).map(({ id }) => id)))
    expect([upper.has(idOf(0)), upper.has(idOf(COUNT - 1)), upper.has(annotationId.parse('nobody'))]).toEqual([true, false, false])
    expect(objectsIn([])).toEqual(new Set())
  })

  it('is joined with others, be they many or few', () => {
    const both = bothOf(upper, lower)
    expect(both).toBeInstanceOf(RowSet)
    expect(new Set(both)).toEqual(new Set(all))
    expect(upper.size).toBe(16 * SIDE)
    const more = bothOf(new Set([idOf(COUNT - 1), idOf(0)]), upper)
    expect(more).toBeInstanceOf(RowSet)
    expect([...more]).toEqual([...upper, idOf(COUNT - 1)])
    const elsewhere = bothOf(upper, new Set<ObjectId>([annotationId.parse('elsewhere')]))
    expect(elsewhere.size).toBe(upper.size + 1)
    expect(bothOf(new Set(), upper)).toBe(upper)
  })

  it('is the same selection only where it holds the same objects', () => {
    const state = selectedAs(emptySelection(), upper)
    expect(state.selected).toBe(upper)
    expect(selectedAs(state, middlesWithin(scene, box(-5, -5, 2000, 155)))).toBe(state)
    // As many others.
    const others = middlesWithin(scene, box(-5, 5, 2000, 155))
    expect(others.size).toBe(upper.size)
    expect(selectedAs(state, others).selected).toBe(others)
  })

  it('follows its objects through edits, without those that are gone', () => {
    const locked = records.slice(0, 3).map((record) => ({ ...record, locked: true }))
    const edited = tableOfAll.with(locked, [idOf(3)])
    const { selected } = pruned(selectedAs(emptySelection(), all), sceneOf(edited))
    expect(new Set(selected)).toEqual(new Set(records.filter(({ id }) => id !== idOf(3)).map(({ id }) => id)))
    expect(lockedAmong(selected, edited)).toBe(COUNT / 10 + 2)
    expect(lockedAmong(new Set(selected), edited)).toBe(COUNT / 10 + 2)
    expect(truthAmong(selected)).toBe(COUNT - 1)
  })

  it('tells the class that all have', () => {
    expect(sharedClass(scene, all)).toBeNull()
    expect(sharedClass(scene, middlesWithin(scene, box(-5, -5, 2000, 145)))).toBe(RBC)
    expect(sharedClass(scene, new Set([idOf(COUNT - 1)]))).toBe(WBC)
  })

  it('is drawn as selected, also where its objects are rows of another block', () => {
    const again = sceneOf(new ObjectTable<AnnotationRecord>().with(records, []))
    expect(drawnSelected(scene, upper)).toBe(upper.size)
    expect(drawnSelected(again, upper)).toBe(upper.size)
    expect(drawnSelected(scene, new Set(upper))).toBe(upper.size)
  })
})

/** How many objects a plan draws as selected. */
function drawnSelected(of: Scene, selected: ReadonlySet<ObjectId>): number {
  const canvas = { width: 1000, height: 300, pixelRatio: 1, transform: { scale: 1, x: 0, y: 0 }, isSeen: () => true }
  const { batches, selectedDensity } = planMass({ scene: of, hidden: new Set(), selected, ...canvas })
  const single = batches.filter((batch) => batch.selected).reduce((sum, { rects }) => sum + rects.length, 0)
  return selectedDensity.reduce((sum, count) => sum + count, single)
}
