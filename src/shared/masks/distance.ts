/**
 * Exact Euclidean distance transform of a binary image (Felzenszwalb & Huttenlocher, "Distance transforms of sampled
 * functions", Theory of Computing 8, 2012): of each foreground pixel (non-zero) the distance, centre to centre, to the
 * nearest background pixel, in pixels; 0 on the background. What lies beyond the image's edge is not background (as with
 * scipy.ndimage.distance_transform_edt): where the image has no background at all, every value is Infinity.
 * `mask` is row-major, width * height long. O(width * height). Throws RangeError when the sizes disagree.
 */
export function distanceTransform(mask: Uint8Array, width: number, height: number): Float64Array {
  const distance = squaredDistanceTransform(mask, width, height)
  for (let i = 0; i < distance.length; i++) distance[i] = Math.sqrt(distance[i]!)
  return distance
}

/** As `distanceTransform`, but squared: whole numbers, so a comparison with a squared radius is exact. */
export function squaredDistanceTransform(mask: Uint8Array, width: number, height: number): Float64Array {
  checkSize(mask.length, width, height)
  const distance = columnDistances(mask, width, height)
  const envelope = { square: new Float64Array(width), site: new Int32Array(width), from: new Float64Array(width + 1) }
  for (let y = 0; y < height; y++) lowerEnvelope(distance.subarray(y * width, (y + 1) * width), envelope)
  return distance
}

/** Throws RangeError unless `length` is width times height, both whole and not negative. */
export function checkSize(length: number, width: number, height: number): void {
  if (Number.isInteger(width) && Number.isInteger(height) && width >= 0 && height >= 0 && length === width * height) return
  throw new RangeError(`An image of ${width} x ${height} pixels does not have ${length} values`)
}

/** Of each pixel the distance to the nearest background pixel of its own column; Infinity where it has none. */
function columnDistances(mask: Uint8Array, width: number, height: number): Float64Array {
  const distance = new Float64Array(width * height)
  const near = new Float64Array(width).fill(Infinity)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) distance[i] = near[x] = mask[i] === 0 ? 0 : near[x]! + 1
  }
  near.fill(Infinity)
  for (let y = height - 1, i = width * height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--, i--) {
      near[x] = Math.min(distance[i]!, near[x]! + 1)
      distance[i] = near[x]!
    }
  }
  return distance
}

interface Envelope {
  /** Squares of the row's column distances. */
  readonly square: Float64Array
  /** Columns whose parabolas make up the lower envelope, left to right. */
  readonly site: Int32Array
  /** Where each of them begins to be the lowest. */
  readonly from: Float64Array
}

/** Replaces a row of column distances by the squared distances: min over u of (x - u)^2 + row[u]^2. */
function lowerEnvelope(row: Float64Array, { square, site, from }: Envelope): void {
  let count = 0
  for (let x = 0; x < row.length; x++) {
    const value = row[x]! * row[x]!
    square[x] = value
    if (value === Infinity) continue
    let start = -Infinity
    while (count > 0) {
      const u = site[count - 1]!
      start = (value + x * x - square[u]! - u * u) / (2 * (x - u))
      if (start > from[count - 1]!) break
      count--
      start = -Infinity
    }
    site[count] = x
    from[count++] = start
  }
  if (count > 0) sample(row, { square, site, from }, count)
}

function sample(row: Float64Array, { square, site, from }: Envelope, count: number): void {
  for (let x = 0, k = 0; x < row.length; x++) {
    while (k + 1 < count && from[k + 1]! < x) k++
    const u = site[k]!
    row[x] = (x - u) * (x - u) + square[u]!
  }
}
