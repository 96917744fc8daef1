import { type Point, type Size } from '#shared/geometry/point.ts'
import { deviceTransform } from './strokes.ts'
import { type Transform, type ViewTransform } from './view-geometry.ts'
import { rotated, rotatedBox } from './view-turn.ts'

/** What a canvas' context is told: x' = a x + c y + e, y' = b x + d y + f. */
export interface Matrix {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

/**
 * How to draw a turned view: upright, with `transform`, on a canvas of the size `canvas` that holds all that is seen, whose pixels
 * `matrix` puts on the real one. Device pixels.
 */
export interface TurnedCanvas {
  readonly transform: Transform
  readonly canvas: Size
  readonly matrix: Matrix
}

const IDENTITY: Matrix = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }

/** `canvas`: the real one in device pixels; it begins `margin` CSS pixels up and left of the viewport. */
export function turnedCanvas(view: ViewTransform, canvas: Size, pixelRatio: number, margin = 0): TurnedCanvas {
  const upright = deviceTransform(view, pixelRatio, margin)
  const { turn } = view
  if (turn.cos === 1) return { transform: upright, canvas, matrix: IDENTITY }
  const about = { x: (view.about.x + margin) * pixelRatio, y: (view.about.y + margin) * pixelRatio }
  const seen = rotatedBox(turn, { x: -about.x, y: -about.y, width: canvas.width, height: canvas.height }, true)
  // On whole pixels, so that what was set on whole ones stays there.
  const [left, top] = [Math.floor(seen.x + about.x + 1e-6), Math.floor(seen.y + about.y + 1e-6)]
  const size = { width: Math.ceil(seen.x + about.x + seen.width - left), height: Math.ceil(seen.y + about.y + seen.height - top) }
  const origin = rotated(turn, { x: left - about.x, y: top - about.y })
  return {
    transform: { scale: upright.scale, x: upright.x - left, y: upright.y - top },
    canvas: size,
    matrix: { a: turn.cos, b: turn.sin, c: -turn.sin, d: turn.cos, e: origin.x + about.x, f: origin.y + about.y },
  }
}

export function applied({ a, b, c, d, e, f }: Matrix, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f }
}

/** Tells of a place of a turned canvas whether the viewport shows it; the real canvas reaches `margin` device pixels beyond that. */
export function seenBy({ a, b, c, d, e, f }: Matrix, { width, height }: Size, margin: number): (x: number, y: number) => boolean {
  const [right, bottom] = [width - margin, height - margin]
  // Asked of every object in sight: numbers alone.
  return (x, y) => {
    const across = a * x + c * y + e
    const down = b * x + d * y + f
    return across >= margin && down >= margin && across < right && down < bottom
  }
}
