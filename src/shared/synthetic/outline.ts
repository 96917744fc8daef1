import { type Random } from '../random.ts'
import { type Box } from '../geometry/box.ts'

/**
 * The outline of a cell about its centre: a star-shaped closed curve, kept as radii by diamond angle (the angle measured along a
 * diamond instead of a circle, 0 to 4), which needs no arc tangent for each pixel.
 */
export interface Outline {
  readonly radii: Float32Array
  /** The largest radius, pixels. */
  readonly reach: number
  /** Square pixels. */
  readonly area: number
}

export interface OutlineStyle {
  /** Mean radius, pixels. */
  readonly radius: number
  /** Long axis over short axis, 1 or more. */
  readonly elongation: number
  /** Size of the dents and bulges as a share of the radius. */
  readonly irregularity: number
  /** How many waves round the edge the finest dents have. */
  readonly finest: number
}

const STEPS = 256

/** An ellipse in a random direction with random waves on its edge, the finer the smaller. */
export function randomOutline(random: Random, style: OutlineStyle): Outline {
  const turn = random.uniform(0, Math.PI)
  const stretch = Math.sqrt(style.elongation)
  const waves = Array.from({ length: style.finest - 1 }, (_, i) => {
    const order = i + 2
    return { order, size: (style.irregularity * random.normal()) / order, phase: random.uniform(0, 2 * Math.PI) }
  })
  return outlineFrom((angle) => {
    const along = Math.cos(angle - turn) / stretch
    const across = Math.sin(angle - turn) * stretch
    let wave = 1
    for (const { order, size, phase } of waves) wave += size * Math.cos(order * angle + phase)
    return (style.radius * Math.max(0.4, wave)) / Math.sqrt(along * along + across * across)
  })
}

/** An outline from the radius (pixels, positive) at each angle (radians). */
export function outlineFrom(radiusAt: (angle: number) => number): Outline {
  // One more than the steps, so that the last step can be interpolated without wrapping round.
  const radii = new Float32Array(STEPS + 1)
  for (let i = 0; i < STEPS; i++) radii[i] = radiusAt(angleOfDiamond((i / STEPS) * 4))
  radii[STEPS] = radii[0]!
  let area = 0
  for (let i = 0; i < STEPS; i++) {
    const opening = angleOfDiamond(((i + 1) / STEPS) * 4) - angleOfDiamond((i / STEPS) * 4)
    area += 0.5 * radii[i]! * radii[i + 1]! * Math.sin(opening)
  }
  return { radii, reach: radii.reduce((most, radius) => Math.max(most, radius), 0), area }
}

/** The outline's radius in the direction of an offset from the centre. */
export function radiusToward(outline: Outline, dx: number, dy: number): number {
  const sum = Math.abs(dx) + Math.abs(dy)
  if (sum === 0) return outline.radii[0]!
  const share = dy / sum
  const diamond = dx >= 0 ? (dy >= 0 ? share : 4 + share) : 2 - share
  const position = diamond * (STEPS / 4)
  const before = Math.min(Math.floor(position), STEPS - 1)
  const weight = position - before
  return outline.radii[before]! * (1 - weight) + outline.radii[before + 1]! * weight
}

function angleOfDiamond(diamond: number): number {
  const quarter = Math.floor(diamond)
  const part = diamond - quarter
  return quarter * (Math.PI / 2) + Math.atan2(part, 1 - part)
}

/** Pixels of a frame that an outline covers (those whose centre lies inside it) and their bounds. */
export interface Footprint {
  readonly pixels: number
  /** Whole pixels: the smallest box that holds them all; null where there are none. */
  readonly box: Box | null
}

/** What the outline round (x, y) covers of a frame of the given size. */
export function footprint(outline: Outline, x: number, y: number, width: number, height: number): Footprint {
  const left = Math.max(0, Math.floor(x - outline.reach))
  const right = Math.min(width, Math.ceil(x + outline.reach))
  const top = Math.max(0, Math.floor(y - outline.reach))
  const bottom = Math.min(height, Math.ceil(y + outline.reach))
  // Numbers of their own, not fields of an object: V8 13.6 now and then gave all calls of this loop, once it was compiled, one and the same box.
  let [minX, maxX, minY, maxY, pixels] = [width, -1, height, -1, 0]
  for (let row = top; row < bottom; row++) {
    const dy = row + 0.5 - y
    for (let column = left; column < right; column++) {
      const dx = column + 0.5 - x
      const radius = radiusToward(outline, dx, dy)
      if (dx * dx + dy * dy >= radius * radius) continue
      pixels++
      minX = Math.min(minX, column)
      maxX = Math.max(maxX, column)
      minY = Math.min(minY, row)
      maxY = row
    }
  }
  return { pixels, box: pixels === 0 ? null : spanned(minX, minY, maxX, maxY) }
}

/** The box from one pixel to another, both within it. */
function spanned(left: number, top: number, right: number, bottom: number): Box {
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}
