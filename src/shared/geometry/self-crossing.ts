/** A side of a ring: from, to. */
type Side = readonly [number, number, number, number]

/**
 * Whether a ring crosses itself, as a bow tie does. Flat, [x0, y0, ...], not closed. Lines that only touch do not cross, nor does anything cross a
 * passage of no width: a line that goes there and back on the same corners.
 */
export function crossesItself(ring: readonly number[]): boolean {
  const sides = sidesOf(ring).sort((a, b) => Math.min(a[0], a[2]) - Math.min(b[0], b[2]))
  // Passages are rare: they are looked for where something seems to cross.
  return anyCross(sides) && anyCross(withoutPassages(sides))
}

function sidesOf(ring: readonly number[]): Side[] {
  const sides: Side[] = []
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) sides.push([ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!])
  return sides
}

/** Sorted by their left ends, so that a side is held against those alone that begin before it ends. */
function anyCross(sides: readonly Side[]): boolean {
  for (const [i, side] of sides.entries()) {
    const right = Math.max(side[0], side[2])
    for (let k = i + 1; k < sides.length && Math.min(sides[k]![0], sides[k]![2]) <= right; k++) if (cross(side, sides[k]!)) return true
  }
  return false
}

function cross(a: Side, b: Side): boolean {
  if (Math.max(a[1], a[3]) < Math.min(b[1], b[3]) || Math.max(b[1], b[3]) < Math.min(a[1], a[3])) return false
  return sideOf(a, b[0], b[1]) * sideOf(a, b[2], b[3]) < 0 && sideOf(b, a[0], a[1]) * sideOf(b, a[2], a[3]) < 0
}

/** -1 or 1: on which side of a line a place lies; 0: on it. */
const sideOf = ([x0, y0, x1, y1]: Side, x: number, y: number): number => Math.sign((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0))

function withoutPassages(sides: readonly Side[]): Side[] {
  const there = new Set(sides.map((side) => side.join(' ')))
  return sides.filter(([x0, y0, x1, y1]) => !there.has(`${x1} ${y1} ${x0} ${y0}`))
}
