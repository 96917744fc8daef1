import fc from 'fast-check'
import { type Box } from '#shared/geometry/box.ts'
import { type BitMask, maskSpans } from '#shared/masks/bit-mask.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { type Spans } from '#shared/masks/spans.ts'

/** A small window with its pixels, row-major: the plain model that the masks are compared with. */
export interface Dense {
  readonly frame: Box
  readonly pixels: Uint8Array
}

/** Windows at the origin and across the corners where four tiles meet, negative ones too. */
export const frames: fc.Arbitrary<Box> = fc.record({
  x: fc.constantFrom(-11, 0, 247, -268),
  y: fc.constantFrom(-9, 0, 244, 503),
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
})

/** Noise of any density, blobs and stripes: neighbours often alike, often not. */
export function pixelsFor({ width, height }: { width: number; height: number }): fc.Arbitrary<Uint8Array> {
  const length = width * height
  const noise = fc.uint8Array({ minLength: length, maxLength: length })
  return fc.tuple(noise, fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 4 })).map(([values, limit, grain]) => {
    const coarse = (i: number): number => {
      const [x, y] = [i % width, Math.floor(i / width)]
      return values[(y - (y % grain)) * width + x - (x % grain)]!
    }
    return values.map((_, i) => (coarse(i) < limit ? 1 : 0))
  })
}

export const dense: fc.Arbitrary<Dense> = frames.chain((frame) => pixelsFor(frame).map((pixels) => ({ frame, pixels })))

/** Two or more images of one window. */
export const densePair: fc.Arbitrary<{ frame: Box; a: Uint8Array; b: Uint8Array }> = frames.chain((frame) =>
  fc.record({ frame: fc.constant(frame), a: pixelsFor(frame), b: pixelsFor(frame) }),
)

export function maskFrom(pixels: Uint8Array, frame: Box): BitMask {
  return maskOfSpans((sink) => {
    for (const [i, value] of pixels.entries()) {
      const [x, y] = [frame.x + (i % frame.width), frame.y + Math.floor(i / frame.width)]
      if (value !== 0) sink(y, x, x + 1)
    }
  })
}

/** What spans cover of a window. Throws when they are out of order, empty, overlap or meet: every span is as long as it can be. */
export function pixelsOf(spans: Spans, { x, y, width, height }: Box): Uint8Array {
  const pixels = new Uint8Array(width * height)
  let last = { y: -Infinity, to: -Infinity }
  spans((row, from, to) => {
    if (!(from < to)) throw new Error(`Empty span ${from} to ${to}`)
    if (row < last.y || (row === last.y && from <= last.to)) throw new Error(`Span ${row}: ${from} after ${last.y}: ${last.to}`)
    last = { y: row, to }
    if (row < y || row >= y + height) return
    for (let px = Math.max(from, x); px < Math.min(to, x + width); px++) pixels[(row - y) * width + px - x] = 1
  })
  return pixels
}

export function pixelsOfMask(mask: BitMask, frame: Box): Uint8Array {
  return pixelsOf(maskSpans(mask), frame)
}

/** One value for each pixel of a window, from the coordinates of its left and upper edge. */
export function pixelsWhere({ x, y, width, height }: Box, inside: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => (inside(x + (i % width), y + Math.floor(i / width)) ? 1 : 0))
}
