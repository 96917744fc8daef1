import { describe, expect, it } from 'vitest'
import { jobId } from '#shared/records/ids.ts'
import { placeText } from '../../src/cli/commands/predict.ts'

describe('placeText', () => {
  const base = { id: jobId.parse('p'), state: 'running' as const, fraction: 0.2, secondsLeft: 724 }

  it('tells how far it is within a large image, and only what is known', () => {
    expect(placeText({ ...base, image: 2, images: 5, tile: 340, tiles: 2704 })).toBe('image 2 of 5, tile 340 of 2704, 12 min 4 s left')
    expect(placeText({ ...base, image: 1, images: 1, tile: 3, tiles: 9, secondsLeft: null })).toBe('tile 3 of 9')
    expect(placeText({ ...base, image: 3, images: 8 })).toBe('image 3 of 8, 12 min 4 s left')
    expect(placeText({ ...base, state: 'preparing', secondsLeft: 0 })).toBe('preparing')
  })
})
