/** Side of SSD300's input in pixels. */
export const SSD_SIZE = 300
/** Grid of each map, finest first; a default box has its centre at (i + 0.5) * step. */
const GRIDS = [38, 19, 10, 5, 3, 1] as const
const STEPS = [8, 16, 32, 64, 100, 300] as const
/** Box sizes by map as shares of the input (Liu et al. 2016, section 2.2; the 300 px variant of the authors' code). */
const SCALES = [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05] as const
const ASPECTS: readonly (readonly number[])[] = [[2], [2, 3], [2, 3], [2, 3], [2], [2]]

/** Default boxes at each cell of a map: two squares, and two for each aspect ratio (lying and upright). */
export const BOXES_PER_CELL: readonly number[] = ASPECTS.map((ratios) => 2 + 2 * ratios.length)

export const DEFAULT_BOX_COUNT = GRIDS.reduce((sum, side, i) => sum + side * side * BOXES_PER_CELL[i]!, 0)

/**
 * SSD300's 8732 default boxes as [left, top, right, bottom] in pixels of the 300x300 input, four numbers a box, in the order of the
 * network's rows: map, row, column, shape. As in torchvision, sides are cut to the input's but boxes may hang over its edge.
 */
export function defaultBoxes(): Float32Array {
  const boxes = new Float32Array(DEFAULT_BOX_COUNT * 4)
  let at = 0
  for (const [map, side] of GRIDS.entries()) {
    const shapes = boxShapes(map)
    for (let cell = 0; cell < side * side; cell++) {
      const x = ((cell % side) + 0.5) * STEPS[map]!
      const y = (Math.floor(cell / side) + 0.5) * STEPS[map]!
      for (const [width, height] of shapes) {
        boxes.set([x - width / 2, y - height / 2, x + width / 2, y + height / 2], at)
        at += 4
      }
    }
  }
  return boxes
}

/** Width and height of each default box of a map, pixels. */
function boxShapes(map: number): (readonly [number, number])[] {
  const scale = SCALES[map]!
  const between = Math.sqrt(scale * SCALES[map + 1]!)
  const shares: [number, number][] = [
    [scale, scale],
    [between, between],
  ]
  for (const ratio of ASPECTS[map]!) {
    const root = Math.sqrt(ratio)
    shares.push([scale * root, scale / root], [scale / root, scale * root])
  }
  return shares.map(([width, height]) => [Math.min(1, width) * SSD_SIZE, Math.min(1, height) * SSD_SIZE])
}
