import { describe, expect, it, vi } from 'vitest'
import { type ItemToRead, type ItemToSettle, type ReadersView } from '../../../src/shared/contracts/readers.ts'
import { type Change } from '../../../src/shared/records/edit.ts'
import { predictionId } from '../../../src/shared/records/ids.ts'
import { createReadersStore, currentReading } from '../../../src/renderer/review/readers-store.ts'
import { type ProjectClient } from '../../../src/renderer/state/clients.ts'
import { IMAGE, RBC, RUN } from '../records.ts'

const item = (id: number): ItemToRead => ({ predictionId: predictionId.parse(id), imageId: IMAGE, classId: RBC, score: 0.5, box: null })
const differing = (id: number): ItemToSettle => ({ ...item(id), said: [] })
const view = (toRead: readonly number[], toSettle: readonly number[]): ReadersView => ({
  ...{ person: 'Bo', agreement: null, toRead: toRead.map(item), toSettle: toSettle.map(differing) },
})

/** Readers of a run of which main tells `told`, and a way to change that and to take something back. */
async function opened(told: ReadersView) {
  let now = told
  let changed: ((change: Change) => void) | null = null
  const onChanged = (heard: typeof changed) => {
    changed = heard
    return () => undefined
  }
  const store = createReadersStore({ readers: () => Promise.resolve(now), onChanged } as unknown as ProjectClient)
  store.turn(true)
  await store.read(RUN)
  const undo = async (decision: number, after: ReadersView, kind: Change['kind'] = 'undo'): Promise<void> => {
    now = after
    const none = { added: [], updated: [], removed: [] }
    const decided = { predictionId: predictionId.parse(decision) }
    const diff = { annotations: { ...none, amended: [] }, decisions: { ...none, updated: [[decided, decided]] }, readings: none }
    changed!({ kind, diff } as unknown as Change)
    await vi.waitFor(() => expect(store.getState().reading).toBe(false))
  }
  const current = () => ({ task: store.getState().task, id: currentReading(store.getState())?.predictionId })
  return { store, current, undo }
}

describe('what readers are asked', () => {
  it('goes back to the difference that was settled last when that is undone, from wherever one is', async () => {
    const { store, current, undo } = await opened(view([7, 8], [1, 3]))
    store.choose('settle')
    store.move(1)
    expect(current()).toEqual({ task: 'settle', id: 3 })
    await undo(2, view([7, 8], [1, 2, 3]))
    expect(current()).toEqual({ task: 'settle', id: 2 })
    store.choose('read')
    await undo(3, view([7, 8], [1, 2, 3]))
    expect(current()).toEqual({ task: 'settle', id: 3 })
  })

  it('stays where it is where something else was undone', async () => {
    const { store, current, undo } = await opened(view([7, 8], []))
    store.move(1)
    await undo(99, view([6, 7, 8], []))
    expect(current()).toEqual({ task: 'read', id: 8 })
  })

  it('stays among what is read blind where an answer is given again that another reader contradicts', async () => {
    const { current, undo } = await opened(view([7, 8], []))
    await undo(7, view([8], [7]), 'redo')
    expect(current()).toEqual({ task: 'read', id: 8 })
  })

  it('goes on round the end, but not back from the first', async () => {
    const { store, current } = await opened(view([7, 8], []))
    expect([store.move(-1), current().id]).toEqual([false, 7])
    store.move(1)
    store.move(1)
    expect(current().id).toBe(7)
  })
})
