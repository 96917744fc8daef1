import { describe, expect, it, vi } from 'vitest'
import { type SecondLook } from '../../../src/shared/contracts/review.ts'
import { type Change } from '../../../src/shared/records/edit.ts'
import { annotationId, runId } from '../../../src/shared/records/ids.ts'
import { createLooksStore, currentLook } from '../../../src/renderer/review/looks-store.ts'
import { whyLook } from '../../../src/renderer/review/look-actions.ts'
import { type ProjectClient } from '../../../src/renderer/state/clients.ts'
import { IMAGE, RBC } from '../records.ts'

const look = (id: string, kind: SecondLook['kind'] = 'missed'): SecondLook => ({
  ...{
    kind,
    imageId: IMAGE,
    runId: runId.parse('r'),
    annotationId: annotationId.parse(id),
    predictionId: null,
    labelled: RBC,
    predicted: null,
  },
  ...{ score: 0.1, strength: 0.9, box: { x: 1, y: 2, width: 3, height: 4 } },
})

async function opened() {
  let changed: ((change: Change) => void) | null = null
  const secondLooks = vi.fn(() => Promise.resolve({ looks: [look('a'), look('b'), look('c')], learnedLittle: true }))
  const settleLook = vi.fn(() => Promise.resolve({}))
  const onChanged = (heard: typeof changed) => {
    changed = heard
    return () => undefined
  }
  const store = createLooksStore({ secondLooks, settleLook, onChanged } as unknown as ProjectClient)
  store.turn(true)
  await store.read(runId.parse('r'))
  const current = (): string | null => currentLook(store.getState())?.annotationId ?? null
  const tell = (kind: Change['kind'], ...back: readonly string[]) => {
    const none = { added: [], updated: [], removed: [] }
    const annotations = { ...none, added: back.map((id) => ({ id })), amended: [] }
    changed!({ kind, diff: { annotations, decisions: none, readings: none } } as unknown as Change)
  }
  return { store, secondLooks, settleLook, current, tell }
}

describe('the differences that Review asks about', () => {
  it('are gone through in order; what is settled is passed over, the end is none', async () => {
    const { store, current, settleLook } = await opened()
    expect(current()).toBe('a')
    // Whether they say much is main's word, by the same rule as on the command line.
    expect(store.getState().learnedLittle).toBe(true)
    await store.settle(look('a'), 'label')
    expect(settleLook).toHaveBeenCalledWith(expect.objectContaining({ right: 'label' }))
    expect(current()).toBe('b')
    store.move(1)
    store.move(1)
    expect(current()).toBe('b')
    await store.settle(look('b'), 'model')
    await store.settle(look('c'), 'model')
    expect(current()).toBeNull()
  })

  it('come back where main refuses, and are read anew after an undo alone', async () => {
    const { store, current, settleLook, secondLooks, tell } = await opened()
    settleLook.mockImplementationOnce(() => Promise.reject(new Error('no')))
    await expect(store.settle(look('a'), 'model')).rejects.toThrow('no')
    expect(current()).toBe('a')
    tell('edit')
    expect(secondLooks).toHaveBeenCalledTimes(1)
    tell('undo')
    expect(secondLooks).toHaveBeenCalledTimes(2)
  })

  it('stay at the first where there is none before', async () => {
    const { store, current } = await opened()
    expect([store.move(-1), current()]).toEqual([false, 'a'])
    store.move(1)
    expect([store.move(-1), current()]).toEqual([true, 'a'])
  })

  it('go back to the one whose answer was taken back', async () => {
    const { store, current, tell } = await opened()
    await store.settle(look('a'), 'model')
    store.move(1)
    expect(current()).toBe('c')
    tell('undo', 'a')
    await vi.waitFor(() => expect(store.getState().reading).toBe(false))
    expect(current()).toBe('a')
  })

  it('stay settled where that was done while they were read anew', async () => {
    const { store, current, secondLooks, tell } = await opened()
    await store.settle(look('a'), 'label')
    const answer = await secondLooks()
    let answered = (): void => undefined
    secondLooks.mockImplementationOnce(() => new Promise((resolve) => (answered = () => resolve(answer))))
    tell('undo')
    await store.settle(look('b'), 'label')
    expect(current()).toBe('c')
    answered()
    await vi.waitFor(() => expect(store.getState().reading).toBe(false))
    // The first one was taken back and is asked about again, the second is not.
    expect([...store.getState().settled]).toHaveLength(1)
    store.move(1)
    expect(current()).toBe('a')
    store.move(1)
    expect(current()).toBe('c')
  })

  it('say why in a sentence', () => {
    expect(whyLook(look('a'), 'RBC', 'nothing')).toBe('The label says RBC, the model finds nothing here (best score 0.10).')
    expect(whyLook(look('a', 'class'), 'RBC', 'WBC')).toBe('The label says RBC, the model says WBC (score 0.10).')
  })
})
