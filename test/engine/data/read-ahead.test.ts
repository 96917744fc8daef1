import { describe, expect, it } from 'vitest'
import { readAhead } from '../../../src/engine/data/read-ahead.ts'
import type { Raster } from '../../../src/imaging/raster.ts'

const raster: Raster = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }

describe('readAhead', () => {
  it('gives images in order, reading two ahead and no more, and broken ones as their error', async () => {
    const begun: string[] = []
    const read = (path: string): Promise<Raster> => {
      begun.push(path)
      return path === 'c' ? Promise.reject(new Error('broken')) : new Promise((resolve) => setTimeout(() => { resolve(raster) }, path === 'a' ? 20 : 1)) // prettier-ignore
    }
    const seen: string[] = []
    for await (const result of readAhead(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((path) => ({ path })),
      read,
    )) {
      // prettier-ignore
      seen.push(result.image.path + ('error' in result ? '!' : ''))
      expect(begun.length).toBeLessThanOrEqual(seen.length + 2)
    }
    expect(seen).toEqual(['a', 'b', 'c!', 'd', 'e', 'f'])
  })

  it('gives nothing of nothing', async () => {
    for await (const _ of readAhead([], () => Promise.reject(new Error('never')))) throw new Error('never')
  })
})
