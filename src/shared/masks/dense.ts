import { type Box } from '../geometry/box.ts'
import { type BitMask, maskSpans } from './bit-mask.ts'
import { drawSpans } from './draw-shape.ts'
import { maskOfSpans } from './paint.ts'
import { pixelsOfBox, type Spans } from './spans.ts'

/** A map of values of pixels, row by row: anything that can be read by index. */
export type PixelMap = ArrayLike<number>

/** The pixels of a map that have one value (default: any but 0). The map is the region's, width * height long; whole pixels. */
export function mapSpans(map: PixelMap, region: Box, value?: number): Spans {
  const { x, y, width, height } = pixelsOfBox(region)
  checkLength(map, width, height)
  const isIn = (i: number): boolean => (value === undefined ? map[i] !== 0 : map[i] === value)
  return (sink) => {
    for (let row = 0; row < height; row++) {
      const [start, end] = [row * width, (row + 1) * width]
      for (let i = start; i < end; i++) {
        if (!isIn(i)) continue
        const from = i
        while (i < end && isIn(i)) i++
        sink(y + row, x + from - start, x + i - start)
      }
    }
  }
}

/** The pixels of each value but 0 of a label map, by value, ascending; in one pass over the map, whatever their number. */
export function spansByLabel(map: PixelMap, region: Box): Map<number, Spans> {
  const { x, y, width, height } = pixelsOfBox(region)
  checkLength(map, width, height)
  const runs = new Map<number, number[]>()
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width;) {
      const value = map[i]!
      const from = column
      while (column < width && map[i] === value) {
        column++
        i++
      }
      if (value === 0) continue
      const others = runs.get(value)
      if (others === undefined) runs.set(value, [y + row, x + from, x + column])
      else others.push(y + row, x + from, x + column)
    }
  }
  return new Map([...runs].sort(([a], [b]) => a - b).map(([value, triples]) => [value, spansOfTriples(triples)]))
}

function spansOfTriples(triples: readonly number[]): Spans {
  return (sink) => {
    for (let i = 0; i < triples.length; i += 3) sink(triples[i]!, triples[i + 1]!, triples[i + 2]!)
  }
}

function checkLength(map: PixelMap, width: number, height: number): void {
  if (map.length !== width * height) throw new RangeError(`A region of ${width} x ${height} px does not have ${map.length} values`)
}

/** A map's pixels of one value (default: any but 0) as a mask. */
export function bitMaskOfMap(map: PixelMap, region: Box, value?: number): BitMask {
  return maskOfSpans(mapSpans(map, region, value))
}

/** A region (whole pixels) of a mask, row by row: 1 where the mask is, else 0. */
export function mapOfMask(mask: BitMask, region: Box): Uint8Array {
  const { width, height } = pixelsOfBox(region)
  const out = new Uint8Array(width * height)
  drawSpans(maskSpans(mask, region), out, region, 1)
  return out
}
