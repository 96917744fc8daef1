import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ImageLevels } from '#shared/contracts/image-details.ts'
import { imageId, type ImageId } from '#shared/records/ids.ts'
import { showTiled, type TiledShow, type TiledState } from '../../../../src/renderer/viewer/tiles/show-tiled.ts'
import { TRY_AGAIN } from '../../../../src/renderer/viewer/tiles/tile-loader.ts'

const SIZE = { width: 20_000, height: 10_000 }
const SLIDE = imageId.parse('slide')
const OTHER = imageId.parse('other')

interface Preparing {
  readonly imageId: ImageId
  readonly share: number
  readonly fault: null | { readonly code: string; readonly message: string }
}

/** A window whose main tells `levels`, and whose tiles are answered by `answers`. Nothing is drawn: there is no canvas. */
function setUp(share: number, answers: { tile: () => boolean }) {
  const told: TiledState[] = []
  const asked: string[] = []
  const stopped: ImageId[] = []
  const hints: string[] = []
  const listeners = new Set<(progress: Preparing) => void>()
  let pictures = 0
  const waiting: { current: ImageId | null } = { current: null }
  const levels: ImageLevels | null = share < 0 ? null : { ...SIZE, tileSide: 512, levels: 7, share }
  vi.stubGlobal('fetch', (url: string) => {
    if (url !== 'thumb') asked.push(url)
    return url !== 'thumb' && answers.tile() ? Promise.resolve(new Response('tile')) : Promise.reject(new TypeError('unreadable'))
  })
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width: 313, height: 157, close: () => undefined }))
  const project = {
    levels: () => (levels ? Promise.resolve(levels) : Promise.reject(new Error('missing'))),
    stopPreparing: ({ imageId: id }: { imageId: ImageId }) => Promise.resolve(stopped.push(id)),
    onPreparing: (listener: (progress: Preparing) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const tileUrl: TiledShow['clients']['tileUrl'] = (_, { level, column, row }) => `tile ${String(level)} ${String(column)} ${String(row)}`
  const show = (id: ImageId): (() => void) =>
    showTiled({
      image: { id, ...SIZE },
      target: { setPicture: (picture) => (pictures = picture === null ? 0 : pictures + 1), pictureChanged: () => undefined },
      clients: { project: project as never, thumbnailUrl: () => 'thumb', tileUrl },
      messages: { hint: (title) => hints.push(title) },
      tell: (state) => told.push(state),
      waiting,
    })
  const prepared = (id: ImageId, to: number, fault: Preparing['fault'] = null): void => {
    for (const listener of listeners) listener({ imageId: id, share: to, fault })
  }
  return { show, told, asked, stopped, hints, prepared, listeners, waiting, pictures: () => pictures }
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1)

describe('showing a large image', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('asks for the coarsest tile at once, and is ready with it', async () => {
    const { show, told, asked } = setUp(1, { tile: () => true })
    show(SLIDE)
    await settle()
    expect(asked).toEqual(['tile 6 0 0'])
    expect(told).toEqual([{ state: 'ready', preparing: null }])
  })

  it('tells how far it is prepared, and asks for tiles only then', async () => {
    const { show, told, asked, prepared, waiting } = setUp(0.2, { tile: () => true })
    show(SLIDE)
    await settle()
    prepared(OTHER, 0.9)
    prepared(SLIDE, 0.4)
    expect(asked).toEqual([])
    expect(told.map(({ preparing }) => preparing)).toEqual([0.2, 0.4])
    expect(waiting.current).toBe(SLIDE)
    prepared(SLIDE, 1)
    await settle()
    expect(asked).toEqual(['tile 6 0 0'])
    expect(told.at(-1)).toEqual({ state: 'ready', preparing: null })
    expect(waiting.current).toBeNull()
  })

  it('lets an image that was left be prepared, until another one needs it', async () => {
    const { show, stopped } = setUp(0, { tile: () => true })
    const stop = show(OTHER)
    await settle()
    stop()
    expect(stopped).toEqual([])
    show(SLIDE)
    await settle()
    expect(stopped).toEqual([OTHER])
  })

  it('has failed where main cannot read it, or cannot prepare it', async () => {
    const missing = setUp(-1, { tile: () => true })
    missing.show(SLIDE)
    await settle()
    expect(missing.told).toEqual([{ state: 'failed', preparing: null }])
    const broken = setUp(0.3, { tile: () => true })
    broken.show(SLIDE)
    await settle()
    broken.prepared(SLIDE, 0, { code: 'image-unreadable', message: 'It is cut off.' })
    expect(broken.told.at(-1)).toEqual({ state: 'failed', preparing: null })
  })

  it('comes back once its tiles can be had again', async () => {
    let works = false
    const { show, told, hints } = setUp(1, { tile: () => works })
    show(SLIDE)
    await settle()
    expect(told).toEqual([{ state: 'failed', preparing: null }])
    works = true
    await vi.advanceTimersByTimeAsync(TRY_AGAIN[0] + 5)
    expect(told.at(-1)).toEqual({ state: 'ready', preparing: null })
    expect(hints).toEqual([])
  })

  it('says and asks nothing more once another image is open', async () => {
    const { show, told, asked, prepared, listeners, pictures } = setUp(0.5, { tile: () => true })
    const stop = show(SLIDE)
    stop()
    prepared(SLIDE, 1)
    await settle()
    expect([told, asked, listeners.size, pictures()]).toEqual([[], [], 0, 0])
  })
})
