import { writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type LabelImage, readLabelImage } from '../../src/imaging/label-image.ts'
import { factsOf } from '../../src/imaging/mask-facts.ts'
import { objectsOf } from '../../src/imaging/read-mask.ts'
import { writeLabelMap } from '../../src/imaging/write-label-map.ts'
import { shapesToLabelMap } from '../../src/shared/masks/draw-shape.ts'
import { temporaryFolder, tiffBytes, writeSample } from './samples.ts'

const grey = (values: number[], width: number, bitDepth: 8 | 16 = 8): LabelImage => ({
  width,
  height: values.length / width,
  kind: 'grey',
  bitDepth,
  values: bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values),
  palette: null,
})

const color = (values: number[], width: number): LabelImage => ({ ...grey(values, width), kind: 'colour', values: Int32Array.from(values) })

/** The objects drawn again: each pixel the label of what lies there. */
function drawn(image: LabelImage, reading: Parameters<typeof objectsOf>[1]): number[] {
  const { objects, width, height } = objectsOf(image, reading)
  return [
    ...shapesToLabelMap(
      objects.map(({ shape }) => shape),
      { x: 0, y: 0, width, height },
      objects.map(({ label }) => label),
    ),
  ]
}

describe('pictures of labels', () => {
  const raw = (data: Uint8Array | Uint16Array | Float32Array, width: number, channels: 1 | 2 | 3 | 4) =>
    sharp(data, { raw: { width, height: data.length / width / channels, channels } })

  it('8 and 16 bits come as they are, in PNG and TIFF, never stretched', async () => {
    const folder = temporaryFolder()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<[8 | 16, 'png' | 'tiff']>([8, 'png'], [16, 'png'], [8, 'tiff'], [16, 'tiff']),
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 12, maxLength: 12 }),
        async ([bits, format], values) => {
          const file = path.join(folder, `m.${format}`)
          const shapes = values.map((value, i) => ({
            value: value + (bits === 16 ? 300 : 0),
            shape: { type: 'box' as const, x: i % 4, y: Math.floor(i / 4), width: 1, height: 1 },
          }))
          await writeLabelMap({ target: file, width: 4, height: 3, bits, format, shapes })
          const back = await readLabelImage(file)
          expect([back.kind, back.bitDepth, back.width, back.height]).toEqual(['grey', bits, 4, 3])
          expect([...back.values]).toEqual(shapes.map(({ value }) => value))
        },
      ),
      { numRuns: 12 },
    )
  })

  it('a palette of colours gives indices, one of greys the greys', async () => {
    const file = path.join(temporaryFolder(), 'p.png')
    const tinted = Uint8Array.from([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 0, 0])
    await raw(tinted, 2, 3).png({ palette: true, colours: 4, dither: 0 }).toFile(file)
    const back = await readLabelImage(file)
    expect(back.kind).toBe('palette')
    expect([...back.values].map((index) => back.palette![index])).toEqual([0, 0x800000, 0x008000, 0x800000])
    await raw(Uint8Array.from([0, 0, 0, 90, 90, 90]), 2, 3)
      .png({ palette: true, colours: 2, dither: 0 })
      .toFile(file)
    expect(await readLabelImage(file)).toMatchObject({ kind: 'grey', values: Uint8Array.from([0, 90]) })
  })

  it('colour is 0xrrggbb, grey colour is grey, transparent pixels are background', async () => {
    const file = path.join(temporaryFolder(), 'c.png')
    await raw(Uint8Array.from([255, 0, 0, 255, 9, 8, 7, 0, 1, 2, 3, 200]), 3, 4)
      .png()
      .toFile(file)
    expect(await readLabelImage(file)).toMatchObject({ kind: 'colour', values: Int32Array.from([0xff0000, 0, 0x010203]) })
    await raw(Uint8Array.from([7, 7, 7, 200, 200, 200]), 2, 3)
      .png()
      .toFile(file)
    expect(await readLabelImage(file)).toMatchObject({ kind: 'grey', bitDepth: 8, values: Uint8Array.from([7, 200]) })
  })

  it('an embedded profile does not change the numbers', async () => {
    const file = path.join(temporaryFolder(), 'icc.png')
    await raw(Uint8Array.from([255, 0, 0, 10, 200, 30]), 2, 3)
      .withIccProfile('p3')
      .png()
      .toFile(file)
    const plain = await sharp(file, { ignoreIcc: true }).raw().toBuffer()
    expect((await readLabelImage(file)).values).toEqual(
      Int32Array.from([0, 3].map((at) => (plain[at]! << 16) | (plain[at + 1]! << 8) | plain[at + 2]!)),
    )
  })

  it('whole numbers of 32 bits are labels, fractions are not', async () => {
    const folder = temporaryFolder()
    const tiff = (name: string, values: Float32Array | Uint32Array): string => {
      const sampleFormat = values instanceof Float32Array ? 3 : 1
      const pixels = new Uint8Array(values.buffer)
      return writeSample(folder, name, tiffBytes({ width: 2, height: values.length / 2, bits: 32, samples: 1, pixels, sampleFormat }))
    }
    for (const values of [Float32Array.from([0, 1, 70_000, 2]), Uint32Array.from([0, 1, 70_000, 2])])
      expect(await readLabelImage(tiff('a.tif', values))).toMatchObject({ bitDepth: 32, values: Int32Array.from([0, 1, 70_000, 2]) })
    await expect(readLabelImage(tiff('b.tif', Float32Array.from([0, 0.5])))).rejects.toMatchObject({ code: 'image-unsupported' })
  })

  it('what is no picture is told by its name', async () => {
    const file = path.join(temporaryFolder(), 'no.png')
    writeFileSync(file, 'nothing')
    await expect(readLabelImage(file)).rejects.toMatchObject({
      code: 'image-unsupported',
      message: expect.stringContaining('no.png') as string,
    })
  })
})

