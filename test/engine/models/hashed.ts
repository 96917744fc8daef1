/**
 * Numbers in [0, 1) that depend on a name alone: MurmurHash3's finaliser over the running index, as tools/golden/ssd300.py draws them.
 * Weights and pictures of a golden test are drawn on both sides, so that only results are stored.
 */
export function hashed(name: string, count: number): Float64Array {
  const start = fnv1a(name)
  return Float64Array.from({ length: count }, (_, i) => {
    let z = (Math.imul(i, 0x9e3779b9) + start) | 0
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32
  })
}

/** As `hashed`, spread over [from, to) and rounded to float32. */
export function hashedFloats(name: string, count: number, from: number, to: number): Float32Array {
  return Float32Array.from(hashed(name, count), (value) => from + (to - from) * value)
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}
