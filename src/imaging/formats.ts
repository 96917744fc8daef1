/** The image formats that are read. */
export type ImageFormat = 'jpeg' | 'png' | 'bmp' | 'tiff' | 'webp'

/** What a file is by its first bytes: a format that is read, the name of one that is known but not read, or nothing known. */
export type Sniffed = { kind: 'image'; format: ImageFormat } | { kind: 'unsupported'; name: string } | { kind: 'unknown' }

export { SLIDE_EXTENSIONS } from '#shared/records/image.ts'

/** How many first bytes `sniffFormat` wants. */
export const SNIFF_BYTES = 132

const image = (format: ImageFormat): Sniffed => ({ kind: 'image', format })
const unsupported = (name: string): Sniffed => ({ kind: 'unsupported', name })

const SIGNATURES: readonly { at: number; bytes: string; is: Sniffed }[] = [
  { at: 0, bytes: 'ffd8ff', is: image('jpeg') },
  { at: 0, bytes: '89504e470d0a1a0a', is: image('png') },
  { at: 0, bytes: '49492a00', is: image('tiff') },
  { at: 0, bytes: '4d4d002a', is: image('tiff') },
  { at: 0, bytes: '49492b000800', is: image('tiff') },
  { at: 0, bytes: '4d4d002b0008', is: image('tiff') },
  { at: 0, bytes: '474946383761', is: unsupported('GIF') },
  { at: 0, bytes: '474946383961', is: unsupported('GIF') },
  { at: 0, bytes: '0000000c6a502020', is: unsupported('JPEG 2000') },
  { at: 0, bytes: 'ff4fff51', is: unsupported('JPEG 2000') },
  { at: 0, bytes: '0000000c4a584c20', is: unsupported('JPEG XL') },
  { at: 0, bytes: 'ff0a', is: unsupported('JPEG XL') },
  { at: 0, bytes: 'da4a50484b', is: unsupported('Nikon') },
  { at: 0, bytes: '5a495352415746494c45', is: unsupported('Zeiss CZI') },
  { at: 0, bytes: '255044462d', is: unsupported('PDF') },
  { at: 0, bytes: '894844460d0a1a0a', is: unsupported('HDF5') },
  { at: 0, bytes: '38425053', is: unsupported('Photoshop') },
]

/** Recognises a file by its first 132 bytes (fewer if the file is shorter), whatever its name says. */
export function sniffFormat(head: Uint8Array): Sniffed {
  const hex = Buffer.from(head.subarray(0, SNIFF_BYTES)).toString('hex')
  const hit = SIGNATURES.find(({ at, bytes }) => hex.startsWith(bytes, at * 2))
  if (hit) return hit.is
  const text = Buffer.from(head.subarray(0, SNIFF_BYTES)).toString('latin1')
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return image('webp')
  if (text.slice(128, 132) === 'DICM') return unsupported('DICOM')
  if (text.startsWith('BM') && looksLikeBmp(head)) return image('bmp')
  if (text.slice(4, 8) === 'ftyp' && /heic|heix|mif1|avif/.test(text.slice(8, 24))) return unsupported('HEIC or AVIF')
  return { kind: 'unknown' }
}

/** `BM` alone begins many a text: the size of the header that follows must be one of the seven there are. */
function looksLikeBmp(head: Uint8Array): boolean {
  if (head.length < 26) return false
  const headerSize = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(14, true)
  return [12, 40, 52, 56, 64, 108, 124].includes(headerSize)
}
