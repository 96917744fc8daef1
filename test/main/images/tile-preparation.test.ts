import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type Preparing, TilePreparation } from '../../../src/main/images/tile-preparation.ts'
import { temporaryFolder } from '../../imaging/samples.ts'
import { image } from '../project/fixtures.ts'
import { pictures } from './fixtures.ts'

async function largeFile(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name)
  const create = { width: 8200, height: 400, channels: 3 as const, background: '#c080a0' }
  await sharp({ create }).png().toFile(file)
  return file
}

function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('preparing large images for their tiles', () => {
  it('builds what is missing, one at a time, and tells how far it is; then tiles are there at once', async () => {
    const folder = temporaryFolder()
    const files = await Promise.all(['a.png', 'b.png'].map((name) => largeFile(folder, name)))
    const records = ['a', 'b'].map((id) => image(id, { width: 8200, height: 400 }))
    const told: Preparing[] = []
    const ready = withResolver<undefined>()
    const preparation = new TilePreparation({
      ...{ cacheFolder: path.join(folder, 'cache'), pictures, launch: null },
      tell: (progress) => {
        told.push(progress)
        if (told.filter(({ share }) => share === 1).length === 2) ready.resolve(undefined)
      },
    })
    expect(await Promise.all(records.map((record, i) => preparation.share(record, files[i]!)))).toEqual([0, 0])
    expect(await preparation.share(records[0]!, files[0]!)).toBeLessThan(1)
    await ready.promise
    const done = told.filter(({ share }) => share === 1).sort((a, b) => a.imageId.localeCompare(b.imageId))
    expect(done).toEqual(records.map(({ id }) => ({ imageId: id, share: 1, fault: null })))
    expect(await preparation.share(records[1]!, files[1]!)).toBe(1)
    const target = path.join(folder, 'never.jpg')
    const request = { file: files[0]!, pyramids: path.join(folder, 'cache', 'pyramids'), place: { level: 1, column: 8, row: 0 }, target }
    const tile = await pictures.tile(request)
    expect(await sharp(tile.file).metadata()).toMatchObject({ format: 'jpeg', width: 4, height: 200 })
  })

  it('ends when it is stopped, without a word, and tells of a fault', async () => {
    const folder = temporaryFolder()
    const file = await largeFile(folder, 'a.png')
    const record = image('a', { width: 8200, height: 400 })
    const told: Preparing[] = []
    const fault = withResolver<Preparing>()
    const preparation = new TilePreparation({
      ...{ cacheFolder: path.join(folder, 'cache'), pictures: { tilesReady: () => Promise.resolve({ ready: false }) }, launch: null },
      tell: (progress) => {
        told.push(progress)
        if (progress.fault) fault.resolve(progress)
      },
    })
    await preparation.share(record, file)
    await preparation.stopAll()
    expect(told.filter(({ share, fault: wrong }) => share === 1 || wrong !== null)).toEqual([])
    await preparation.share(record, path.join(folder, 'gone.png'))
    expect(await fault.promise).toMatchObject({ imageId: record.id, fault: { code: 'image-missing' } })
  })
})
