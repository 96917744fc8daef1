import { append } from '../append.ts'
import { Clipper, ClipType, EndType, FillRule, JoinType, PolyTreeD, type PathD, type PathsD, type PolyPathD } from 'clipper2-ts'
import { type Point } from '../geometry/point.ts'
import { intersectMasks, maskSpans, subtractMasks, unionMasks } from './bit-mask.ts'
import { outlines, ringArea, type Rings } from './outlines.ts'
import { maskOfSpans } from './paint.ts'
import { polygonSpans } from './polygon-spans.ts'

// What areas between lines are together, by Clipper2 (Vatti, CACM 35 (7), 1992). Rings are flat, [x0, y0, ...], filled by the
// even-odd rule, whether simple or not; results are simple, outer rings clockwise as seen on the screen, holes counter-clockwise.
// Corners are on a grid of hundredths of a pixel, on which the arithmetic is exact.

type RingsIn = readonly (readonly number[])[]

/** Decimal places of a corner. */
const PLACES = 2
/** How far from the circle the corners of a rounded outline may lie, pixels. */
const ARC_TOLERANCE = 0.1
/** Half the width of the cut of `splitRings` before its sides are laid on the line again, pixels. */
const KNIFE = 0.03
/** What is left of a cut on a smaller area than this, in square pixels, is no piece. */
const SMALLEST_PIECE = 1

const onGrid = (value: number): number => Math.round(value * 100) / 100 + 0

function pathOf(ring: readonly number[]): PathD {
  return Array.from({ length: ring.length / 2 }, (_, i) => ({ x: ring[2 * i]!, y: ring[2 * i + 1]! }))
}

const pathsOf = (rings: RingsIn): PathsD => rings.map(pathOf)

/** Rings on the grid, without corners that fall on their neighbour and rings that are left without an area. */
function ringsOf(paths: PathsD): Rings {
  return paths.flatMap((path) => {
    const points = path.map(({ x, y }) => ({ x: onGrid(x), y: onGrid(y) }))
    const ring = points.flatMap(({ x, y }, i) => {
      const before = points.at(i - 1)!
      return before.x === x && before.y === y ? [] : [x, y]
    })
    return ring.length >= 6 && ringArea(ring) !== 0 ? [ring] : []
  })
}

const clip = (operation: ClipType, a: Rings, b: Rings): Rings =>
  ringsOf(Clipper.booleanOpD(operation, pathsOf(a), pathsOf(b), FillRule.EvenOdd, PLACES))

/** The same area by simple rings; by the pixels that it covers where what Clipper2 gives covers clearly more or less. */
function simple(rings: RingsIn): Rings {
  const same = clip(
    ClipType.Union,
    rings.map((ring) => [...ring]),
    [],
  )
  const [only] = rings
  const length = rings.reduce((sum, ring) => sum + lengthOf(ring), 0)
  const known = rings.length === 1 && only !== undefined && Math.abs(Math.abs(ringArea(only)) - areaOf(same)) <= roundingOf(rings)
  // A line leaves as many centres of pixels on one side as on the other, but for chance.
  if (known || Math.abs(pixelCount(rings) - areaOf(same)) <= 1 + 3 * Math.sqrt(length)) return same
  return outlines(maskSpans(maskOfSpans(polygonSpans(rings))))
}

function pixelCount(rings: RingsIn): number {
  let count = 0
  polygonSpans(rings)((_, from, to) => {
    count += to - from
  })
  return count
}

type Operation = 'union' | 'subtract' | 'intersect'

/**
 * What two areas make together. Where sides of many rings meet in one place Clipper2 can lose a part of the result (about one
 * in a thousand of rings that cross themselves at random). The areas of what is shared and what is not must add up; where they do
 * not, the result is taken from the pixels.
 */
function combine(operation: Operation, first: RingsIn, second: RingsIn): Rings {
  const [a, b] = [simple(first), simple(second)]
  const shared = clip(ClipType.Intersection, a, b)
  const other = operation === 'union' ? clip(ClipType.Union, a, b) : clip(ClipType.Difference, a, b)
  const expected = areaOf(a) - areaOf(shared) + (operation === 'union' ? areaOf(b) : 0)
  if (Math.abs(areaOf(other) - expected) > roundingOf([...a, ...b])) return byPixels(operation, first, second)
  return operation === 'intersect' ? shared : other
}

/** Square pixels by which an area may differ because its corners are on the grid. */
const roundingOf = (rings: RingsIn): number => 1 + 0.01 * rings.reduce((sum, ring) => sum + lengthOf(ring), 0)

function lengthOf(ring: readonly number[]): number {
  let length = 0
  for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
    length += Math.hypot(ring[i]! - ring[before]!, ring[i + 1]! - ring[before + 1]!)
  }
  return length
}

const ON_MASKS = { union: unionMasks, subtract: subtractMasks, intersect: intersectMasks }

