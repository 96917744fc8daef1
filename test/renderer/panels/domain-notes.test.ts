import { describe, expect, it, vi } from 'vitest'
import { type DomainCheck } from '../../../src/shared/contracts/domain.ts'
import { imageId } from '../../../src/shared/records/ids.ts'
import { createDomainNotes } from '../../../src/renderer/panels/domain-notes.ts'

const REQUEST = { modelId: 'latest' } as const
const nothing = { compared: 8, far: [] }

function begun(brokenOff = false) {
  const far = [{ image: imageId.parse('a'), ratio: 2, shift: 'lighter' as const }]
  const answer: DomainCheck = { model: 'm', colors: { compared: 8, far }, features: nothing, examples: { far: [], near: [] }, brokenOff }
  const domainNote = vi.fn(() => Promise.resolve('1 of 8 images differ.'))
  const domainCheck = vi.fn(() => Promise.resolve(answer))
  const notes = createDomainNotes({ domainNote, domainCheck } as unknown as Parameters<typeof createDomainNotes>[0])
  const told = (key: string) => notes.getState().get(key)
  return { notes, told, domainNote, domainCheck, answer }
}

describe('how far images are from those that were learned from', () => {
  it('is asked once for the same images and models, however often it is shown', async () => {
    const { notes, told, domainNote, domainCheck } = begun()
    notes.ask('a', REQUEST)
    notes.ask('a', REQUEST)
    await vi.waitFor(() => expect(told('a')?.text).toMatch(/^1 of 8 images looks? unlike/))
    notes.ask('a', REQUEST)
    expect([domainNote.mock.calls.length, domainCheck.mock.calls.length]).toEqual([1, 1])
    notes.ask('b', REQUEST)
    await vi.waitFor(() => expect(told('b')?.text).toMatch(/unlike/))
    expect(domainCheck).toHaveBeenCalledTimes(2)
  })

  it('stays broken off until it is asked for again', async () => {
    const { notes, told, domainCheck, answer } = begun(true)
    notes.ask('a', REQUEST)
    await vi.waitFor(() => expect(told('a')?.brokenOff).toBe(true))
    notes.ask('a', REQUEST)
    expect(domainCheck).toHaveBeenCalledTimes(1)
    domainCheck.mockResolvedValueOnce({ ...answer, brokenOff: false })
    notes.ask('a', REQUEST, true)
    await vi.waitFor(() => expect(told('a')).toMatchObject({ brokenOff: false, text: expect.stringMatching(/unlike/) as string }))
  })

  it('is tried again where it failed', async () => {
    const { notes, told, domainNote, domainCheck } = begun()
    domainNote.mockRejectedValueOnce(new Error('no'))
    notes.ask('a', REQUEST)
    await vi.waitFor(() => expect(told('a')).toBeUndefined())
    notes.ask('a', REQUEST)
    await vi.waitFor(() => expect(domainCheck).toHaveBeenCalledTimes(1))
  })
})
