import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type TilePlace } from '#shared/geometry/tile-grid.ts'
import { type Tile } from '../../../../src/renderer/viewer/tiles/tile-cache.ts'
import { AT_ONCE, TileLoader, TRY_AGAIN } from '../../../../src/renderer/viewer/tiles/tile-loader.ts'

const placeOf = (column: number): TilePlace => ({ level: 0, column, row: 0 })
const places = (from: number, to: number): TilePlace[] => Array.from({ length: to - from }, (_, i) => placeOf(from + i))

interface Request {
  readonly column: number
  readonly signal: AbortSignal
  readonly answer: () => void
  readonly fail: () => void
}

function setUp() {
  const requests: Request[] = []
  const arrived: number[] = []
  const closed: number[] = []
  const faults: unknown[] = []
  const loader = new TileLoader({
    load: ({ column }, signal) =>
      new Promise<Tile>((resolve, reject) => {
        const tile = { width: 1, height: 1, close: () => closed.push(column) }
        requests.push({ column, signal, answer: () => resolve(tile), fail: () => reject(new Error('unreadable')) })
      }),
    arrived: ({ column }) => arrived.push(column),
    failed: (thrown) => faults.push(thrown),
  })
  const asked = (): number[] => requests.map(({ column }) => column)
  return { loader, requests, arrived, closed, faults, asked }
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

describe('the loader of tiles', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('reads a few at a time, in the order of their urgency', async () => {
    const { loader, requests, arrived, asked } = setUp()
    loader.want(places(0, 20))
    expect(asked()).toEqual(places(0, AT_ONCE).map(({ column }) => column))
    requests[3]!.answer()
    await settle()
    expect(arrived).toEqual([3])
    expect(asked().at(-1)).toBe(AT_ONCE)
    expect(loader.flying).toBe(AT_ONCE)
  })

  it('gives up what left the view, goes on with what stays, and frees what comes too late', async () => {
    const { loader, requests, arrived, closed, asked } = setUp()
    loader.want(places(0, 8))
    loader.want(places(6, 9))
    expect(requests.filter(({ signal }) => signal.aborted).map(({ column }) => column)).toEqual([0, 1, 2, 3, 4, 5])
    expect(asked()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    requests[0]!.answer()
    requests[6]!.answer()
    await settle()
    expect(arrived).toEqual([6])
    expect(closed).toEqual([0])
  })

  it('tells of failures once, tries again later, and not for ever', async () => {
    const { loader, requests, faults, asked } = setUp()
    loader.want([placeOf(1), placeOf(2)])
    for (const request of requests) request.fail()
    await settle()
    expect(faults).toHaveLength(1)
    // A view that moves asks for them again with every frame.
    for (let i = 0; i < 20; i++) loader.want([placeOf(1), placeOf(2)])
    expect(asked()).toEqual([1, 2])
    for (const [times, wait] of TRY_AGAIN.entries()) {
      await vi.advanceTimersByTimeAsync(wait + 5)
      expect(requests).toHaveLength(2 * (times + 2))
      for (const request of requests.slice(-2)) request.fail()
      await settle()
    }
    await vi.advanceTimersByTimeAsync(24 * 3_600_000)
    expect(requests).toHaveLength(2 * (TRY_AGAIN.length + 1))
    expect(faults).toHaveLength(1)
  })

  it('takes a tile that comes at the second try, and asks for it no more', async () => {
    const { loader, requests, arrived, asked } = setUp()
    loader.want([placeOf(1)])
    requests[0]!.fail()
    await vi.advanceTimersByTimeAsync(TRY_AGAIN[0] + 5)
    requests[1]!.answer()
    await vi.advanceTimersByTimeAsync(100_000)
    expect(arrived).toEqual([1])
    expect(asked()).toEqual([1, 1])
  })

  it('does nothing more once it was stopped', async () => {
    const { loader, requests, faults } = setUp()
    loader.want(places(0, 10))
    requests[0]!.fail()
    await settle()
    loader.stop()
    for (const request of requests.slice(1)) request.fail()
    await vi.advanceTimersByTimeAsync(100_000)
    expect(requests).toHaveLength(AT_ONCE + 1)
    expect(faults).toHaveLength(1)
    expect(loader.flying).toBe(0)
  })
})
