import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPictureAhead } from '../../../src/renderer/viewer/picture-ahead.ts'
import { imageOf, OTHER_IMAGE } from '../records.ts'

const clients = { imageUrl: (id: string) => `slide://image/${id}`, tileUrl: (id: string) => `slide://tile/${id}` }

/** Bitmaps that were made and not yet freed. */
let open: { width: number; height: number; close: () => void }[] = []
let fetched: string[] = []
let decode: () => Promise<void> = () => Promise.resolve()

class FakeImage {
  set src(url: string) {
    fetched.push(url)
  }
}

beforeEach(() => {
  open = []
  fetched = []
  decode = () => Promise.resolve()
  vi.stubGlobal('Image', FakeImage)
  vi.stubGlobal('fetch', (url: string) => {
    fetched.push(url)
    // Nothing of it takes longer than the small tasks of this one.
    return Promise.resolve({ ok: true, blob: () => Promise.resolve(new Blob()) })
  })
  vi.stubGlobal('createImageBitmap', async () => {
    await decode()
    const bitmap = { width: 640, height: 480, close: () => void (open = open.filter((one) => one !== bitmap)) }
    open.push(bitmap)
    return bitmap
  })
})
afterEach(() => vi.unstubAllGlobals())

/** Nothing here takes longer than the promises that are under way. */
const loaded = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe('a picture that is decoded ahead', () => {
  it('is given away once, to the image with the very same file', async () => {
    const ahead = createPictureAhead(clients)
    ahead.prepare(imageOf())
    await loaded()
    expect(ahead.take({ ...imageOf(), absolutePath: '/moved.png' })).toBeNull()
    expect(ahead.take(imageOf())).toMatchObject({ size: { width: 640, height: 480 }, standin: false })
    expect(ahead.take(imageOf())).toBeNull()
    // Whoever took it frees it.
    ahead.clear()
    expect(open).toHaveLength(1)
  })

  it('is freed when another one is wanted, also when it comes too late', async () => {
    const ahead = createPictureAhead(clients)
    ahead.prepare(imageOf())
    await loaded()
    ahead.prepare(imageOf(OTHER_IMAGE))
    expect(open).toHaveLength(0)
    ahead.clear()
    await loaded()
    expect(open).toHaveLength(0)
    expect(fetched).toEqual(['slide://image/image-1', 'slide://image/image-2'])
  })

  it('is given up where its image is opened before it is there', async () => {
    const ahead = createPictureAhead(clients)
    ahead.prepare(imageOf())
    expect(ahead.take(imageOf())).toBeNull()
    await loaded()
    expect(ahead.take(imageOf())).toBeNull()
    expect(open).toHaveLength(0)
  })

  it('is only fetched where it is very large, and left to the opening where it can’t be read', async () => {
    const ahead = createPictureAhead(clients)
    ahead.prepare(imageOf(OTHER_IMAGE, 6000, 5000))
    ahead.prepare(imageOf(OTHER_IMAGE, 40_000, 30_000))
    await loaded()
    expect(fetched).toEqual(['slide://image/image-2', 'slide://tile/image-2'])
    expect(open).toHaveLength(0)
    decode = () => Promise.reject(new Error('no image'))
    ahead.prepare(imageOf())
    await loaded()
    expect(ahead.take(imageOf())).toBeNull()
    // Asked again, it is tried again.
    decode = () => Promise.resolve()
    ahead.prepare(imageOf())
    await loaded()
    expect(ahead.take(imageOf())).not.toBeNull()
  })
})
