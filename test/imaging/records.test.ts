import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readLabelImage } from '../../src/imaging/label-image.ts'
import { crc32c, maskedCrc32c } from '../../src/imaging/records/crc32c.ts'
import { ExampleError, parseExample } from '../../src/imaging/records/example.ts'
import { unpackRecords } from '../../src/imaging/records/unpack.ts'
import { temporaryFolder } from './samples.ts'

const GOLDEN = path.resolve('test/golden/records')

interface Picture {
  readonly image: number[]
  readonly mask: number[]
}
const expected = JSON.parse(readFileSync(path.join(GOLDEN, 'expected.json'), 'utf8')) as { pictures: Picture[]; squares: Picture[] }

const rgb = async (file: string): Promise<number[]> => [...(await sharp(file).removeAlpha().raw().toBuffer())]
const labels = async (file: string): Promise<number[]> => [...(await readLabelImage(file)).values]

/** Length, checksum of the length, bytes, checksum of the bytes. */
function record(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(12)
  head.writeBigUInt64LE(BigInt(bytes.length))
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8)
  const tail = Buffer.alloc(4)
  tail.writeUInt32LE(maskedCrc32c(bytes))
  return Buffer.concat([head, bytes, tail])
}

describe('crc32c', () => {
  it('gives the check value of RFC 3720 and its examples', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43)
  })
})

describe('TFRecords written by TensorFlow', () => {
  it.each([
    ['sized.tfrec', 'pictures'],
    ['gzip.tfrec', 'pictures'],
    ['zlib.tfrec', 'pictures'],
    ['square.tfrecord', 'squares'],
    ['encoded.tfrecords', 'pictures'],
  ] as const)('%s holds its images and masks, pixel by pixel', async (name, key) => {
    const folder = temporaryFolder()
    const { records, problems } = await unpackRecords({ file: path.join(GOLDEN, name), folder, prefix: 'tile' })
    expect(problems).toEqual([])
    expect(records).toHaveLength(expected[key].length)
    for (const [i, { image, mask }] of records.entries()) {
      expect(await rgb(image)).toEqual(expected[key][i]!.image)
      expect(await labels(mask!)).toEqual(expected[key][i]!.mask)
    }
  })

  it('names images as the records do, each once and without folders', async () => {
    const folder = temporaryFolder()
    const { records } = await unpackRecords({ file: path.join(GOLDEN, 'encoded.tfrecords'), folder, prefix: 'tile' })
    expect(records.map(({ image }) => path.relative(folder, image))).toEqual(['tile 0.png', 'tile 1.png', 'tile 2.png'])
    const twice = temporaryFolder()
    const file = path.join(twice, 'twice.tfrec')
    const bytes = readFileSync(path.join(GOLDEN, 'encoded.tfrecords'))
    writeFileSync(file, Buffer.concat([bytes, bytes]))
    await unpackRecords({ file, folder: twice, prefix: 'tile' })
    expect(readdirSync(twice)).toContain('tile 0-2.png')
  })

  it('a record whose bytes are damaged is told and passed over', async () => {
    const folder = temporaryFolder()
    const bytes = readFileSync(path.join(GOLDEN, 'sized.tfrec'))
    bytes[bytes.length / 3 + 40]! ^= 1
    const file = path.join(folder, 'a.tfrec')
    writeFileSync(file, bytes)
    const { records, problems } = await unpackRecords({ file, folder, prefix: 'tile' })
    expect(records.map(({ image }) => path.basename(image))).toEqual(['tile-00001.png', 'tile-00003.png'])
    expect(problems).toEqual(['record 2: its checksum is wrong'])
  })

  it('what stands behind a damaged length or the end of a cut file is told', async () => {
    const folder = temporaryFolder()
    const bytes = readFileSync(path.join(GOLDEN, 'sized.tfrec'))
    const file = path.join(folder, 'a.tfrec')
    const third = bytes.length / 3
    writeFileSync(file, bytes.subarray(0, bytes.length - 5))
    expect((await unpackRecords({ file, folder, prefix: 'cut' })).problems).toEqual(['record 3: the file is cut off in it'])
    writeFileSync(file, bytes.subarray(0, third + 7))
    expect((await unpackRecords({ file, folder, prefix: 'head' })).problems).toEqual(['record 2: the file is cut off here'])
    bytes[third + 1]! ^= 1
    writeFileSync(file, bytes)
    const { records, problems } = await unpackRecords({ file, folder, prefix: 'length' })
    expect(records).toHaveLength(1)
    expect(problems).toEqual(['record 2: the checksum of its length is wrong: nothing behind it can be read'])
  })

  it('a gzip file that is cut off gives what is whole in it', async () => {
    const folder = temporaryFolder()
    const bytes = readFileSync(path.join(GOLDEN, 'gzip.tfrec'))
    const file = path.join(folder, 'a.tfrec')
    writeFileSync(file, bytes.subarray(0, bytes.length - 120))
    const { problems } = await unpackRecords({ file, folder, prefix: 'cut' })
    expect(problems.join()).toMatch(/record \d: the compressed data is damaged here/)
  })

  it('records that are something else are told one by one', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'a.tfrec')
    const feature = (name: string, value: string): Buffer => {
      const list = Buffer.from([0x0a, value.length, ...Buffer.from(value)])
      const inner = Buffer.from([0x0a, list.length, ...list])
      const entry = Buffer.from([0x0a, name.length, ...Buffer.from(name), 0x12, inner.length, ...inner])
      return Buffer.from([0x0a, entry.length, ...entry])
    }
    const example = (...features: Buffer[]): Buffer => {
      const all = Buffer.concat(features)
      return Buffer.from([0x0a, all.length, ...all])
    }
    const records = [
      Buffer.from([255, 255, 255]),
      example(feature('text', 'hello')),
      example(feature('image', 'hello')),
      example(feature('image', 'x'.repeat(12))),
    ]
    writeFileSync(file, Buffer.concat(records.map(record)))
    const unpacked = await unpackRecords({ file, folder, prefix: 'tile' })
    expect(unpacked.records).toEqual([{ image: path.join(folder, 'tile-00004.png'), mask: null }])
    expect(unpacked.problems).toEqual([
      'record 1: it ends in the middle of a number: left out',
      'record 2: it has no feature "image" (it has text): left out',
      'record 3: its image is neither a picture file nor a square of raw bytes, and no size is given: left out',
      'record 4: it has no mask: taken as an unlabelled image',
    ])
  })

  it('bytes that reach beyond their message, or are of another kind, are no Example', () => {
    expect(() => parseExample(Buffer.from([0x0a, 10, 1]))).toThrow(ExampleError)
    expect(() => parseExample(Buffer.from([0x08, 1]))).toThrow('of the wrong kind')
    expect(() => parseExample(Buffer.from([0x0b, 1]))).toThrow('no tf.train.Example')
    expect(parseExample(new Uint8Array(0)).size).toBe(0)
  })

  it('a file that is not there is an error about the file', async () => {
    const folder = temporaryFolder()
    mkdirSync(path.join(folder, 'out'))
    await expect(unpackRecords({ file: path.join(folder, 'none.tfrec'), folder, prefix: 'x' })).rejects.toMatchObject({
      code: 'image-missing',
    })
  })
})
