/** Which pixels are neighbours: those that share a side (4), or those that share a corner too (8). */
export type Connectivity = 4 | 8

/** Left, up, right and down: sides first, since their order settles ties. */
const STEPS: readonly (readonly [number, number])[] = [
  [0, -1],
  [-1, 0],
  [1, 0],
  [0, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
]

/** Looks up the neighbours of pixels of an image, row by row numbered. */
export interface Neighbours {
  /** The neighbours of the pixel asked for last, sides first; the next question writes over them. */
  readonly found: Int32Array
  /** Finds the neighbours of pixel i that lie in the image; returns how many. */
  find(i: number): number
}

export function neighboursIn(width: number, height: number, connectivity: Connectivity): Neighbours {
  const steps = STEPS.slice(0, connectivity)
  const offsets = Int32Array.from(steps, ([dx, dy]) => dy * width + dx)
  const found = new Int32Array(connectivity)
  const findAtEdge = (i: number, x: number, y: number): number => {
    let count = 0
    for (const [k, [dx, dy]] of steps.entries()) {
      if (x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height) found[count++] = i + offsets[k]!
    }
    return count
  }
  const find = (i: number): number => {
    const x = i % width
    const y = (i - x) / width
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return findAtEdge(i, x, y)
    for (let k = 0; k < connectivity; k++) found[k] = i + offsets[k]!
    return connectivity
  }
  return { found, find }
}
