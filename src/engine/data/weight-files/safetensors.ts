import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { say } from '#shared/i18n/say.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import type { WeightArray, Weights } from '../../nn/weights.ts'
import { bytesPerNumber, countOf, type NumberFormat, toFloat32, unreadable } from './number-formats.ts'
import { readExactly } from './read-exactly.ts'
import type { SkippedArray, StoredArray, WeightFile } from './weight-file.ts'

/**
 * The safetensors format (Hugging Face, format 1): 8 bytes header length, a JSON header of name -> { dtype, shape, data_offsets },
 * then the numbers without a hole, little-endian. Nothing in it can be executed; everything that it claims is checked here.
 */
export interface SafetensorsFile {
  readonly weights: Weights
  /** The `__metadata__` texts. */
  readonly metadata: Readonly<Record<string, string>>
}

/** The format's own limit of the header. */
const MAX_HEADER = 100_000_000
const MAX_TENSORS = 100_000
/** A single read of Node stops at 2 GiB; no network of ours comes near. */
const MAX_TENSOR_BYTES = 2 ** 31 - 1

const floatFormats: readonly NumberFormat[] = ['F64', 'F32', 'F16', 'BF16']

const entrySchema = z.object({
  dtype: z.string().max(20),
  shape: z.array(z.number().int().nonnegative()).max(16),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})
const metadataSchema = z.record(z.string(), z.string())

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}
interface Header {
  readonly entries: readonly Entry[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Opens a file; its numbers are read on demand. Throws AppError `weights-unreadable` on anything that breaks the format or does not fit
 * the file's size.
 */
export async function openSafetensors(file: string): Promise<WeightFile & { readonly metadata: Readonly<Record<string, string>> }> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const name = path.basename(file)
    const headerLength = await readHeaderLength(handle, size, name)
    const header = parseHeader(await readExactly(handle, 8, headerLength, name), size - 8 - headerLength, name)
    const contents = storedArrays(handle, header, 8 + headerLength, name)
    return { format: 'safetensors', ...contents, metadata: header.metadata, close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Reads a whole file: every array of floating-point numbers, and the metadata. Throws as `openSafetensors`. */
export async function readSafetensors(file: string): Promise<SafetensorsFile> {
  const opened = await openSafetensors(file)
  try {
    const weights = new Map<string, WeightArray>()
    for (const [name, array] of opened.arrays) weights.set(name, { shape: array.shape, data: await array.read() })
    return { weights, metadata: opened.metadata }
  } finally {
    await opened.close()
  }
}

async function readHeaderLength(handle: FileHandle, size: number, name: string): Promise<number> {
  if (size < 8) throw unreadable(`${name} is too short for a safetensors file.`)
  const length = Number((await readExactly(handle, 0, 8, name)).readBigUInt64LE(0))
  if (length > MAX_HEADER) throw unreadable(`${name} is no safetensors file: it claims a header of ${length} bytes.`)
  if (length > size - 8) throw unreadable(`${name} is cut short: its header alone should be ${length} bytes.`)
  return length
}

function parseHeader(bytes: Buffer, dataLength: number, name: string): Header {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw unreadable(`${name} is no safetensors file: its header is no JSON.`)
  }
  const table = z.record(z.string(), z.unknown()).safeParse(json)
  if (!table.success) throw unreadable(`${name}: the safetensors header is no table of tensors.`)
  const { __metadata__: metadata = {}, ...tensors } = table.data
  const texts = metadataSchema.safeParse(metadata)
  if (!texts.success) throw unreadable(`${name}: the safetensors metadata are not plain texts.`)
  const entries = Object.entries(tensors).map(([key, value]) => parseEntry(key, value, name))
  if (entries.length > MAX_TENSORS) throw unreadable(`${name} claims ${entries.length} tensors.`)
  checkLayout(entries, dataLength, name)
  return { entries, metadata: texts.data }
}

function parseEntry(key: string, value: unknown, file: string): Entry {
  const parsed = entrySchema.safeParse(value)
  if (!parsed.success) throw unreadable(`${file}: the entry of "${key.slice(0, 200)}" is malformed.`)
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data
  const format = floatFormats.find((known) => known === dtype)
  const count = countOf(shape, key.slice(0, 200))
  if (end < begin || end - begin > MAX_TENSOR_BYTES || (format && end - begin !== count * bytesPerNumber(format)))
    throw unreadable(`${file}: "${key.slice(0, 200)}" has ${end - begin} bytes, which does not fit ${dtype} [${shape.join(', ')}].`)
  return { name: key, dtype, shape, begin, end }
}

/** The format wants the data filled without a hole and without overlap: so no file is larger or smaller than what it says it holds. */
function checkLayout(entries: readonly Entry[], dataLength: number, file: string): void {
  let at = 0
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== at) throw unreadable(`${file}: the tensors overlap or leave a hole at byte ${at}.`)
    at = entry.end
  }
  if (at > dataLength) throw unreadable(`${file} is cut short: it holds ${dataLength} of ${at} bytes of numbers.`)
  if (at < dataLength) throw unreadable(`${file} has ${dataLength - at} bytes that belong to no tensor.`)
}

function storedArrays(handle: FileHandle, header: Header, start: number, file: string): Pick<WeightFile, 'arrays' | 'skipped'> {
  const arrays = new Map<string, StoredArray>()
  const skipped: SkippedArray[] = []
  for (const { name, dtype, shape, begin, end } of header.entries) {
    const format = floatFormats.find((known) => known === dtype)
    const read = async (kind: NumberFormat) => toFloat32(await readExactly(handle, start + begin, end - begin, file), kind)
    if (format) arrays.set(name, { shape, read: () => read(format) })
    else skipped.push({ name, why: say('holds {{type}}, not floating-point numbers', { type: dtype }) })
  }
  return { arrays, skipped }
}

/** Writes float32 weights and metadata, whole or not at all (errors as `writeWhole`). Throws RangeError where an array does not fill its shape. */
export async function writeSafetensors(file: string, weights: Weights, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
  const header = encodeHeader(weights, metadata)
  await writeWhole(file, async (handle) => {
    await writeAll(handle, header)
    for (const { data } of weights.values()) await writeAll(handle, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  })
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) done += (await handle.write(bytes, done, bytes.byteLength - done)).bytesWritten
}

/** Length and JSON, padded with spaces so that the numbers start at a multiple of 8. */
function encodeHeader(weights: Weights, metadata: Readonly<Record<string, string>>): Buffer {
  const table: Record<string, unknown> = { __metadata__: metadata }
  let at = 0
  for (const [name, { shape, data }] of weights) {
    if (name === '__metadata__' || countOf(shape, name) !== data.length) throw new RangeError(`"${name}" cannot be stored`)
    table[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] }
    at += data.byteLength
  }
  const json = Buffer.from(JSON.stringify(table))
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ')
  header.writeBigUInt64LE(BigInt(header.length - 8), 0)
  json.copy(header, 8)
  return header
}
