import { boxAround, boxCentre, enclosingBox, type Box } from '../geometry/box.ts'
import { type Point, type Size } from '../geometry/point.ts'
import { labImage } from '../masks/lab.ts'
import { tidied } from './clean-logits.ts'
import { colorPyramid, taps, type ByteImage, type ColorPyramid } from './color-pyramid.ts'
import { INPUT_CHANNELS, INPUT_SIDE, OUTPUT_SIDE, type OutlineNet } from './net.ts'
import { sigmoid } from '../log-odds.ts'
import { type Click, type Prompt } from './prompt.ts'

/** A part of the picture, whole pixels, with 1 or 0 for each of them. */
export interface Outlined {
  readonly box: Box
  readonly mask: Uint8Array
}

/** Outlines objects of one picture. */
export interface Outliner {
  /** Null where nothing was said to be inside, or nothing was found. What was worked out for the clicks before is kept. */
  readonly outline: (prompt: Prompt) => Outlined | null
}

/** Where the object lies by what was said so far. */
interface Found {
  /** Pixels of the picture; may reach beyond it. */
  readonly square: Box
  /** OUTPUT_SIDE x OUTPUT_SIDE; above 0 the object. */
  readonly logits: Float32Array
  readonly quality: number
}

/** Side of the smallest square that is looked at round a first click, pixels of the picture; each next one is twice as large. */
const SMALLEST_SQUARE = 40
/** Pixels of the picture that an object has at least, unless nothing else is found. */
const LEAST_AREA = 50
/** Share of a square's side that an object takes up when it is looked at again. */
const FILL = 0.6
/** Radius of the discs that stand for clicks, pixels of the network's input. */
const DISC = 3

/**
 * Outlines by clicks with a network: squares of several sizes round the first click are looked at, the one of which the network expects the best
 * mask gives the object's size, and a square that fits the object is looked at once more; each further click looks again, with the mask so far
 * (Sofiiuk et al., "Reviving Iterative Training with Mask Guidance for Interactive Segmentation", 2021). A box gives the square at once.
 */
export function createOutliner(image: ByteImage, net: OutlineNet): Outliner {
  const pyramid = colorPyramid(image)
  const known = new Map<string, Found | null>()
  const after = (clicks: readonly Click[], box: Box | null): Found | null => {
    const key = JSON.stringify([clicks, box])
    const before = known.get(key)
    if (before !== undefined) return before
    const found = work(clicks, box)
    known.set(key, found)
    return found
  }
  const look = (square: Box, clicks: readonly Click[], before: Found | null): Found => {
    const { logits, quality } = net.run(inputOf(pyramid, square, clicks, before))
    return {
      square,
      quality,
      logits: tidied(
        logits,
        clicks.map((click) => ({ ...click, ...placeIn(square, click, OUTPUT_SIDE) })),
      ),
    }
  }
  const work = (clicks: readonly Click[], box: Box | null): Found | null => {
    const earlier = clicks.length === 0 ? null : after(clicks.slice(0, -1), box)
    if (earlier !== null) return look(squareFor(earlier, clicks), clicks, earlier)
    if (box !== null) {
      const said = clicks.some(({ inside }) => inside) ? clicks : [...clicks, { ...boxCentre(box), inside: true }]
      return look(squareAround(box), said, null)
    }
    const [first] = clicks
    if (first?.inside !== true) return null
    const guesses = squaresRound(first, image).map((square) => look(square, clicks, null))
    const likely = guesses.filter((guess) => areaOf(guess) >= LEAST_AREA)
    const best = (likely.length > 0 ? likely : guesses).reduce((a, b) => (b.quality > a.quality ? b : a))
    return look(squareFor(best, clicks), clicks, best)
  }
  return {
    outline: ({ clicks, box }) => {
      const found = after(clicks, box)
      return found && drawn(found, image, box)
    },
  }
}

function squareAround(box: Box): Box {
  const side = Math.max(24, Math.max(box.width, box.height) / FILL)
  return boxAround(boxCentre(box), { width: side, height: side })
}

function squaresRound(place: Point, { width, height }: Size): Box[] {
  const squares: Box[] = []
  for (let side = SMALLEST_SQUARE; ; side *= 2) {
    squares.push(boxAround(place, { width: side, height: side }))
    if (side >= Math.max(width, height)) return squares
  }
}

/** The square for the next look: round what was found and all that was said to be inside. */
function squareFor(found: Found, clicks: readonly Click[]): Box {
  const places = clicks.filter(({ inside }) => inside).map(({ x, y }) => ({ x: x - 0.5, y: y - 0.5, width: 1, height: 1 }))
  const bounds = boundsOf(found)
  return squareAround([...places, ...(bounds ? [bounds] : [])].reduce(enclosingBox))
}

function boundsOf({ square, logits }: Found): Box | null {
  let [left, top, right, bottom] = [OUTPUT_SIDE, OUTPUT_SIDE, 0, 0]
  for (const [i, logit] of logits.entries()) {
    if (logit <= 0) continue
    const [x, y] = [i % OUTPUT_SIDE, Math.floor(i / OUTPUT_SIDE)]
    ;[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)]
  }
  const cell = square.width / OUTPUT_SIDE
  if (right === 0) return null
  return { x: square.x + left * cell, y: square.y + top * cell, width: (right - left) * cell, height: (bottom - top) * cell }
}

