/**
 * How boxes are coded: the distance from the cell's centre to a side is stride * exp(o), with o cut to these bounds: from 1/55 to 100
 * strides. So distances are positive, and the centre always lies in the box.
 */
export const LOG_DISTANCE = { least: -4, most: 4.6 } as const

/** Pixels from the centre to the side that an output stands for. */
export function distanceOf(output: number, stride: number): number {
  return stride * Math.exp(Math.min(Math.max(output, LOG_DISTANCE.least), LOG_DISTANCE.most))
}

/** The inverse of `distanceOf`. */
export function outputOf(distance: number, stride: number): number {
  return Math.min(Math.max(Math.log(distance / stride), LOG_DISTANCE.least), LOG_DISTANCE.most)
}
