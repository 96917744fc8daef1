import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import type { recordsRequest, RecordsUnpacked } from '#shared/contracts/label-maps.ts'
import { say } from '#shared/i18n/say.ts'
import { sniffFormat } from '../formats.ts'
import { MAX_PIXELS } from '../limits.ts'
import { sharpOf } from '../sharp-of.ts'
import { ExampleError, type Feature, parseExample } from './example.ts'
import { readRecords } from './record-file.ts'

// Names that features go by, the first that is there counts.
const IMAGE = ['image', 'img', 'image_raw', 'img_raw', 'image_bytes', 'img_bytes', 'image/encoded', 'images', 'x']
const MASK = ['mask', 'mask_raw', 'mask_bytes', 'masks', 'image/segmentation/class/encoded', 'segmentation', 'label', 'labels', 'y']
const HEIGHT = ['height', 'image/height', 'image_height', 'img_height', 'rows', 'h']
const WIDTH = ['width', 'image/width', 'image_width', 'img_width', 'cols', 'w']
const SHAPE = ['shape', 'image_shape', 'img_shape', 'size', 'sizes', 'image_size']
const NAME = ['name', 'filename', 'image/filename', 'image_name', 'img_name', 'img_path', 'image_id', 'id']

type Features = ReadonlyMap<string, Feature>

/** A picture as a record holds it: raw samples with their size, or a file of some format. */
type Stored =
  | { readonly kind: 'raw'; readonly data: Uint8Array; readonly width: number; readonly height: number; readonly channels: 1 | 3 }
  | { readonly kind: 'file'; readonly data: Uint8Array; readonly ending: string }

/**
 * Unpacks a TFRecord file of pictures with masks, the layout of kidney studies: a feature `image` and a feature `mask`, each raw bytes (8 bits, row
 * by row, RGB or one channel) or PNG, JPEG, BMP, TIFF, WebP, and sizes (`height` and `width`, or `shape`; without them a square is taken).
 * Records that cannot be used are told one by one and the rest is written. Throws AppError of `ImageFailure`.
 */
export async function unpackRecords({ file, folder, prefix }: z.output<typeof recordsRequest>): Promise<RecordsUnpacked> {
  const unpacked: { records: { image: string; mask: string | null }[]; problems: string[] } = { records: [], problems: [] }
  const taken = new Set<string>()
  let number = 0
  for await (const record of readRecords(file)) {
    number++
    const problem = (what: string): void => void unpacked.problems.push(`${say('record {{number}}', { number: String(number) })}: ${what}`)
    if ('problem' in record) {
      problem(record.problem)
      continue
    }
    try {
      const features = parseExample(record.bytes)
      const stem = uniqueStem(nameOf(features) ?? `${prefix}-${String(number).padStart(5, '0')}`, taken)
      unpacked.records.push(await writeRecord(features, path.join(folder, stem), problem))
    } catch (thrown) {
      if (!(thrown instanceof ExampleError)) throw thrown
      problem(`${thrown.message}: ${say('left out')}`)
    }
  }
  return unpacked
}

async function writeRecord(
  features: Features,
  stem: string,
  problem: (what: string) => void,
): Promise<{ image: string; mask: string | null }> {
  const bytes = bytesOf(features, IMAGE)
  if (bytes === null)
    throw new ExampleError(
      say('it has no feature "image" (it has {{names}})', { names: [...features.keys()].slice(0, 8).join(', ') || say('none') }),
    )
  const image = storedPicture(bytes, sizeOf(features), say('image'))
  const maskBytes = bytesOf(features, MASK)
  // A mask without a size of its own has the image's.
  const size = sizeOf(features) ?? (image.kind === 'raw' ? image : null)
  const mask = maskBytes === null ? null : storedPicture(maskBytes, size, say('mask'))
  if (mask === null) problem(say('it has no mask: taken as an unlabelled image'))
  return { image: await writePicture(stem, image), mask: mask && (await writePicture(`${stem}_mask`, mask)) }
}

