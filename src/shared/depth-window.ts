/** Which numbers of a camera become black and which white; those between are spread linearly. */
export interface DepthWindow {
  readonly low: number
  readonly high: number
}

/** Share of pixels at either end that the automatic window leaves out. */
export const SATURATED_SHARE = 0.001

/** From the 0.1th to the 99.9th percentile of 65,536 counts. An image of one value maps to black. */
export function greyWindow(counts: Uint32Array): DepthWindow {
  let total = 0
  for (const count of counts) total += count
  const skip = Math.floor(total * SATURATED_SHARE)
  let low = 0
  for (let seen = counts[0]!; seen <= skip && low < 65_535; seen += counts[low]!) low++
  let high = 65_535
  for (let seen = counts[65_535]!; seen <= skip && high > 0; seen += counts[high]!) high--
  return high > low ? { low, high } : { low, high: low + 1 }
}