describe('what a mask holds', () => {
  it('values by frequency, with their pieces', () => {
    const facts = factsOf(grey([1, 0, 1, 0, 0, 0, 2, 2, 0], 3))
    expect(facts.values).toEqual([
      { value: 0, pixels: 5, parts: 1, color: null },
      { value: 1, pixels: 2, parts: 2, color: null },
      { value: 2, pixels: 2, parts: 1, color: null },
    ])
    expect(factsOf(color([0xff0000, 0], 2)).values[0]).toEqual({ value: 0, pixels: 1, parts: null, color: null })
  })
})

describe('objects of a mask', () => {
  it('by values: each connected area, diagonals together; other values are counted', () => {
    const image = grey([1, 0, 0, 0, 1, 0, 9, 0, 2], 3)
    const found = objectsOf(image, { kind: 'values', values: [0, 1, 2].map((value) => ({ value, label: value })) })
    expect(found.objects.map(({ label, shape: { x, y, width, height } }) => [label, x, y, width, height])).toEqual([
      [1, 0, 0, 2, 2],
      [2, 2, 2, 1, 1],
    ])
    expect([found.unknown, found.unknownValues]).toEqual([1, [{ value: 9, pixels: 1 }]])
  })

  it('by instances: one object a number, in pieces or not', () => {
    const found = objectsOf(grey([7, 0, 7, 300, 0, 0], 3, 16), { kind: 'instances' })
    expect(found.objects.map(({ label, shape: { x, y, width, height } }) => [label, x, y, width, height])).toEqual([
      [1, 0, 0, 3, 1],
      [1, 0, 1, 1, 1],
    ])
  })

  it('by instances and back are the same pixels, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 9, maxLength: 72 }),
        (width, values) => {
          const image = grey(
            values
              .slice(0, Math.max(1, Math.floor(values.length / width)) * width)
              .concat(Array<number>(width).fill(0))
              .slice(0, Math.max(1, Math.floor(values.length / width)) * width),
            width,
          )
          const { objects } = objectsOf(image, { kind: 'instances' })
          const present = [...new Set(image.values)].filter((value) => value > 0).sort((a, b) => a - b)
          const map = shapesToLabelMap(
            objects.map(({ shape }) => shape),
            { x: 0, y: 0, width, height: image.height },
            present,
          )
          expect([...map]).toEqual([...image.values])
        },
      ),
    )
  })

  const WHITE = 0xffffff
  const shade = (value: number): number => value * 0x010101

  it('by colours: exact ones as they are, foreign ones counted', () => {
    const image = color([0, 0xff0000, 0xf80408, 0x00ff00, 0, 0], 3)
    const reading = {
      kind: 'colors' as const,
      tolerance: 64,
      colors: [
        { color: 0, label: 0 },
        { color: 0xff0000, label: 1 },
      ],
    }
    expect(drawn(image, reading)).toEqual([0, 1, 1, 0, 0, 0])
    expect(objectsOf(image, reading)).toMatchObject({ unknown: 1, unknownValues: [{ value: 0x00ff00, pixels: 1 }] })
  })

  it('a soft edge from black to white never becomes the grey of a third class', () => {
    const row = [0, 0, shade(64), shade(140), shade(230), WHITE, WHITE]
    const image = color([...row, ...row, ...row], 7)
    const colors = [0, shade(128), WHITE].map((one, label) => ({ color: one, label }))
    const map = drawn(image, { kind: 'colors', tolerance: 64, colors })
    expect(map.slice(0, 7)).toEqual([0, 0, 0, 2, 2, 2, 2])
    expect(objectsOf(image, { kind: 'colors', tolerance: 64, colors })).toMatchObject({ unknown: 0, soft: 9 })
  })

  it('a soft edge of a red area goes to the nearer side, half way and nearer', () => {
    const reds = [0, 60, 120, 180, 255].map((red) => red << 16)
    const image = color([0, ...reds, 0xff0000, 0, ...reds, 0xff0000], 7)
    const reading = {
      kind: 'colors' as const,
      tolerance: 64,
      colors: [
        { color: 0, label: 0 },
        { color: 0xff0000, label: 1 },
      ],
    }
    expect(drawn(image, reading).slice(0, 7)).toEqual([0, 0, 0, 0, 1, 1, 1])
    expect(objectsOf(image, reading).unknown).toBe(0)
  })
})