function byPixels(operation: Operation, first: RingsIn, second: RingsIn): Rings {
  const [a, b] = [first, second].map((rings) => maskOfSpans(polygonSpans(rings)))
  return outlines(maskSpans(ON_MASKS[operation](a!, b!)))
}

/** What lies in any of the areas; of one area, the same area by simple rings. */
export function uniteRings([first, ...others]: readonly RingsIn[]): Rings {
  // Joined two by two: what lies in an even number of areas would be out by the even-odd rule if they were taken at once.
  return first === undefined ? [] : others.reduce<Rings>((sum, area) => combine('union', sum, area), simple(first))
}

/** What lies in an area and in none of the others. */
export function subtractRings(area: RingsIn, others: readonly RingsIn[]): Rings {
  return combine('subtract', area, uniteRings(others))
}

/** What lies in all of the areas. */
export function intersectRings([first, ...others]: readonly RingsIn[]): Rings {
  return first === undefined ? [] : others.reduce<Rings>((shared, area) => combine('intersect', shared, area), simple(first))
}

/** An area with its outline moved outwards by a distance in pixels, inwards where that is negative. Corners are rounded. */
export function offsetRings(rings: RingsIn, distance: number): Rings {
  const area = pathsOf(simple(rings))
  return ringsOf(Clipper.inflatePathsD(area, distance, JoinType.Round, EndType.Polygon, 2, PLACES, ARC_TOLERANCE))
}

/** An area that was cut: the largest piece with all that the cut did not divide, and the other pieces. */
export interface CutRings {
  readonly kept: Rings
  readonly pieces: readonly Rings[]
}

/**
 * An area divided by an open line of two points or more; null where the line divides nothing, as it does that ends within the area.
 * The pieces meet on the line and cover, to a hundredth of a pixel, what the area covered.
 */
export function splitRings(rings: RingsIn, line: readonly Point[]): CutRings | null {
  const knife = Clipper.inflatePathsD([line.map(({ x, y }) => ({ x, y }))], KNIFE, JoinType.Miter, EndType.Square, 2, PLACES)
  const kept: Rings = []
  const pieces: Rings[] = []
  for (const part of partsOf(pathsOf(rings), [], ClipType.Union)) {
    const cut = partsOf(part, knife, ClipType.Difference)
      .map((piece) => laidOn(piece, line))
      .filter((piece) => areaOf(piece) >= SMALLEST_PIECE)
      .sort((a, b) => areaOf(b) - areaOf(a))
    const [largest, ...others] = cut
    const whole = ringsOf(part)
    const lost = areaOf(whole) - cut.reduce((sum, piece) => sum + areaOf(piece), 0)
    // Rather not divided than with a part lost.
    if (largest === undefined || others.length === 0 || Math.abs(lost) > roundingOf(whole) + cut.length) append(kept, whole)
    else {
      append(kept, largest)
      append(pieces, others)
    }
  }
  return pieces.length === 0 ? null : { kept, pieces }
}

/** Square pixels within rings whose holes run the other way round. */
const areaOf = (rings: Rings): number => Math.abs(rings.reduce((sum, ring) => sum + ringArea(ring), 0))

/** The parts of what an operation gives: each an outer ring with its holes. */
function partsOf(a: PathsD, b: PathsD, operation: ClipType): PathsD[] {
  const tree = new PolyTreeD()
  Clipper.booleanOpDWithPolyTree(operation, a, b, tree, FillRule.EvenOdd, PLACES)
  const parts: PathsD[] = []
  const add = (outer: PolyPathD): void => {
    const part: PathsD = [outer.poly ?? []]
    for (const hole of childrenOf(outer)) {
      part.push(hole.poly ?? [])
      for (const island of childrenOf(hole)) add(island)
    }
    parts.push(part)
  }
  for (const outer of childrenOf(tree)) add(outer)
  return parts
}

const childrenOf = (node: PolyPathD): PolyPathD[] => Array.from({ length: node.count }, (_, i) => node.child(i))

/** A piece whose sides along the cut lie on the line itself. */
function laidOn(paths: PathsD, line: readonly Point[]): Rings {
  const reach = 3 * KNIFE
  return simple(ringsOf(paths.map((path) => path.map((point) => nearestOn(line, point, reach) ?? point))))
}

/** The place of a line nearest to a point, if it is within reach. */
function nearestOn(line: readonly Point[], point: Point, reach: number): Point | null {
  let [best, least]: [Point | null, number] = [null, reach]
  for (let i = 0; i + 1 < line.length; i++) {
    const place = nearestOnSegment(line[i]!, line[i + 1]!, point)
    const distance = Math.hypot(place.x - point.x, place.y - point.y)
    if (distance <= least) [best, least] = [place, distance]
  }
  return best
}

/** The place of a segment nearest to a point. */
export function nearestOnSegment(a: Point, b: Point, { x, y }: Point): Point {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const square = dx * dx + dy * dy
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / square))
  return { x: a.x + share * dx, y: a.y + share * dy }
}
