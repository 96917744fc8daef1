/**
 * Header of a Windows or OS/2 bitmap (Microsoft, "Bitmap Storage"; header sizes 12, 40, 52, 56, 64, 108 and 124).
 * Written here because the packaged decoder (bmp-ts 1.0.9) swaps the colours of 8-bit files, stops after the first row of 4-bit ones of odd
 * width, gets run-length coding wrong, and takes memory for whatever size a header claims.
 */
export interface BmpHeader {
  readonly width: number
  /** Positive; `topDown` tells the order of the rows. */
  readonly height: number
  readonly topDown: boolean
  readonly bitsPerPixel: 1 | 2 | 4 | 8 | 16 | 24 | 32
  readonly coding: 'plain' | 'rle8' | 'rle4'
  /** Masks of red, green, blue, alpha for 16 and 32 bits; alpha 0 = none. */
  readonly masks: readonly [number, number, number, number]
  /** Red, green, blue of each entry, for up to 8 bits. */
  readonly palette: Uint8Array
  /** Where the pixels begin. */
  readonly dataOffset: number
  /** Bytes of the pixels where they are not run-length coded, else null. */
  readonly dataBytes: number | null
  readonly pixelsPerMetre: readonly [number, number]
}

/** Bytes from the file's start that are enough for any header with its palette. */
export const BMP_HEADER_BYTES = 14 + 124 + 16 + 4 * 256

/** Thrown for what is no sound bitmap; `unsupported` where it may be sound but is of a kind that is not read. */
export class BmpError extends Error {
  readonly unsupported: boolean
  constructor(message: string, unsupported = false) {
    super(message)
    this.name = 'BmpError'
    this.unsupported = unsupported
  }
}

/** Parses the header out of the file's first `BMP_HEADER_BYTES` bytes. Throws BmpError. */
export function parseBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength < 26) throw new BmpError('the header is cut off')
  const headerSize = view.getUint32(14, true)
  if (view.byteLength < 14 + headerSize) throw new BmpError('the header is cut off')
  if (headerSize !== 12 && headerSize < 40) throw new BmpError(`a header of ${headerSize} bytes`, true)
  const size = headerSize === 12 ? coreSize(view) : infoSize(view)
  if (size.width < 1 || size.height < 1) throw new BmpError(`a size of ${size.width} x ${size.height}`)
  const bitsPerPixel = checkedBits(size.bits)
  const coding = codingOf(size.compression, bitsPerPixel)
  const masked = size.compression === 3 || size.compression === 6
  const extraMasks = headerSize === 40 && masked ? (size.compression === 6 ? 16 : 12) : 0
  const paletteAt = 14 + headerSize + extraMasks
  const dataOffset = view.getUint32(10, true)
  const rowBytes = Math.ceil((size.width * bitsPerPixel) / 32) * 4
  return {
    width: size.width,
    height: size.height,
    topDown: size.topDown,
    bitsPerPixel,
    coding,
    masks: masked ? readMasks(view, headerSize + extraMasks) : defaultMasks(bitsPerPixel),
    palette: readPalette(view, paletteAt, { bits: bitsPerPixel, used: size.colours, entryBytes: headerSize === 12 ? 3 : 4, dataOffset }),
    dataOffset,
    dataBytes: coding === 'plain' ? rowBytes * size.height : null,
    pixelsPerMetre: size.pixelsPerMetre,
  }
}

interface SizeFields {
  readonly width: number
  readonly height: number
  readonly topDown: boolean
  readonly bits: number
  readonly compression: number
  readonly colours: number
  readonly pixelsPerMetre: readonly [number, number]
}

function coreSize(view: DataView): SizeFields {
  const [width, height, bits] = [view.getUint16(18, true), view.getUint16(20, true), view.getUint16(24, true)]
  return { width, height, topDown: false, bits, compression: 0, colours: 0, pixelsPerMetre: [0, 0] }
}

function infoSize(view: DataView): SizeFields {
  const height = view.getInt32(22, true)
  return {
    width: view.getInt32(18, true),
    height: Math.abs(height),
    topDown: height < 0,
    bits: view.getUint16(28, true),
    compression: view.getUint32(30, true),
    colours: view.getUint32(46, true),
    pixelsPerMetre: [view.getInt32(38, true), view.getInt32(42, true)],
  }
}

function checkedBits(bits: number): BmpHeader['bitsPerPixel'] {
  if (bits === 1 || bits === 2 || bits === 4 || bits === 8 || bits === 16 || bits === 24 || bits === 32) return bits
  throw new BmpError(`${bits} bits a pixel`)
}

function codingOf(compression: number, bits: number): BmpHeader['coding'] {
  if (compression === 0) return 'plain'
  if (compression === 1 && bits === 8) return 'rle8'
  if (compression === 2 && bits === 4) return 'rle4'
  if ((compression === 3 || compression === 6) && (bits === 16 || bits === 32)) return 'plain'
  throw new BmpError(`compression ${compression} with ${bits} bits`, true)
}

function defaultMasks(bits: number): BmpHeader['masks'] {
  return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0]
}

function readMasks(view: DataView, headerBytes: number): BmpHeader['masks'] {
  if (view.byteLength < 14 + headerBytes) throw new BmpError('the header is cut off')
  const alpha = headerBytes >= 56 ? view.getUint32(66, true) : 0
  return [view.getUint32(54, true), view.getUint32(58, true), view.getUint32(62, true), alpha]
}

interface PaletteFields {
  readonly bits: number
  readonly used: number
  readonly entryBytes: 3 | 4
  readonly dataOffset: number
}

/** As many entries as the pixels can name; those that the file leaves out stay black. */
function readPalette(view: DataView, at: number, { bits, used, entryBytes, dataOffset }: PaletteFields): Uint8Array {
  if (bits > 8) return new Uint8Array(0)
  const entries = 2 ** bits
  const palette = new Uint8Array(entries * 3)
  const end = Math.min(view.byteLength, dataOffset >= at ? dataOffset : view.byteLength)
  const stated = used > 0 ? Math.min(used, entries) : entries
  for (let i = 0; i < stated && at + i * entryBytes + 3 <= end; i++) {
    const entry = at + i * entryBytes
    palette[i * 3] = view.getUint8(entry + 2)
    palette[i * 3 + 1] = view.getUint8(entry + 1)
    palette[i * 3 + 2] = view.getUint8(entry)
  }
  return palette
}

/** True where every entry is a grey. */
export function isGreyPalette(palette: Uint8Array): boolean {
  for (let i = 0; i < palette.length; i += 3) if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false
  return palette.length > 0
}
