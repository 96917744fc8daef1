import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip, createInflate } from 'node:zlib'
import { say } from '#shared/i18n/say.ts'
import { fileError } from '../failure.ts'
import { maskedCrc32c } from './crc32c.ts'

/** A record, or what is wrong with it. After `ends` nothing more can be read. */
export type ReadRecord = { readonly bytes: Uint8Array } | { readonly problem: string; readonly ends: boolean }

/** Longest record that is read: pictures of 16,000 pixels a side fit. */
const MAX_RECORD_BYTES = 2 ** 30
/** Lengths and checksums round a record's bytes. */
const HEAD = 12
const TAIL = 4

/**
 * The records of a TFRecord file (tensorflow.org, "TFRecord and tf.train.Example": length, its checksum, bytes, their checksum), also
 * compressed as a whole with gzip or zlib. Every checksum is checked; a record whose bytes do not fit theirs is told and passed over, a
 * length that does not ends the reading. Throws AppError of `ImageFailure` where the file cannot be opened.
 */
export async function* readRecords(file: string): AsyncGenerator<ReadRecord> {
  const source = new ByteSource(await openBytes(file))
  try {
    for (;;) {
      const record = await nextRecord(source)
      if (record === null) return
      yield record
      if ('ends' in record && record.ends) return
    }
  } finally {
    await source.close()
  }
}

async function nextRecord(source: ByteSource): Promise<ReadRecord | null> {
  try {
    const head = await source.take(HEAD)
    if (head.length === 0) return null
    if (head.length < HEAD) return { problem: say('the file is cut off here'), ends: true }
    const view = new DataView(head.buffer, head.byteOffset, HEAD)
    if (maskedCrc32c(head.subarray(0, 8)) !== view.getUint32(8, true))
      return { problem: say('the checksum of its length is wrong: nothing behind it can be read'), ends: true }
    const length = Number(view.getBigUint64(0, true))
    if (length > MAX_RECORD_BYTES)
      return { problem: say('it is said to have {{bytes}} bytes: nothing behind it can be read', { bytes: String(length) }), ends: true }
    return await bodyOf(source, length)
  } catch (thrown) {
    return {
      problem: say('the compressed data is damaged here ({{why}})', { why: thrown instanceof Error ? thrown.message : String(thrown) }),
      ends: true,
    }
  }
}

async function bodyOf(source: ByteSource, length: number): Promise<ReadRecord> {
  const body = await source.take(length + TAIL)
  if (body.length < length + TAIL) return { problem: say('the file is cut off in it'), ends: true }
  const bytes = body.subarray(0, length)
  const wanted = new DataView(body.buffer, body.byteOffset + length, TAIL).getUint32(0, true)
  return maskedCrc32c(bytes) === wanted ? { bytes } : { problem: say('its checksum is wrong'), ends: false }
}

async function openBytes(file: string): Promise<AsyncIterable<Uint8Array> & { destroy(): unknown }> {
  const handle = await open(file, 'r').catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
  const head = Buffer.alloc(2)
  await handle.read(head, 0, 2, 0).finally(() => handle.close())
  const stream = createReadStream(file, { highWaterMark: 1 << 20 })
  if (head[0] === 0x1f && head[1] === 0x8b) return stream.pipe(createGunzip())
  // zlib's first two bytes; a plain file begins with a record's length, and 0x78 .. 0xda would be an odd one, checked by its checksum.
  const zlib = head[0] === 0x78 && ((head[0] << 8) | head[1]!) % 31 === 0 && !(await startsPlain(file))
  return zlib ? stream.pipe(createInflate()) : stream
}

async function startsPlain(file: string): Promise<boolean> {
  const handle = await open(file, 'r')
  const head = Buffer.alloc(HEAD)
  await handle.read(head, 0, HEAD, 0).finally(() => handle.close())
  return maskedCrc32c(head.subarray(0, 8)) === head.readUInt32LE(8)
}

/** Bytes of a stream, taken in pieces of any length. */
class ByteSource {
  readonly #stream: { destroy(): unknown }
  readonly #chunks: AsyncIterator<Uint8Array>
  #held: Uint8Array[] = []
  #size = 0

  constructor(stream: AsyncIterable<Uint8Array> & { destroy(): unknown }) {
    this.#stream = stream
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** The next bytes; fewer at the end. */
  async take(length: number): Promise<Uint8Array> {
    while (this.#size < length) {
      const next = await this.#chunks.next()
      if (next.done === true) break
      this.#held.push(next.value)
      this.#size += next.value.length
    }
    const all = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held, this.#size)
    const taken = all.subarray(0, length)
    this.#held = [all.subarray(taken.length)]
    this.#size -= taken.length
    return taken
  }

  async close(): Promise<void> {
    this.#stream.destroy()
    await this.#chunks.return?.()
  }
}
