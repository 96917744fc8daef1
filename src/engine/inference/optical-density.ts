/** Grey level from which on a pixel may be glass, and below which it is dark, 0..255. */
const BRIGHT = 200
const DARK = 64
/** Glass has hardly any colour: its channels differ by no more than this share of the brightest. */
const NEUTRAL = 0.1
/** Share of a coloured picture that must look like glass before anything is taken for it, and of one without colour. */
const LEAST_GLASS = 0.01
const LEAST_GREY_GLASS = 0.5
/** A picture whose coloured pixels (as NEUTRAL has it) are fewer than this share has no colour. */
const COLOURED = 0.002
/** Scanners fill what they did not scan with pure white; beside it glass is a narrow peak: so many levels to each side, with this share. */
const WHITE = 255
const PEAK = 4
const PEAK_SHARE = 0.5

/**
 * Optical density of each pixel (RGB, 0..255) against the picture's own glass: log10 of the light through glass over the light through the
 * pixel, of the channel that absorbs most (Macenko et al., ISBI 2009, have one a channel). 0 and more; 0.3 = half the light.
 * Null where the picture is not bright-field or no glass is seen: dark pixels prevail over bright ones, or what is bright may be the objects.
 */
export function opticalDensities(pixels: Float32Array): Float32Array | null {
  const glass = glassLevels(pixels)
  if (glass === null) return null
  const densities = new Float32Array(pixels.length / 3)
  for (let i = 0, at = 0; i < densities.length; i++, at += 3) {
    let least = Infinity
    for (let c = 0; c < 3; c++) least = Math.min(least, Math.max(1, pixels[at + c]!) / glass[c]!)
    densities[i] = Math.max(0, -Math.log10(least))
  }
  return densities
}

/** Level of each channel that comes through glass, or null. */
function glassLevels(pixels: Float32Array): number[] | null {
  const count = pixels.length / 3
  const levels = [0, 1, 2].map(() => new Uint32Array(WHITE + 1))
  let [bright, white, dark, coloured] = [0, 0, 0, 0]
  for (let at = 0; at < pixels.length; at += 3) {
    const [r, g, b] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
    const [least, most] = [Math.min(r, g, b), Math.max(r, g, b)]
    if (most < DARK) dark++
    if (most - least > NEUTRAL * most) coloured++
    else if (least >= BRIGHT) {
      bright++
      if (least >= WHITE) white++
      else for (const [c, value] of [r, g, b].entries()) levels[c]![Math.min(WHITE, Math.round(value))]!++
    }
  }
  const needed = coloured < COLOURED * count ? LEAST_GREY_GLASS : LEAST_GLASS
  if (bright <= dark || bright < needed * count) return null
  return clearLevels(levels, bright, white, LEAST_GLASS * count)
}

/** The middle of what is bright, pure white left aside where the rest is a peak of its own of at least `least` pixels. */
function clearLevels(levels: readonly Uint32Array[], bright: number, white: number, least: number): number[] {
  const rest = bright - white
  const middles = levels.map((counts) => quantile(counts, rest / 2))
  const isPeak = levels.every((counts, c) => {
    const near = counts.slice(middles[c]! - PEAK, middles[c]! + PEAK + 1).reduce((sum, n) => sum + n, 0)
    return near >= PEAK_SHARE * rest
  })
  return white === 0 || (rest >= least && isPeak)
    ? middles
    : levels.map((counts) => (2 * white >= bright ? WHITE : quantile(counts, bright / 2)))
}

function quantile(counts: Uint32Array, rank: number): number {
  let sum = 0
  for (const [level, count] of counts.entries()) {
    sum += count
    if (sum >= rank) return level
  }
  return WHITE
}
