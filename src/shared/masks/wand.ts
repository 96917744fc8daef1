import { type Point } from '../geometry/point.ts'
import { type LabImage } from './lab.ts'
import { type Connectivity } from './neighbours.ts'

export interface WandOptions {
  /** The colour sought is the mean of the square of this many pixels to each side of the seed. Default 0: the seed's own. */
  readonly sampleRadius?: number | undefined
  /** Whether only what hangs together with the seed is taken. Default true. */
  readonly contiguous?: boolean | undefined
  /** Default 4, so that the wand does not slip through a line one pixel thin. */
  readonly connectivity?: Connectivity | undefined
}

/**
 * What looks like the place that was clicked: the pixels whose colour is no further than `tolerance` (CIE 1976, the distance in
 * CIELAB; 2.3 is just noticeable) from the seed's, connected with it. The seed is in the image's pixels (floats);
 * its own pixel is always taken. Returns 1 or 0 for each pixel, row by row; all 0 where the seed lies outside.
 * O(pixels taken), so that it can follow the mouse; `labImage` is made once a picture.
 */
export function wand(image: LabImage, seed: Point, tolerance: number, options: WandOptions = {}): Uint8Array {
  const { width, height } = image
  const mask = new Uint8Array(width * height)
  const [x, y] = [Math.floor(seed.x), Math.floor(seed.y)]
  if (!(x >= 0 && y >= 0 && x < width && y < height)) return mask
  const isLike = likeness(image, meanAround(image, x, y, options.sampleRadius ?? 0), tolerance)
  mask[y * width + x] = 1
  if (options.contiguous ?? true) flood(mask, width, height, y * width + x, isLike, options.connectivity === 8 ? 1 : 0)
  else for (let i = 0; i < mask.length; i++) if (isLike(i)) mask[i] = 1
  return mask
}

type Colour = readonly [number, number, number]

function likeness({ lab }: LabImage, [l, a, b]: Colour, tolerance: number): (i: number) => boolean {
  const limit = tolerance * tolerance
  return (i) => {
    const dl = lab[3 * i]! - l
    const da = lab[3 * i + 1]! - a
    const db = lab[3 * i + 2]! - b
    return dl * dl + da * da + db * db <= limit
  }
}

function meanAround({ lab, width, height }: LabImage, x: number, y: number, radius: number): Colour {
  const sum: [number, number, number] = [0, 0, 0]
  let count = 0
  for (let py = Math.max(0, y - radius); py <= Math.min(height - 1, y + radius); py++) {
    for (let px = Math.max(0, x - radius); px <= Math.min(width - 1, x + radius); px++, count++) {
      for (let k = 0; k < 3; k++) sum[k]! += lab[3 * (py * width + px) + k]!
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count]
}

/** Fills row by row from the seed: each run that is found looks at the rows above and below it (Smith 1979). */
function flood(mask: Uint8Array, width: number, height: number, seed: number, isLike: (i: number) => boolean, reach: 0 | 1): void {
  // Runs still to look around, two numbers each: first pixel and last + 1.
  const open: number[] = []
  /** Takes the run through pixel i, which is in; returns where it ends. */
  const take = (i: number): number => {
    const row = i - (i % width)
    let from = i
    let to = i + 1
    mask[i] = 1
    while (from > row && mask[from - 1] === 0 && isLike(from - 1)) mask[--from] = 1
    while (to < row + width && mask[to] === 0 && isLike(to)) mask[to++] = 1
    open.push(from, to)
    return to
  }
  const lookAlong = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (mask[i] === 0 && isLike(i)) i = take(i)
  }
  take(seed)
  while (open.length > 0) {
    const to = open.pop()!
    const from = open.pop()!
    const row = from - (from % width)
    const left = Math.max(row, from - reach)
    const right = Math.min(row + width, to + reach)
    if (row > 0) lookAlong(left - width, right - width)
    if (row + width < width * height) lookAlong(left + width, right + width)
  }
}
