import type { FileHandle } from 'node:fs/promises'
import { unreadable } from './number-formats.ts'
import { readExactly } from './read-exactly.ts'

/** Where the bytes of a zip entry lie in the file. */
export interface StoredEntry {
  readonly start: number
  readonly size: number
}

const END = 0x06054b50
const END_SIZE = 22
const END64 = 0x06064b50
const END64_LOCATOR = 0x07064b50
const END64_LOCATOR_SIZE = 20
const CENTRAL = 0x02014b50
const CENTRAL_SIZE = 46
const LOCAL = 0x04034b50
const LOCAL_SIZE = 30
/** "Look in the ZIP64 fields instead." */
const FULL16 = 0xffff
const FULL32 = 0xffffffff
/** The list of 100,000 entries is a tenth of this. */
const MAX_DIRECTORY = 64 * 2 ** 20

/** A zip file that is being looked into. */
interface Zip {
  readonly handle: FileHandle
  readonly size: number
  readonly name: string
}

/**
 * The entries of a zip archive that are stored as they are, by name (PKWARE's APPNOTE 6.3, with ZIP64). Compressed and encrypted ones are
 * left out, so nothing grows on reading, and every entry lies inside the file. Our own few lines, because the usual libraries let errors
 * of a damaged archive escape into the process. Throws AppError `weights-unreadable` on a damaged archive.
 */
export async function storedEntries(handle: FileHandle, name: string): Promise<ReadonlyMap<string, StoredEntry>> {
  const { size } = await handle.stat()
  const zip = { handle, size, name }
  const entries = new Map<string, StoredEntry>()
  for (const found of listed(await readDirectory(zip), name)) {
    if (!found.stored) continue
    const header = await readExactly(handle, within(zip, found.offset, LOCAL_SIZE), LOCAL_SIZE, name)
    if (header.readUInt32LE(0) !== LOCAL) throw damaged(name)
    const start = found.offset + LOCAL_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28)
    entries.set(found.name, { start: within(zip, start, found.size), size: found.size })
  }
  return entries
}

function damaged(name: string): Error {
  return unreadable(`${name} is damaged or cut short: its list of contents cannot be read.`)
}

/** The position, if so many bytes from there on lie in the file. */
function within({ size, name }: Zip, position: number, length: number): number {
  if (!(position >= 0 && length >= 0 && position + length <= size)) throw damaged(name)
  return position
}

/** The central directory, found from the end of the file. */
async function readDirectory(zip: Zip): Promise<Buffer> {
  const tailLength = Math.min(zip.size, END_SIZE + FULL16 + END64_LOCATOR_SIZE)
  const tail = await readExactly(zip.handle, zip.size - tailLength, tailLength, zip.name)
  let at = tail.length - END_SIZE
  while (at >= 0 && !(tail.readUInt32LE(at) === END && at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length)) at--
  if (at < 0) throw damaged(zip.name)
  const [length, offset] = (await directory64(zip, tail, at)) ?? [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
  if (length > MAX_DIRECTORY) throw unreadable(`${zip.name} claims too many parts.`)
  return readExactly(zip.handle, within(zip, offset, length), length, zip.name)
}

/** Length and offset of the central directory where the archive keeps them in ZIP64 fields, else null. */
async function directory64(zip: Zip, tail: Buffer, end: number): Promise<[number, number] | null> {
  const locator = end - END64_LOCATOR_SIZE
  if (tail.readUInt32LE(end + 16) !== FULL32 && tail.readUInt16LE(end + 10) !== FULL16) return null
  if (locator < 0 || tail.readUInt32LE(locator) !== END64_LOCATOR) return null
  const record = await readExactly(zip.handle, within(zip, whole(tail, locator + 8), 56), 56, zip.name)
  if (record.readUInt32LE(0) !== END64) throw damaged(zip.name)
  return [whole(record, 40), whole(record, 48)]
}

/** A 64-bit number; what is beyond 2^53 lies beyond any file anyway. */
function whole(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at))
}

function* listed(directory: Buffer, file: string): Generator<{ name: string; stored: boolean; size: number; offset: number }> {
  for (let at = 0; at < directory.length;) {
    if (at + CENTRAL_SIZE > directory.length || directory.readUInt32LE(at) !== CENTRAL) throw damaged(file)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    const extraAt = at + CENTRAL_SIZE + nameLength
    const next = extraAt + extraLength + commentLength
    if (next > directory.length) throw damaged(file)
    const [packed, size, offset] = sizes(directory, at, directory.subarray(extraAt, extraAt + extraLength), file)
    const plain = (directory.readUInt16LE(at + 8) & 1) === 0 && directory.readUInt16LE(at + 10) === 0
    yield { name: directory.toString('utf8', at + CENTRAL_SIZE, extraAt), stored: plain && packed === size, size, offset }
    at = next
  }
}

/** Packed size, size and offset of an entry; those that do not fit 32 bits stand in this order in the extra field 1. */
function sizes(directory: Buffer, at: number, extra: Buffer, file: string): [number, number, number] {
  const [packed, size, offset] = [20, 24, 42].map((field) => directory.readUInt32LE(at + field)) as [number, number, number]
  let rest = extra64(extra)
  const wide = (value: number) => {
    if (value !== FULL32) return value
    if (rest.length < 8) throw damaged(file)
    const read = whole(rest, 0)
    rest = rest.subarray(8)
    return read
  }
  // The extra field has the size before the packed size.
  const fullSize = wide(size)
  return [wide(packed), fullSize, wide(offset)]
}

/** Contents of the extra field 1 (ZIP64), empty where there is none. */
function extra64(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 1 && end <= extra.length) return extra.subarray(at + 4, end)
  }
  return extra.subarray(0, 0)
}
