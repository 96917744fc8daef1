import { describe, expect, it } from 'vitest'
import { jobId } from '#shared/records/ids.ts'
import { glassLines, placeText } from '../../src/cli/commands/predict.ts'

describe('placeText', () => {
  const base = { id: jobId.parse('p'), state: 'running' as const, fraction: 0.2, secondsLeft: 724 }

  it('tells how far it is within a large image, and only what is known', () => {
    expect(placeText({ ...base, image: 2, images: 5, tile: 340, tiles: 2704 })).toBe('image 2 of 5, tile 340 of 2704, 12 min 4 s left')
    expect(placeText({ ...base, image: 1, images: 1, tile: 3, tiles: 9, secondsLeft: null })).toBe('tile 3 of 9')
    expect(placeText({ ...base, image: 3, images: 8 })).toBe('image 3 of 8, 12 min 4 s left')
    expect(placeText({ ...base, state: 'preparing', secondsLeft: 0 })).toBe('preparing')
  })
})

describe('glassLines', () => {
  const of = (image: string, skipped: number) => ({ image, share: 0.281, tiles: 60, skipped })

  it('tells what was taken for glass and left out, and nothing where all was looked at', () => {
    expect(glassLines([of('a.svs', 12), of('b.svs', 0)])).toEqual([
      'a.svs: 28 % is glass; 12 of 60 tiles showed nothing else and were left out.',
    ])
  })

  it('keeps short where there are many slides', () => {
    const lines = glassLines(Array.from({ length: 13 }, (_, i) => of(`${i}.svs`, 1)))
    expect([lines.length, lines.at(-1)]).toEqual([11, '… and glass of 3 more images (all with --json)'])
  })
})
