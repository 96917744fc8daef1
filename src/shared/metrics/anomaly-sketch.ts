import { type AnomalyPixels, type RankedPixels } from './anomaly-pixels.ts'
import { type ImageWeights } from './coco-accumulate.ts'

/**
 * One image's pixels, few enough to keep: neighbouring scores stand together under the middle one of them. Entry i of
 * every list is one such group, of normal pixels or of anomalous ones.
 */
export interface PixelSketch {
  readonly score: Float32Array
  readonly positives: Float64Array
  readonly negatives: Float64Array
  /** As RankedPixels has it. */
  readonly overlap: Float64Array
  readonly regions: number
}

/** Groups a kind of pixels that an image is kept as; with fewer pixels the sketch is exact. */
export const SKETCH_GROUPS = 256

/** Of more pixels of a kind every second, third ... is looked at: an interval does not see the difference. */
const MOST_SORTED = 2 ** 15

/** Sketches one image's map. The pixels must be such as a PixelTally takes. */
export function sketchPixels({ map, regions, regionSizes }: AnomalyPixels): PixelSketch {
  const normal = pixelsOf(regions, (region) => region === 0)
  const anomalous = pixelsOf(regions, (region) => region > 0)
  const groups = [...groupsOf(normal, map), ...groupsOf(anomalous, map)]
  const isNormal = (pixels: Int32Array): boolean => regions[pixels[0]!] === 0
  const weigh = (pixels: Int32Array): number => pixels.reduce((sum, i) => sum + 1 / regionSizes[regions[i]! - 1]!, 0)
  return {
    score: Float32Array.from(groups, (pixels) => map[pixels[pixels.length >> 1]!]!),
    positives: Float64Array.from(groups, (pixels) => (isNormal(pixels) ? 0 : pixels.length * anomalous.each)),
    negatives: Float64Array.from(groups, (pixels) => (isNormal(pixels) ? pixels.length * normal.each : 0)),
    overlap: Float64Array.from(groups, (pixels) => (isNormal(pixels) ? 0 : weigh(pixels) * anomalous.each)),
    regions: regionSizes.length,
  }
}

interface PixelSample {
  readonly pixels: Int32Array
  /** How many pixels each of them stands for. */
  readonly each: number
}

/** The pixels of one kind, evenly thinned to at most MOST_SORTED. */
function pixelsOf(regions: Int32Array, isOfKind: (region: number) => boolean): PixelSample {
  let count = 0
  for (const region of regions) if (isOfKind(region)) count++
  const step = Math.max(1, Math.ceil(count / MOST_SORTED))
  const pixels = new Int32Array(Math.ceil(count / step))
  for (let i = 0, seen = 0; i < regions.length; i++) {
    if (!isOfKind(regions[i]!)) continue
    if (seen % step === 0) pixels[seen / step] = i
    seen++
  }
  return { pixels, each: count / pixels.length }
}

/** The pixels by score, in up to SKETCH_GROUPS groups of about the same size. */
function groupsOf({ pixels }: PixelSample, map: Float32Array): Int32Array[] {
  pixels.sort((a, b) => map[a]! - map[b]!)
  const count = pixels.length
  const groups = Math.min(SKETCH_GROUPS, count)
  return Array.from({ length: groups }, (_, g) => pixels.subarray(Math.round((g * count) / groups), Math.round(((g + 1) * count) / groups)))
}

/**
 * The sketches of all images as one ranking; with weights, of a bootstrap resample of them (the same arrays every time:
 * not to be kept). Sorts once. null stands for an image without a map.
 */
export function createSketchRanking(sketches: readonly (PixelSketch | null)[]): (weights?: ImageWeights) => RankedPixels {
  const entries = sketches.flatMap((sketch, image) => (sketch ? Array.from(sketch.score, (score, i) => ({ image, score, i })) : []))
  const rank = new Int32Array(entries.length)
  const distinct: number[] = []
  for (const { e, score } of entries.map(({ score }, e) => ({ e, score })).sort((a, b) => b.score - a.score)) {
    if (distinct[distinct.length - 1] !== score) distinct.push(score)
    rank[e] = distinct.length - 1
  }
  const imageOf = Int32Array.from(entries, ({ image }) => image)
  const column = (name: 'positives' | 'negatives' | 'overlap'): Float64Array =>
    Float64Array.from(entries, ({ image, i }) => sketches[image]![name][i]!)
  const of = { positives: column('positives'), negatives: column('negatives'), overlap: column('overlap') }
  const sum = {
    positives: new Float64Array(distinct.length),
    negatives: new Float64Array(distinct.length),
    overlap: new Float64Array(distinct.length),
  }
  const score = Float64Array.from(distinct)
  return (weights) => {
    for (const list of Object.values(sum)) list.fill(0)
    for (let e = 0; e < rank.length; e++) {
      const [at, weight] = [rank[e]!, weights === undefined ? 1 : weights[imageOf[e]!]!]
      sum.positives[at]! += weight * of.positives[e]!
      sum.negatives[at]! += weight * of.negatives[e]!
      sum.overlap[at]! += weight * of.overlap[e]!
    }
    const regions = sketches.reduce((total, sketch, i) => total + (weights === undefined ? 1 : weights[i]!) * (sketch?.regions ?? 0), 0)
    return { score, ...sum, regions }
  }
}
