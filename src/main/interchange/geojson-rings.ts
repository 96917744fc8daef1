/** A polygon of GeoJSON: the outer ring, then its holes; corners as [x, y], the first again at the end. */
export type GeoPolygon = [number, number][][]

interface Ring {
  readonly corners: readonly number[]
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** A point on its line that lies on no other ring: the middle of its first side. */
  readonly x: number
  readonly y: number
}

/**
 * Rings filled by the even-odd rule as polygons of RFC 7946: a ring in an odd number of others is a hole of the smallest of them, the others are
 * outer. Outer rings run counter-clockwise in the sense of the RFC (positive area by the shoelace formula), holes clockwise. Rings must not
 * cross, as those of masks never do; of rings that cross the pixels may differ. Flat rings in, not closed.
 */
export function polygonsOfRings(rings: readonly (readonly number[])[]): GeoPolygon[] {
  const all = rings.map(measured)
  const parents = all.map((ring) => all.filter((other) => other !== ring && contains(other, ring)))
  const polygons = new Map<Ring, GeoPolygon>()
  for (const [i, ring] of all.entries()) if (parents[i]!.length % 2 === 0) polygons.set(ring, [closed(ring.corners, true)])
  for (const [i, ring] of all.entries()) {
    if (parents[i]!.length % 2 === 0) continue
    const outer = parents[i]!.filter((parent) => polygons.has(parent)).reduce((a, b) => (boxArea(b) < boxArea(a) ? b : a))
    polygons.get(outer)!.push(closed(ring.corners, false))
  }
  return [...polygons.values()]
}

function measured(corners: readonly number[]): Ring {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let i = 0; i < corners.length; i += 2) {
    left = Math.min(left, corners[i]!)
    right = Math.max(right, corners[i]!)
    top = Math.min(top, corners[i + 1]!)
    bottom = Math.max(bottom, corners[i + 1]!)
  }
  return { corners, left, right, top, bottom, x: (corners[0]! + corners[2]!) / 2, y: (corners[1]! + corners[3]!) / 2 }
}

const boxArea = ({ left, right, top, bottom }: Ring): number => (right - left) * (bottom - top)

function contains(outer: Ring, { x, y }: Ring): boolean {
  if (x < outer.left || x > outer.right || y < outer.top || y > outer.bottom) return false
  return containsPoint(outer.corners, x, y)
}

/** Whether a point lies in a flat ring, by the even-odd rule. */
export function containsPoint(corners: readonly number[], x: number, y: number): boolean {
  let inside = false
  for (let i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
    const [x0, y0, x1, y1] = [corners[i]!, corners[i + 1]!, corners[j]!, corners[j + 1]!]
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside
  }
  return inside
}

/** Twice the area, positive for counter-clockwise where y points up. */
function signedArea(corners: readonly number[]): number {
  let sum = 0
  for (let i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2)
    sum += corners[j]! * corners[i + 1]! - corners[i]! * corners[j + 1]!
  return sum
}

function closed(corners: readonly number[], positive: boolean): [number, number][] {
  const ring: [number, number][] = []
  for (let i = 0; i < corners.length; i += 2) ring.push([corners[i]!, corners[i + 1]!])
  if (signedArea(corners) > 0 !== positive) ring.reverse()
  return [...ring, ring[0]!]
}
