import { describe, expect, it } from 'vitest'
import { drawnOf, fewDrawnText } from '../../src/shared/drawn-by.ts'

describe('intervals of few units', () => {
  it('are told to be too narrow below ten patients, slides or images', () => {
    expect(fewDrawnText({ over: 'groups', units: 3 })).toBe('From 3 slides or patients only: the 95 % intervals are likely too narrow.')
    expect(fewDrawnText({ over: 'images', units: 9 })).toBe('From 9 images only: the 95 % intervals are likely too narrow.')
    expect(fewDrawnText({ over: 'groups', units: 10 })).toBe('')
  })

  it('are not spoken of where there is none, or where a report does not say', () => {
    expect(fewDrawnText({ over: 'images', units: 1 })).toBe('')
    expect(fewDrawnText(drawnOf({ intervals: { over: 'cells', units: 3 } }))).toBe('')
    expect(drawnOf({ intervals: { over: 'groups', units: 4, ap: null } })).toEqual({ over: 'groups', units: 4 })
  })
})
