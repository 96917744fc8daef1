import { AppError } from '#shared/errors.ts'
import type { MaskShape } from '#shared/records/shape.ts'
import type { Size } from './fit-shape.ts'
import { maskOfRowRuns, type RowRuns } from './mask-runs.ts'

/** Bits of the lengths of runs that are written; the format lets each file choose four. */
const LENGTH_BITS = [3, 4, 8, 16] as const
/** Four channels of so many pixels still fit the format's 32-bit count of bytes. */
export const MOST_BRUSH_PIXELS = 2 ** 28

/**
 * Label Studio's run lengths of a brush (label_studio_converter/brush.py): bits of a count of bytes (32), a word's size (5, less one), four sizes of
 * lengths (4 each, less one), then blocks: one bit whether a word is repeated, two that choose the size of a length, the length less one, and the word or
 * words. The bytes are an RGBA picture; its opaque pixels are the mask, as runs that are off, on, off, ... row by row.
 *
 * @throws AppError `runs-damaged`.
 */
export function maskOfBrush(bytes: readonly number[], { width, height }: Size): MaskShape | null {
  const input = new Bits(bytes)
  const count = input.read(32)
  if (count !== width * height * 4)
    throw new AppError('runs-damaged', `its run lengths are of ${count / 4} pixels, the image has ${width * height}`)
  const word = input.read(5) + 1
  const sizes = [0, 1, 2, 3].map(() => input.read(4) + 1)
  const runs: number[] = []
  let [done, on] = [0, false]
  /** Bytes up to `end` have this value: every fourth is a pixel's opacity. */
  const take = (end: number, value: number): void => {
    const pixels = Math.floor(end / 4) - Math.floor(done / 4)
    done = end
    if (pixels === 0) return
    if (runs.length > 0 && value > 0 === on) runs[runs.length - 1]! += pixels
    else {
      if (runs.length === 0 && value > 0) runs.push(0)
      runs.push(pixels)
      on = value > 0
    }
  }
  while (done < count) {
    const repeated = input.read(1) === 1
    const end = done + 1 + input.read(sizes[input.read(2)]!)
    if (end > count) throw new AppError('runs-damaged', 'its run lengths go beyond the image')
    if (repeated) take(end, input.read(word))
    else while (done < end) take(done + 1, input.read(word))
  }
  return maskOfRowRuns({ frame: { x: 0, y: 0, width, height }, runs })
}

/** The same the other way: pixels that are on are opaque white. The runs are of a whole image of at most `MOST_BRUSH_PIXELS`. */
export function brushOf({ frame, runs }: RowRuns): number[] {
  const out = new BitWriter()
  out.write(frame.width * frame.height * 4, 32)
  out.write(7, 5)
  for (const bits of LENGTH_BITS) out.write(bits - 1, 4)
  for (const [k, run] of runs.entries())
    for (let left = run * 4; left > 0;) {
      const length = Math.min(left, 2 ** 16)
      const size = LENGTH_BITS.findIndex((bits) => length <= 2 ** bits)
      out.write(1, 1)
      out.write(size, 2)
      out.write(length - 1, LENGTH_BITS[size]!)
      out.write(k % 2 === 0 ? 0 : 255, 8)
      left -= length
    }
  return out.bytes()
}

class Bits {
  readonly #bytes: readonly number[]
  #at = 0

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes
  }

  /** The next bits as a number, the highest first. */
  read(bits: number): number {
    let value = 0
    for (let left = bits; left > 0;) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined || !(byte >= 0 && byte <= 255)) throw new AppError('runs-damaged', 'its run lengths end too early')
      const free = 8 - (this.#at & 7)
      const take = Math.min(free, left)
      value = value * 2 ** take + ((byte >> (free - take)) & (2 ** take - 1))
      this.#at += take
      left -= take
    }
    return value
  }
}

class BitWriter {
  readonly #bytes: number[] = []
  #open = 0
  #bits = 0

  write(value: number, bits: number): void {
    for (let at = bits - 1; at >= 0; at--) {
      this.#open = this.#open * 2 + (Math.floor(value / 2 ** at) % 2)
      if (++this.#bits === 8) this.#close()
    }
  }

  bytes(): number[] {
    if (this.#bits > 0) {
      this.#open *= 2 ** (8 - this.#bits)
      this.#close()
    }
    return this.#bytes
  }

  #close(): void {
    this.#bytes.push(this.#open)
    this.#open = 0
    this.#bits = 0
  }
}
