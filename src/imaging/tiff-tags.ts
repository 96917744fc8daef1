/**
 * The tags of a TIFF's first page that the image library does not hand on (TIFF 6.0, Adobe 1992; BigTIFF as libtiff 4 writes it).
 * Numbers and texts only; offsets are checked against the file's size, so a hostile file can't make this read or keep much.
 */
export interface TiffTags {
  /** Compression (259): 1 = none, 5 = LZW, 7 = JPEG, ... */
  readonly compression: number
  /** ImageDescription (270): ImageJ, OME and Aperio keep their calibration there. */
  readonly description: string
  /** Pixels a unit, along x and y. */
  readonly xResolution: number | null
  readonly yResolution: number | null
  /** 1 = no unit, 2 = inch, 3 = centimetre. */
  readonly resolutionUnit: number
  /** ExtraSamples (338): 0 = unspecified, 1 and 2 = alpha; empty where the page has none. */
  readonly extraSamples: readonly number[]
  /** Last byte that a strip or tile of the first page claims, for telling a cut-off file. */
  readonly dataEnd: number
}

/** Reads bytes of the file; fewer than asked at its end. */
export type ReadBytes = (position: number, length: number) => Promise<Uint8Array>

const TEXT_LIMIT = 256 * 1024
const ENTRY_LIMIT = 1000
const LIST_LIMIT = 4_000_000
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
}

/** How numbers of a file are written, and the file itself. */
export interface Layout {
  readonly little: boolean
  readonly big: boolean
  readonly fileBytes: number
  readonly read: ReadBytes
}

/** One tag of a directory. */
export interface Entry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** The value itself where it fits, else the bytes that hold its offset. */
  readonly inline: DataView
}

/** Tags of the first page, or null where the file is no TIFF that can be followed. */
export async function readTiffTags(read: ReadBytes, fileBytes: number): Promise<TiffTags | null> {
  const start = await readTiffLayout(read, fileBytes)
  const directory = start && (await readDirectory(start.layout, start.first))
  return directory && tagsFrom(start.layout, directory.entries)
}

/** How a TIFF is written, and where its first directory lies; null where it is none. */
export async function readTiffLayout(read: ReadBytes, fileBytes: number): Promise<{ layout: Layout; first: number } | null> {
  const head = view(await read(0, 16))
  if (head.byteLength < 8) return null
  const little = head.getUint16(0) === 0x4949
  const big = head.getUint16(2, little) === 43
  if (big && head.byteLength < 16) return null
  const first = big ? Number(head.getBigUint64(8, little)) : head.getUint32(4, little)
  return { layout: { little, big, fileBytes, read }, first }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** One page's tags. */
export interface Directory {
  readonly entries: ReadonlyMap<number, Entry>
  /** Where the next page's directory lies; 0 after the last. */
  readonly next: number
}

/** The directory at an offset; null where none can be there. */
export async function readDirectory(layout: Layout, offset: number): Promise<Directory | null> {
  const countBytes = layout.big ? 8 : 2
  if (!(offset >= 8) || offset + countBytes > layout.fileBytes) return null
  const countView = view(await layout.read(offset, countBytes))
  if (countView.byteLength < countBytes) return null
  const count = layout.big ? Number(countView.getBigUint64(0, layout.little)) : countView.getUint16(0, layout.little)
  if (count > ENTRY_LIMIT) return null
  const size = layout.big ? 20 : 12
  const table = view(await layout.read(offset + countBytes, count * size + size))
  const entries = new Map<number, Entry>()
  const end = Math.min(count * size, table.byteLength)
  for (let at = 0; at + size <= end; at += size) {
    const entry = readEntry(layout, table, at)
    entries.set(entry.tag, entry)
  }
  return { entries, next: offsetAt(layout, table, count * size) }
}

function offsetAt({ little, big }: Layout, table: DataView, at: number): number {
  if (at + (big ? 8 : 4) > table.byteLength) return 0
  return big ? Number(table.getBigUint64(at, little)) : table.getUint32(at, little)
}

function readEntry({ little, big }: Layout, table: DataView, at: number): Entry {
  return {
    tag: table.getUint16(at, little),
    type: table.getUint16(at + 2, little),
    count: big ? Number(table.getBigUint64(at + 4, little)) : table.getUint32(at + 4, little),
    inline: new DataView(table.buffer, table.byteOffset + at + (big ? 12 : 8), big ? 8 : 4),
  }
}

async function valueBytes(layout: Layout, entry: Entry, limit: number): Promise<DataView | null> {
  const size = TYPE_BYTES[entry.type]
  if (size === undefined) return null
  const bytes = Math.min(entry.count * size, limit)
  if (entry.count * size <= entry.inline.byteLength) return entry.inline
  const offset = layout.big ? Number(entry.inline.getBigUint64(0, layout.little)) : entry.inline.getUint32(0, layout.little)
  if (offset + bytes > layout.fileBytes) return null
  return view(await layout.read(offset, bytes))
}

/** A tag's numbers; none where it is missing or of another kind. */
export async function numbers(layout: Layout, entry: Entry | undefined): Promise<number[]> {
  if (!entry) return []
  const size = TYPE_BYTES[entry.type]
  const bytes = await valueBytes(layout, entry, LIST_LIMIT)
  if (size === undefined || !bytes) return []
  const count = Math.min(entry.count, Math.floor(bytes.byteLength / size))
  return Array.from({ length: count }, (_, i) => numberAt(bytes, entry.type, i * size, layout.little))
}

function numberAt(bytes: DataView, type: number, at: number, little: boolean): number {
  if (type === 3) return bytes.getUint16(at, little)
  if (type === 4 || type === 13) return bytes.getUint32(at, little)
  if (type === 5) return bytes.getUint32(at, little) / bytes.getUint32(at + 4, little)
  if (type === 16 || type === 18) return Number(bytes.getBigUint64(at, little))
  return bytes.getUint8(at)
}

/** A tag's text, its first 256 kB; empty where it is missing. */
export async function text(layout: Layout, entry: Entry | undefined): Promise<string> {
  const bytes = entry && (await valueBytes(layout, entry, TEXT_LIMIT))
  if (!bytes) return ''
  const length = Math.min(entry.count, bytes.byteLength)
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('utf8').replace(/\0+$/, '')
}

async function tagsFrom(layout: Layout, entries: ReadonlyMap<number, Entry>): Promise<TiffTags> {
  const list = (tag: number): Promise<number[]> => numbers(layout, entries.get(tag))
  const positive = (value: number | undefined): number | null => (value !== undefined && value > 0 && Number.isFinite(value) ? value : null)
  // StripOffsets and StripByteCounts, or TileOffsets and TileByteCounts.
  const offsets = [...(await list(273)), ...(await list(324))]
  const lengths = [...(await list(279)), ...(await list(325))]
  return {
    compression: (await list(259))[0] ?? 1,
    description: await text(layout, entries.get(270)),
    xResolution: positive((await list(282))[0]),
    yResolution: positive((await list(283))[0]),
    resolutionUnit: (await list(296))[0] ?? 2,
    extraSamples: await list(338),
    dataEnd: offsets.reduce((end, offset, i) => Math.max(end, offset + (lengths[i] ?? 0)), 0),
  }
}
