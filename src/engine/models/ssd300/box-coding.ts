/** How much an offset counts: centre x, centre y, width, height (the inverse of the authors' "variances" 0.1 and 0.2). */
const WEIGHTS = [10, 10, 5, 5] as const
/** Growth is cut here, so that a wild output gives no infinite box (as in torchvision). */
const MAX_LOG = Math.log(1000 / 16)

/** [left, top, right, bottom] in pixels. */
export type Corners = readonly [number, number, number, number]

/**
 * A box as offsets from a default box (Girshick et al. 2014; Liu et al. 2016): shift of the centre in units of the default box's size,
 * logarithm of the growth, each times its weight. Written to `out` at `at`.
 */
export function encodeBox(box: Corners, prior: Corners, out: Float32Array, at: number): void {
  const width = prior[2] - prior[0]
  const height = prior[3] - prior[1]
  out[at] = (WEIGHTS[0] * ((box[0] + box[2] - prior[0] - prior[2]) / 2)) / width
  out[at + 1] = (WEIGHTS[1] * ((box[1] + box[3] - prior[1] - prior[3]) / 2)) / height
  out[at + 2] = WEIGHTS[2] * Math.log((box[2] - box[0]) / width)
  out[at + 3] = WEIGHTS[3] * Math.log((box[3] - box[1]) / height)
}

/** The inverse of `encodeBox`. */
export function decodeBox(offsets: Corners, prior: Corners): Corners {
  const priorWidth = prior[2] - prior[0]
  const priorHeight = prior[3] - prior[1]
  const x = prior[0] + priorWidth / 2 + (offsets[0] / WEIGHTS[0]) * priorWidth
  const y = prior[1] + priorHeight / 2 + (offsets[1] / WEIGHTS[1]) * priorHeight
  const halfWidth = (priorWidth * Math.exp(Math.min(offsets[2] / WEIGHTS[2], MAX_LOG))) / 2
  const halfHeight = (priorHeight * Math.exp(Math.min(offsets[3] / WEIGHTS[3], MAX_LOG))) / 2
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight]
}

/** Four numbers of a flat array as corners. */
export function cornersAt(flat: Float32Array, index: number): Corners {
  const at = index * 4
  return [flat[at]!, flat[at + 1]!, flat[at + 2]!, flat[at + 3]!]
}
