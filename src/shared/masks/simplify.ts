import { type BoxIndex, buildBoxIndex } from '../geometry/box-index.ts'

/** Corners of all rings by number, ring after ring. */
interface Corners {
  readonly x: Float64Array
  readonly y: Float64Array
  /** The following corner of the ring as it was given. */
  readonly next: Int32Array
  /** 1 for the corners that stay. */
  readonly kept: Uint8Array
}

/**
 * Rings with fewer corners, none of them moved: every corner that goes lies within `tolerance` pixels of the side that takes its place
 * (Douglas & Peucker 1973). Rings that are simple and do not cross (as `outlines` gives them, touching corners included) stay so,
 * and none changes which rings it lies in: wherever a corner that stays would come to lie on the other side of a new side,
 * that side is divided further (the condition of de Berg, van Kreveld & Schirra 1998). A ring keeps at least three corners.
 * Rings are flat, [x0, y0, ...], and keep their order and direction; a tolerance of 0 takes out what lies on a straight side.
 */
export function simplifyRings(rings: readonly (readonly number[])[], tolerance: number): number[][] {
  const corners = numberCorners(rings)
  for (let i = 0, first = 0; i < rings.length; first += rings[i++]!.length / 2) keepAnchors(corners, first)
  refine(corners, chords(corners), tolerance)
  while (divideBlocked(corners, tolerance)) continue
  let corner = 0
  return rings.map((ring) => {
    const left: number[] = []
    for (let i = 0; i < ring.length; i += 2) if (corners.kept[corner++] === 1) left.push(ring[i]!, ring[i + 1]!)
    return left
  })
}

function numberCorners(rings: readonly (readonly number[])[]): Corners {
  const count = rings.reduce((sum, ring) => sum + ring.length / 2, 0)
  const corners = { x: new Float64Array(count), y: new Float64Array(count), next: new Int32Array(count), kept: new Uint8Array(count) }
  let first = 0
  for (const ring of rings) {
    const length = ring.length / 2
    for (let i = 0; i < length; i++) {
      corners.x[first + i] = ring[2 * i]!
      corners.y[first + i] = ring[2 * i + 1]!
      corners.next[first + i] = first + ((i + 1) % length)
    }
    first += length
  }
  return corners
}

/** Two corners far apart, and the one furthest from the line between them: what is left of a ring however coarse. */
function keepAnchors(corners: Corners, first: number): void {
  const { next, kept } = corners
  const a = farthest(corners, next[first]!, first, first).corner
  const b = farthest(corners, next[a]!, a, a).corner
  kept[a] = kept[b] = 1
  const [there, back] = [farthest(corners, a, b), farthest(corners, b, a)]
  kept[there.square > back.square ? there.corner : back.corner] = 1
}

/** The corner between a and b (in the ring's direction) furthest from the segment `from` to b, and the square of its distance. */
function farthest({ x, y, next }: Corners, a: number, b: number, from: number = a): { corner: number; square: number } {
  const [dx, dy] = [x[b]! - x[from]!, y[b]! - y[from]!]
  const length = dx * dx + dy * dy
  const found = { corner: a, square: -1 }
  for (let corner = from === a ? next[a]! : a; corner !== b; corner = next[corner]!) {
    const [px, py] = [x[corner]! - x[from]!, y[corner]! - y[from]!]
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length))
    const square = (px - t * dx) ** 2 + (py - t * dy) ** 2
    if (square > found.square) {
      found.corner = corner
      found.square = square
    }
  }
  return found
}

/** A side of the simpler ring, between corners that stay, with corners that go between them. */
type Chord = readonly [number, number]

function chords({ next, kept }: Corners): Chord[] {
  const found: Chord[] = []
  for (let a = 0; a < kept.length; a++) {
    if (kept[a] === 0 || kept[next[a]!] === 1) continue
    let b = next[a]!
    while (kept[b] === 0) b = next[b]!
    found.push([a, b])
  }
  return found
}

/** Keeps the corner that is furthest off, until all that go are within the tolerance. */
function refine(corners: Corners, open: Chord[], tolerance: number): void {
  for (let chord = open.pop(); chord !== undefined; chord = open.pop()) {
    const [a, b] = chord
    const { corner, square } = farthest(corners, a, b)
    if (!(square > tolerance * tolerance)) continue
    corners.kept[corner] = 1
    open.push([a, corner], [corner, b])
  }
}

/** Divides every chord that has a corner which stays between itself and what it replaces. Says whether there was one. */
function divideBlocked(corners: Corners, tolerance: number): boolean {
  const stay = [...corners.kept.keys()].filter((corner) => corners.kept[corner] === 1)
  const index = buildBoxIndex(stay.map((corner) => ({ x: corners.x[corner]!, y: corners.y[corner]!, width: 0, height: 0 })))
  const blocked = chords(corners).filter((chord) => isBlocked(corners, chord, index, stay))
  for (const [a, b] of blocked) {
    const { corner } = farthest(corners, a, b)
    corners.kept[corner] = 1
    const halves: Chord[] = [
      [a, corner],
      [corner, b],
    ]
    refine(corners, halves, tolerance)
  }
  return blocked.length > 0
}

function isBlocked(corners: Corners, chord: Chord, index: BoxIndex, stay: readonly number[]): boolean {
  const { x, y, next } = corners
  const [a, b] = chord
  const box = { left: x[a]!, top: y[a]!, right: x[a]!, bottom: y[a]! }
  for (let corner = a; corner !== b;) {
    corner = next[corner]!
    box.left = Math.min(box.left, x[corner]!)
    box.right = Math.max(box.right, x[corner]!)
    box.top = Math.min(box.top, y[corner]!)
    box.bottom = Math.max(box.bottom, y[corner]!)
  }
  const at = (corner: number, end: number): boolean => x[corner] === x[end] && y[corner] === y[end]
  const blocks = (found: number): boolean => {
    const corner = stay[found]!
    return !at(corner, a) && !at(corner, b) && liesBetween(corners, corner, chord)
  }
  const region = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }
  return index.searchWhere(region, blocks).length > 0
}

/** Whether a corner lies between a chord and what it replaces, or on either of them (even-odd). */
function liesBetween({ x, y, next }: Corners, corner: number, [a, b]: Chord): boolean {
  const [px, py] = [x[corner]!, y[corner]!]
  let inside = false
  let from = b
  for (let to = a; ; to = next[to]!) {
    const [dx, dy] = [x[to]! - x[from]!, y[to]! - y[from]!]
    const side = dx * (py - y[from]!) - dy * (px - x[from]!)
    const beside = (px - x[from]!) * (px - x[to]!) + (py - y[from]!) * (py - y[to]!)
    if (side === 0 && beside <= 0) return true
    if (y[from]! > py !== y[to]! > py && side > 0 === dy > 0) inside = !inside
    if (to === b) return inside
    from = to
  }
}
