import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BmpError } from '../../src/imaging/bmp-header.ts'
import { decodeBmp } from '../../src/imaging/bmp.ts'

interface Golden {
  readonly name: string
  readonly file: string
  readonly width: number
  readonly height: number
  readonly rgb: string
}

const golden = JSON.parse(readFileSync(new URL('../golden/bmp.json', import.meta.url), 'utf8')) as Golden[]
const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64')

describe('bitmaps', () => {
  it.each(golden)('reads "$name" as Pillow does', ({ name, file, width, height, rgb }) => {
    const raster = decodeBmp(bytesOf(file))
    expect([raster.width, raster.height, raster.channels]).toEqual([width, height, 3])
    const expected = bytesOf(rgb)
    // Pillow scales 5 and 6 bits to 8 rounding down, we round to the nearest.
    const tolerance = name.startsWith('16 bits') ? 1 : 0
    expect(raster.data.length).toBe(expected.length)
    raster.data.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(tolerance))
  })

  it('lays a declared alpha channel on white, and takes an all-zero one as opaque', () => {
    const file = bytesOf(golden.find(({ name }) => name === '32 bits, BGRX masks')!.file)
    // A header of 56 bytes carries the fourth mask where the 40-byte one is followed by three.
    const withAlpha = Buffer.concat([file.subarray(0, 66), Buffer.from([0xff, 0, 0, 0]), file.subarray(66)])
    withAlpha.writeUInt32LE(56, 14)
    withAlpha.writeUInt32LE(file.readUInt32LE(10) + 4, 10)
    expect(decodeBmp(withAlpha).data).toEqual(decodeBmp(file).data)
    withAlpha[70] = 255 // one opaque pixel: the others are transparent now
    const seen = decodeBmp(withAlpha)
    expect([...seen.data.subarray(3 * 3, 3 * 4)]).toEqual([...decodeBmp(file).data.subarray(3 * 3, 3 * 4)])
    expect([...seen.data.subarray(0, 3)]).toEqual([255, 255, 255])
  })

  it('refuses a header that is too short for what it should hold', () => {
    const short = Buffer.from([66, 77, 74, 0, 0, 0, 0, 0, 0, 0, 62, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 3, 0, 0, 0])
    expect(() => decodeBmp(short)).toThrow(BmpError)
  })

  it('never does worse than a BmpError on damaged files', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...golden), fc.array(fc.tuple(fc.nat(70), fc.nat(255)), { maxLength: 4 }), fc.nat(2000))
      .map(([{ file }, changes, keep]) => {
        const bytes = bytesOf(file)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        // Sizes stay small: that a huge claim takes no memory is the reader's check (header.ts).
        bytes.writeUInt16LE(0, 20)
        return bytes.subarray(0, Math.max(keep, 1))
      })
    fc.assert(
      fc.property(damaged, (bytes) => {
        if (bytes.length > 26 && bytes.readUInt32LE(14) !== 12 && Math.abs(bytes.readInt32LE(22)) > 1000) return
        try {
          decodeBmp(bytes)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BmpError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