function areaOf({ square, logits }: Found): number {
  return logits.reduce((sum, logit) => sum + Number(logit > 0), 0) * (square.width / OUTPUT_SIDE) ** 2
}

const placeIn = (square: Box, { x, y }: Point, side: number): Point => ({
  x: ((x - square.x) / square.width) * side,
  y: ((y - square.y) / square.height) * side,
})

/** What the network sees of a square: CIELAB as it was trained with, clicks as discs, the mask before. */
function inputOf(pyramid: ColorPyramid, square: Box, clicks: readonly Click[], before: Found | null): Float32Array {
  const { lab } = labImage(pyramid.square(square, INPUT_SIDE), INPUT_SIDE, INPUT_SIDE, 3)
  const input = new Float32Array(INPUT_SIDE * INPUT_SIDE * INPUT_CHANNELS)
  for (let p = 0, i = 0; p < lab.length; p += 3, i += INPUT_CHANNELS) {
    input[i] = (lab[p]! - 50) / 50
    input[i + 1] = lab[p + 1]! / 25
    input[i + 2] = lab[p + 2]! / 25
  }
  for (const click of clicks) drawDisc(input, placeIn(square, click, INPUT_SIDE), click.inside ? 3 : 4)
  if (before !== null) drawBefore(input, square, before)
  return input
}

function drawDisc(input: Float32Array, { x, y }: Point, channel: number): void {
  const end = (at: number): number => Math.min(INPUT_SIDE, Math.ceil(at + DISC + 1))
  for (let row = Math.max(0, Math.floor(y - DISC - 1)); row < end(y); row++) {
    for (let column = Math.max(0, Math.floor(x - DISC - 1)); column < end(x); column++) {
      const at = (row * INPUT_SIDE + column) * INPUT_CHANNELS + channel
      const share = DISC + 0.5 - Math.hypot(column + 0.5 - x, row + 0.5 - y)
      input[at] = Math.max(input[at]!, Math.min(1, Math.max(0, share)))
    }
  }
}

function drawBefore(input: Float32Array, square: Box, before: Found): void {
  const scale = OUTPUT_SIDE / before.square.width
  const step = (square.width / INPUT_SIDE) * scale
  const at = sampler(
    before.logits,
    (square.x - before.square.x) * scale,
    (square.y - before.square.y) * scale,
    step,
    INPUT_SIDE,
    INPUT_SIDE,
  )
  const first = placeIn(before.square, square, OUTPUT_SIDE)
  for (let y = 0, p = 0; y < INPUT_SIDE; y++) {
    for (let x = 0; x < INPUT_SIDE; x++, p++) {
      const [u, v] = [first.x + (x + 0.5) * step, first.y + (y + 0.5) * step]
      if (u >= 0 && v >= 0 && u <= OUTPUT_SIDE && v <= OUTPUT_SIDE) input[p * INPUT_CHANNELS + 5] = sigmoid(at(x, y))
    }
  }
}

/** Logits between the cells: of column x and row y of a grid that begins at (left, top) and goes on in steps, in cells. */
function sampler(
  logits: Float32Array,
  left: number,
  top: number,
  step: number,
  width: number,
  height: number,
): (x: number, y: number) => number {
  const columns = taps(left, step, width, OUTPUT_SIDE)
  const rows = taps(top, step, height, OUTPUT_SIDE)
  return (x, y) => {
    const [a, b, u] = [columns.low[x]!, columns.high[x]!, columns.share[x]!]
    const [c, d, v] = [rows.low[y]! * OUTPUT_SIDE, rows.high[y]! * OUTPUT_SIDE, rows.share[y]!]
    const upper = logits[c + a]! + u * (logits[c + b]! - logits[c + a]!)
    const lower = logits[d + a]! + u * (logits[d + b]! - logits[d + a]!)
    return upper + v * (lower - upper)
  }
}

/** The mask in pixels of the picture, within the picture and near a box that was drawn; null where nothing is left. */
function drawn(found: Found, { width, height }: Size, limit: Box | null): Outlined | null {
  const bounds = boundsOf(found)
  if (bounds === null) return null
  const cell = found.square.width / OUTPUT_SIDE
  const spare = limit === null ? 0 : 0.05 * Math.max(limit.width, limit.height)
  const left = Math.max(0, Math.floor(Math.max(bounds.x - cell, limit === null ? 0 : limit.x - spare)))
  const top = Math.max(0, Math.floor(Math.max(bounds.y - cell, limit === null ? 0 : limit.y - spare)))
  const right = Math.min(width, Math.ceil(Math.min(bounds.x + bounds.width + cell, limit === null ? width : limit.x + limit.width + spare)))
  const bottom = Math.min(
    height,
    Math.ceil(Math.min(bounds.y + bounds.height + cell, limit === null ? height : limit.y + limit.height + spare)),
  )
  if (right <= left || bottom <= top) return null
  const box = { x: left, y: top, width: right - left, height: bottom - top }
  const at = sampler(found.logits, (left - found.square.x) / cell, (top - found.square.y) / cell, 1 / cell, box.width, box.height)
  const mask = new Uint8Array(box.width * box.height)
  for (let y = 0, i = 0; y < box.height; y++) for (let x = 0; x < box.width; x++, i++) mask[i] = at(x, y) > 0 ? 1 : 0
  return mask.includes(1) ? { box, mask } : null
}
