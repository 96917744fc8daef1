import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toFloat32 } from '../../../../src/engine/data/weight-files/number-formats.ts'
import { openSafetensors, readSafetensors, writeSafetensors } from '../../../../src/engine/data/weight-files/safetensors.ts'
import type { WeightArray, Weights } from '../../../../src/engine/nn/weights.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A file put together by hand, so that the reader is not only checked against our own writer. */
async function file(name: string, header: unknown, data: Uint8Array, length?: bigint): Promise<string> {
  const json = typeof header === 'string' ? header : JSON.stringify(header)
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(length ?? BigInt(Buffer.byteLength(json)))
  const target = path.join(folder, name)
  await writeFile(target, Buffer.concat([start, Buffer.from(json), data]))
  return target
}

const refused = (work: Promise<unknown>, message: RegExp) =>
  expect(work).rejects.toMatchObject({ name: 'AppError', code: 'weights-unreadable', message: expect.stringMatching(message) })

const names = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__metadata__' && name !== '__proto__')
const array: fc.Arbitrary<WeightArray> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape) =>
    fc
      .array(fc.float(), { minLength: product(shape), maxLength: product(shape) })
      .map((data) => ({ shape, data: Float32Array.from(data) })),
  )
const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

describe('safetensors', () => {
  it('gives back what was written, bit by bit, metadata included', async () => {
    const target = path.join(folder, 'round.safetensors')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, array), { maxLength: 6 }), fc.dictionary(names, fc.string()), async (list, metadata) => {
        const weights: Weights = new Map(list)
        await writeSafetensors(target, weights, metadata)
        const back = await readSafetensors(target)
        expect(back.metadata).toEqual({ ...metadata })
        expect([...back.weights.keys()].sort()).toEqual([...weights.keys()].sort())
        for (const [name, { shape, data }] of weights) {
          expect(back.weights.get(name)?.shape).toEqual(shape)
          expect(Buffer.from(back.weights.get(name)!.data.buffer)).toEqual(Buffer.from(data.buffer))
        }
      }),
      { numRuns: 40 },
    )
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('keeps the numbers aligned to 8 bytes, as the format asks', async () => {
    const target = path.join(folder, 'aligned.safetensors')
    await writeSafetensors(target, new Map([['a', { shape: [1], data: Float32Array.of(1) }]]), { note: 'x' })
    const bytes = await readFile(target)
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0)
  })

  it('reads float16, bfloat16 and float64, and names what holds no such numbers', async () => {
    const header = {
      half: { dtype: 'F16', shape: [6], data_offsets: [0, 12] },
      brain: { dtype: 'BF16', shape: [2], data_offsets: [12, 16] },
      double: { dtype: 'F64', shape: [1], data_offsets: [16, 24] },
      steps: { dtype: 'I64', shape: [], data_offsets: [24, 32] },
    }
    const data = Buffer.alloc(32)
    ;[0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000].forEach((word, i) => data.writeUInt16LE(word, 2 * i))
    data.writeUInt16LE(0x3f80, 12)
    data.writeUInt16LE(0xc2f7, 14)
    data.writeDoubleLE(0.1, 16)
    const target = await file('kinds.safetensors', header, data)
    const { weights } = await readSafetensors(target)
    expect([...weights.get('half')!.data]).toEqual([1, -2, 2 ** -24, 65504, Infinity, -0])
    expect([...weights.get('brain')!.data]).toEqual([1, -123.5])
    expect([...weights.get('double')!.data]).toEqual([Math.fround(0.1)])
    const opened = await openSafetensors(target)
    expect(opened.skipped).toEqual([{ name: 'steps', why: expect.stringContaining('I64') }])
    await opened.close()
  })

  it('turns every half into the float32 of the same value', () => {
    const words = new Uint16Array(65536).map((_, i) => i)
    const floats = toFloat32(new Uint8Array(words.buffer), 'F16')
    for (let i = 0; i < 65536; i++) {
      const sign = i & 0x8000 ? -1 : 1
      const exponent = (i >> 10) & 31
      const fraction = i & 1023
      const expected =
        exponent === 0 ? fraction * 2 ** -24 : exponent < 31 ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction ? NaN : Infinity
      if (!Object.is(floats[i], sign * expected) && !Number.isNaN(expected)) expect.fail(`half ${i}: ${floats[i]}`)
    }
  })

  describe('refuses with a clear word', () => {
    const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] }
    const four = new Uint8Array(4)
    it.each([
      ['an empty file', async () => writeFile(path.join(folder, 'bad'), ''), /too short/],
      ['a huge header', () => file('bad', '{}', four, 2n ** 60n), /claims a header/],
      ['a header beyond the end', () => file('bad', '{}', four, 5000n), /cut short/],
      ['no JSON', () => file('bad', '{"a":', four), /no JSON/],
      ['a list', () => file('bad', [1], four), /no table/],
      ['a malformed entry', () => file('bad', { a: { dtype: 'F32' } }, four), /malformed/],
      ['a negative side', () => file('bad', { a: { ...one, shape: [-1] } }, four), /malformed/],
      ['a shape that overflows', () => file('bad', { a: { ...one, shape: [2 ** 40, 2 ** 40] } }, four), /absurd/],
      ['a shape that does not fit', () => file('bad', { a: { ...one, shape: [3] } }, four), /does not fit/],
      ['offsets turned round', () => file('bad', { a: { ...one, data_offsets: [4, 0] } }, four), /does not fit/],
      ['overlapping tensors', () => file('bad', { a: one, b: one }, four), /overlap/],
      ['a hole', () => file('bad', { a: { ...one, data_offsets: [4, 8] } }, new Uint8Array(8)), /hole/],
      ['missing numbers', () => file('bad', { a: one }, new Uint8Array(3)), /cut short/],
      ['numbers left over', () => file('bad', { a: one }, new Uint8Array(9)), /belong to no tensor/],
      ['metadata that are no texts', () => file('bad', { __metadata__: { a: {} }, a: one }, four), /metadata/],
    ])('%s', async (_what, make, message) => {
      await make()
      await refused(readSafetensors(path.join(folder, 'bad')), message)
    })
  })

  it('leaves the old file as it was when writing fails', async () => {
    const target = path.join(folder, 'kept.safetensors')
    const good: Weights = new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]])
    await writeSafetensors(target, good)
    await expect(writeSafetensors(target, new Map([['a', { shape: [3], data: Float32Array.of(1) }]]))).rejects.toThrow(RangeError)
    expect([...(await readSafetensors(target)).weights.get('a')!.data]).toEqual([1, 2])
  })
})