const first = <T>(features: Features, names: readonly string[], pick: (feature: Feature) => T | undefined): T | null => {
  for (const name of names) {
    const feature = features.get(name)
    const found = feature && pick(feature)
    if (found !== undefined) return found
  }
  return null
}

const bytesOf = (features: Features, names: readonly string[]): Uint8Array | null => first(features, names, ({ bytes }) => bytes[0])

interface Size {
  readonly width: number
  readonly height: number
}

/** Height and width as features of their own, or as a shape: height, width and, maybe, channels. */
function sizeOf(features: Features): Size | null {
  const [height, width] = [first(features, HEIGHT, ({ ints }) => ints[0]), first(features, WIDTH, ({ ints }) => ints[0])]
  if (height !== null && width !== null) return { width, height }
  const shape = first(features, SHAPE, ({ ints }) => (ints.length >= 2 ? ints : undefined))
  return shape === null ? null : { height: shape[0]!, width: shape[1]! }
}

function storedPicture(data: Uint8Array, size: Size | null, what: string): Stored {
  const sniffed = sniffFormat(data.subarray(0, 32))
  // Raw bytes may begin like a file's by chance only where their number fits too.
  if (sniffed.kind === 'image' && !fits(data, size)) return { kind: 'file', data, ending: sniffed.format }
  const { width, height } = size ?? squareOf(data, what)
  const pixels = width * height
  if (!(pixels > 0) || pixels > MAX_PIXELS)
    throw new ExampleError(
      say('its {{what}} is said to have {{width}} x {{height}} pixels', { what, width: String(width), height: String(height) }),
    )
  const channels = data.length / pixels
  if (channels === 1 || channels === 3) return { kind: 'raw', data, width, height, channels }
  throw new ExampleError(
    say('its {{what}} has {{bytes}} bytes, which is not {{width}} x {{height}} pixels of 1 or 3 channels', {
      what,
      bytes: String(data.length),
      width: String(width),
      height: String(height),
    }),
  )
}

const fits = (data: Uint8Array, size: Size | null): boolean =>
  size !== null && (data.length === size.width * size.height || data.length === size.width * size.height * 3)

function squareOf(data: Uint8Array, what: string): Size {
  for (const channels of [3, 1]) {
    const side = Math.sqrt(data.length / channels)
    if (Number.isInteger(side) && side > 0) return { width: side, height: side }
  }
  throw new ExampleError(say('its {{what}} is neither a picture file nor a square of raw bytes, and no size is given', { what }))
}

async function writePicture(stem: string, stored: Stored): Promise<string> {
  if (stored.kind === 'raw') {
    await sharpOf(stored)
      .toColourspace(stored.channels === 1 ? 'b-w' : 'srgb')
      .png({ compressionLevel: 6 })
      .toFile(`${stem}.png`)
    return `${stem}.png`
  }
  await writeFile(`${stem}.${stored.ending}`, stored.data)
  return `${stem}.${stored.ending}`
}

/** The name that a record gives its image: its last part without ending, plain letters only. */
function nameOf(features: Features): string | null {
  const bytes = bytesOf(features, NAME)
  if (bytes === null) return null
  const last = new TextDecoder().decode(bytes.subarray(0, 1000)).split(/[\\/]/).at(-1) ?? ''
  const plain = last.replace(/\.[a-z0-9]{1,5}$/i, '').replaceAll(/[^\p{L}\p{N} ._-]/gu, '_')
  return /[\p{L}\p{N}]/u.test(plain) && !plain.startsWith('.') ? plain.slice(0, 100) : null
}

function uniqueStem(wanted: string, taken: Set<string>): string {
  let stem = wanted
  for (let n = 2; taken.has(stem.toLowerCase()); n++) stem = `${wanted}-${n}`
  taken.add(stem.toLowerCase())
  return stem
}
