import { say } from '../i18n/say.ts'
import { AppError } from '../errors.ts'
import { type Size } from '../geometry/point.ts'
import { type BitMask, maskSpans } from './bit-mask.ts'
import { bitMaskOfMap, mapOfMask, type PixelMap } from './dense.ts'
import { maskOfSpans } from './paint.ts'
import { transposeMask } from './transpose.ts'

/**
 * A mask as COCO keeps it: the image's size and the lengths of runs that are off, on, off, ... down the columns, left to
 * right; the first is off and may be 0. A string is pycocotools' compressed form, an array its uncompressed one.
 */
export interface CocoRle {
  /** Height and width of the image. */
  readonly size: readonly [number, number]
  readonly counts: string | readonly number[]
}

/** More pixels than this are taken for damage. */
const MOST_PIXELS = 2 ** 31 - 1

/** The pixels of a mask that lie in an image, as compressed COCO run lengths: the same text as pycocotools writes. */
export function cocoRleOf(mask: BitMask, { width, height }: Size): { size: [number, number]; counts: string } {
  return { size: [height, width], counts: compress(columnRuns(mask, width, height)) }
}

/** The same from a map of pixels, row by row, 0 and not 0. Throws RangeError where the sizes disagree. */
export function cocoRleOfMap(map: PixelMap, { width, height }: Size): { size: [number, number]; counts: string } {
  return cocoRleOf(bitMaskOfMap(map, { x: 0, y: 0, width, height }), { width, height })
}

/**
 * The mask of COCO run lengths, compressed or not. Throws AppError `rle-damaged` where the size is not two whole numbers from 1,
 * the text has other characters or ends in the middle of a number, or the runs do not fill the image exactly.
 */
export function bitMaskOfCocoRle(rle: CocoRle): BitMask {
  const [height, width] = checkedSize(rle.size)
  const runs = typeof rle.counts === 'string' ? decompress(rle.counts) : rle.counts
  checkRuns(runs, height * width)
  const columns = maskOfSpans((sink) => {
    for (let k = 0, place = 0; k < runs.length; place += runs[k++]!) {
      const end = k % 2 === 0 ? place : place + runs[k]!
      for (let from = place; from < end;) {
        const column = Math.floor(from / height)
        const to = Math.min(end, (column + 1) * height)
        sink(column, from - column * height, to - column * height)
        from = to
      }
    }
  })
  return transposeMask(columns)
}

/** The same as a map of pixels, row by row, 0 and 1, of the image's size. Throws as `bitMaskOfCocoRle`. */
export function mapOfCocoRle(rle: CocoRle): Uint8Array {
  const [height, width] = checkedSize(rle.size)
  return mapOfMask(bitMaskOfCocoRle(rle), { x: 0, y: 0, width, height })
}

function columnRuns(mask: BitMask, width: number, height: number): number[] {
  const runs: number[] = []
  // A run that is on, not yet written; it goes on from the foot of one column to the head of the next.
  let [last, from, to] = [0, 0, 0]
  const finish = (): void => {
    if (from < to) runs.push(from - last, to - from)
    if (from < to) last = to
  }
  maskSpans(transposeMask(mask), { width: height, height: width })((column, top, bottom) => {
    const start = column * height + top
    if (start !== to || from === to) {
      finish()
      from = start
    }
    to = column * height + bottom
  })
  finish()
  if (last < width * height || runs.length === 0) runs.push(width * height - last)
  return runs
}

/** Five bits a character from code 48, lowest first, 32 for "goes on"; from the fourth on a run is the difference to the one two before. */
function compress(runs: readonly number[]): string {
  const parts: string[] = []
  for (const [k, run] of runs.entries()) {
    let value = k > 2 ? run - runs[k - 2]! : run
    for (let more = true; more;) {
      const bits = value & 31
      value >>= 5
      more = (bits & 16) === 0 ? value !== 0 : value !== -1
      parts.push(String.fromCharCode(48 + bits + (more ? 32 : 0)))
    }
  }
  return parts.join('')
}

function decompress(text: string): number[] {
  const runs: number[] = []
  for (let place = 0; place < text.length;) {
    let value = 0
    for (let shift = 0; ; shift += 5) {
      const code = text.charCodeAt(place++) - 48
      if (!(code >= 0 && code < 64))
        throw damaged(place > text.length ? say('it ends in the middle of a number') : say('it has characters of no number'))
      if (shift > 30) throw damaged(say('one of its numbers is too long'))
      value |= (code & 31) << shift
      if ((code & 32) !== 0) continue
      if ((code & 16) !== 0 && shift < 27) value |= -1 << (shift + 5)
      break
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2]! : value)
  }
  return runs
}

function checkedSize(size: CocoRle['size']): CocoRle['size'] {
  const [height, width] = size
  const right = Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0 && height * width <= MOST_PIXELS
  if (!right) throw damaged(say('its size is {{height}} x {{width}}', { height: String(height), width: String(width) }))
  return size
}

function checkRuns(runs: readonly number[], pixels: number): void {
  let sum = 0
  for (const run of runs) {
    if (!Number.isInteger(run) || run < 0) throw damaged(say('one of its runs is not a whole number from 0'))
    sum += run
  }
  if (sum !== pixels) throw damaged(say('its runs fill {{sum}} of {{pixels}} pixels', { sum: String(sum), pixels: String(pixels) }))
}

function damaged(what: string): AppError {
  return new AppError('rle-damaged', `These COCO run lengths cannot be read: ${what}.`)
}
