import { describe, expect, it } from 'vitest'
import { TileCache } from '../../../../src/renderer/viewer/tiles/tile-cache.ts'

const KB = 1024

/** A tile of 1 KB that tells when it is closed. */
function tileOf(closed: number[], key: number, side = 16) {
  return { width: side, height: side, close: () => closed.push(key) }
}

describe('the cache of tiles', () => {
  it('closes those not used longest when it is full', () => {
    const closed: number[] = []
    const cache = new TileCache(3 * KB)
    for (const key of [1, 2, 3]) cache.set(key, tileOf(closed, key))
    expect(cache.get(1)).toBeDefined()
    cache.set(4, tileOf(closed, 4))
    expect(closed).toEqual([2])
    expect([1, 2, 3, 4].map((key) => cache.has(key))).toEqual([true, false, true, true])
    expect(cache.bytes).toBe(3 * KB)
  })

  it('closes as many as it takes, and keeps one that is larger than all', () => {
    const closed: number[] = []
    const cache = new TileCache(3 * KB)
    for (const key of [1, 2, 3]) cache.set(key, tileOf(closed, key))
    cache.set(4, tileOf(closed, 4, 64))
    expect(closed).toEqual([1, 2, 3])
    expect(cache.has(4)).toBe(true)
  })

  it('closes a tile that is replaced, and all at the end', () => {
    const closed: number[] = []
    const cache = new TileCache(3 * KB)
    cache.set(1, tileOf(closed, 1))
    cache.set(1, tileOf(closed, 10))
    cache.set(2, tileOf(closed, 2))
    expect(closed).toEqual([1])
    cache.clear()
    expect(closed).toEqual([1, 10, 2])
    expect([cache.bytes, cache.size]).toEqual([0, 0])
  })
})
