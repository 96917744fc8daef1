/** Optical density of each value of a channel, log10(255 / value); 0 counts as 1. */
export const DENSITY: Float64Array = Float64Array.from({ length: 256 }, (_, value) => Math.log10(255 / Math.max(1, value)))

/** Macenko's beta: with less density in all three channels a pixel counts as glass. */
export const STAINED = 0.15
const LIGHTEST = 255 * 10 ** -STAINED
/** Brighter than this in no channel: ground without light, which no stain made. */
export const BLACK = 16
/** With fewer stained pixels than this, or than this share, nothing is measured. */
const FEWEST = 64
const LEAST_SHARE = 0.002
/** Of more stained pixels so many are looked at, spread evenly: the facts are those of all of them. */
const MOST = 2 ** 16
/** Channels that differ by less than this in the mean (of 255) are those of a grey picture. */
const LEAST_CHROMA = 4

/**
 * The stained pixels of a picture (RGB, 0..255, row by row): their places in it, one number a pixel, each the place of its red.
 * `grey` or `blank` where a picture has no such colours.
 */
export function stainedPixels(rgb: ArrayLike<number>): Int32Array | 'grey' | 'blank' {
  const places = new Int32Array(rgb.length / 3)
  let [count, chroma] = [0, 0]
  for (let at = 0; at < rgb.length; at += 3) {
    const [r, g, b] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!]
    const [least, most] = [Math.min(r, g, b), Math.max(r, g, b)]
    if (least > LIGHTEST || most < BLACK) continue
    places[count++] = at
    chroma += most - least
  }
  if (count < Math.max(FEWEST, LEAST_SHARE * places.length)) return 'blank'
  if (chroma < LEAST_CHROMA * count) return 'grey'
  return count <= MOST ? places.subarray(0, count) : Int32Array.from({ length: MOST }, (_, i) => places[Math.floor((i * count) / MOST)]!)
}

/** Of a value that may lie between whole ones. */
export function densityOf(value: number): number {
  return Math.log10(255 / Math.max(1, value))
}
