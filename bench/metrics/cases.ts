// The cases that ours and the reference libraries are both run on: random but mean (ties, missing classes, ignored ground, empty images,
// objects that split and merge), drawn by seed, and real masks whose "predictions" are the truth moved, eaten at, split and dropped.
import { existsSync, readdirSync } from 'node:fs'
import sharp from 'sharp'
import { type InstanceMap } from '#shared/metrics/segmentation-objects.ts'
import { createRandom, type Random } from '#shared/random.ts'

export interface ClassificationCase {
  readonly name: string
  readonly classes: number
  readonly positive: number
  readonly threshold: number | null
  readonly truth: readonly number[]
  readonly scores: readonly (readonly number[])[]
}

export interface SegmentationImage {
  readonly width: number
  readonly height: number
  readonly truth: Uint8Array
  readonly predicted: Uint8Array
  readonly truthInstances: InstanceMap
  readonly predictedInstances: InstanceMap
  /** By object number; entry 0 is of no object. */
  readonly scores: Float64Array
}

export interface SegmentationCase {
  readonly name: string
  readonly classes: number
  readonly tolerance: number
  readonly images: readonly SegmentationImage[]
}

export interface AnomalyImage {
  readonly width: number
  readonly height: number
  readonly anomalous: boolean
  readonly score: number
  readonly map: Float32Array
  readonly truth: Uint8Array
}

export interface AnomalyCase {
  readonly name: string
  readonly threshold: number
  readonly images: readonly AnomalyImage[]
}

export interface Cases {
  readonly classification: readonly ClassificationCase[]
  readonly segmentation: readonly SegmentationCase[]
  readonly anomaly: readonly AnomalyCase[]
}

/** Without real masks where the folder of real data is not there. */
export async function drawCases(data: string | null, seed = 4): Promise<Cases> {
  const random = createRandom(seed)
  return {
    classification: classificationCases(random.fork('classification')),
    segmentation: [...segmentationCases(random.fork('segmentation')), ...(data === null ? [] : await realCases(data, random.fork('real')))],
    anomaly: anomalyCases(random.fork('anomaly')),
  }
}

/** The same, few and small: what the tests' golden file holds. */
export function drawSmallCases(seed = 4): Cases {
  const random = createRandom(seed)
  const small = { images: 5, width: 32, height: 24 }
  return {
    classification: [binaryCase(random, 40, { rounded: 10 }), manyClassCase(random, 60, { classes: 4, absent: 2 })],
    segmentation: [
      segmentationCase(random, { ...small, classes: 2, ignored: true }),
      segmentationCase(random, { ...small, classes: 3, ignored: false }),
    ],
    anomaly: [anomalyCase(random, { ...small, images: 6, levels: 12 })],
  }
}

function classificationCases(random: Random): ClassificationCase[] {
  return [
    binaryCase(random, 7, { rounded: 4 }),
    binaryCase(random, 200, { rounded: 20 }),
    binaryCase(random, 1000, {}),
    { ...binaryCase(random, 500, { share: 0.02 }), positive: 0 },
    binaryCase(random, 10_000, { share: 0.5, signal: 4 }),
    manyClassCase(random, 400, { classes: 5, absent: 3 }),
    manyClassCase(random, 3000, { classes: 3, rounded: 50 }),
    manyClassCase(random, 2000, { classes: 12 }),
  ]
}

function binaryCase(random: Random, images: number, { share = 0.4, signal = 1.2, rounded = 0 }): ClassificationCase {
  const truth = Array.from({ length: images }, (_, i) => (i === 0 || (i > 1 && random.chance(share)) ? 1 : 0))
  const scores = truth.map((k) => {
    const p = 1 / (1 + Math.exp(-random.normal(signal * (k - 0.5), 1)))
    const said = rounded > 0 ? Math.round(p * rounded) / rounded : p
    return [1 - said, said]
  })
  return { name: `2 classes, ${images} images`, classes: 2, positive: 1, threshold: 0.45, truth, scores }
}

function manyClassCase(
  random: Random,
  images: number,
  { classes, absent = -1, rounded = 0 }: { classes: number; absent?: number; rounded?: number },
) {
  const there = Array.from({ length: classes }, (_, k) => k).filter((k) => k !== absent)
  const truth = Array.from({ length: images }, () => random.pick(there))
  const scores = truth.map((k) => {
    const logits = Array.from({ length: classes }, (_, c) => random.normal(c === k ? 1.5 : 0, 1))
    const powers = logits.map((logit) => Math.exp(rounded > 0 ? Math.round(logit * 2) / 2 : logit))
    const sum = powers.reduce((a, b) => a + b, 0)
    return powers.map((power) => power / sum)
  })
  return { name: `${classes} classes, ${images} images`, classes, positive: 1, threshold: null, truth, scores }
}

function segmentationCases(random: Random): SegmentationCase[] {
  return [
    segmentationCase(random, { images: 8, width: 96, height: 64, classes: 2, ignored: false }),
    segmentationCase(random, { images: 6, width: 80, height: 80, classes: 2, ignored: true }),
    segmentationCase(random, { images: 5, width: 128, height: 96, classes: 4, ignored: false }),
    segmentationCase(random, { images: 4, width: 200, height: 150, classes: 3, ignored: true }),
  ]
}

interface SegmentationShape {
  readonly images: number
  readonly width: number
  readonly height: number
  readonly classes: number
  readonly ignored: boolean
}

function segmentationCase(random: Random, shape: SegmentationShape): SegmentationCase {
  const { images, classes, width, height, ignored } = shape
  return {
    name: `${images} images ${width} x ${height}, ${classes} classes${ignored ? ', ignored ground' : ''}`,
    classes,
    tolerance: 2,
    // The last image but one has no objects, the last no predicted ones.
    images: Array.from({ length: images }, (_, i) => drawImage(random, shape, { there: i !== images - 2, seen: i < images - 2 })),
  }
}

interface Blob {
  readonly x: number
  readonly y: number
  readonly rx: number
  readonly ry: number
  readonly classIndex: number
}

function drawImage(
  random: Random,
  { width, height, classes, ignored }: SegmentationShape,
  { there, seen }: { there: boolean; seen: boolean },
) {
  const count = Math.round((width * height) / 130)
  const truths = Array.from({ length: there ? count : 0 }, (): Blob => {
    const rx = 2 + random.int(6)
    return {
      x: random.int(width),
      y: random.int(height),
      rx,
      ry: Math.max(2, rx - 2 + random.int(5)),
      classIndex: 1 + random.int(classes - 1),
    }
  })
  const found = seen ? truths.flatMap((blob) => mistake(random, blob, classes)) : []
  const image = paintBoth(width, height, truths, found)
  if (ignored) ignoreCorner(image)
  return { ...image, scores: scoresFor(random, image.predictedInstances) }
}

function mistake(random: Random, blob: Blob, classes: number): Blob[] {
  const kind = random.int(10)
  if (kind === 0) return []
  if (kind === 1)
    return [
      { ...blob, x: blob.x - blob.rx / 2, rx: blob.rx / 2 },
      { ...blob, x: blob.x + blob.rx / 2, rx: blob.rx / 2 },
    ]
  if (kind === 2) return [blob]
  if (kind === 3) return [{ ...blob, classIndex: 1 + random.int(classes - 1) }]
  const grown = random.uniform(0.75, 1.3)
  return [{ ...blob, x: blob.x + random.normal(0, 0.8), y: blob.y + random.normal(0, 0.8), rx: blob.rx * grown, ry: blob.ry * grown }]
}

function paintBoth(width: number, height: number, truths: readonly Blob[], found: readonly Blob[]): Omit<SegmentationImage, 'scores'> {
  const [truth, truthInstances] = paint(width, height, truths)
  const [predicted, predictedInstances] = paint(width, height, found)
  return { width, height, truth, predicted, truthInstances, predictedInstances }
}

function paint(width: number, height: number, blobs: readonly Blob[]): [Uint8Array, Uint16Array] {
  const labels = new Uint8Array(width * height)
  const instances = new Uint16Array(width * height)
  for (const [b, { x, y, rx, ry, classIndex }] of blobs.entries())
    for (let py = 0; py < height; py++)
      for (let px = 0; px < width; px++)
        if (((px - x) / rx) ** 2 + ((py - y) / ry) ** 2 <= 1) {
          labels[py * width + px] = classIndex
          instances[py * width + px] = 3 * b + 1
        }
  return [labels, instances]
}

function ignoreCorner({ width, height, truth }: Omit<SegmentationImage, 'scores'>): void {
  for (let y = 0; y < height / 3; y++) truth.fill(255, y * width, y * width + Math.floor(width / 4))
}

function scoresFor(random: Random, instances: InstanceMap): Float64Array {
  let most = 0
  for (const id of instances) most = Math.max(most, id)
  return Float64Array.from({ length: most + 1 }, () => random.int(20) / 20)
}

function anomalyCases(random: Random): AnomalyCase[] {
  return [
    anomalyCase(random, { images: 20, width: 48, height: 40, levels: 0 }),
    anomalyCase(random, { images: 12, width: 64, height: 64, levels: 30 }),
    anomalyCase(random, { images: 40, width: 128, height: 128, levels: 0 }),
  ]
}

function anomalyCase(random: Random, shape: { images: number; width: number; height: number; levels: number }): AnomalyCase {
  const { images, width, height, levels } = shape
  return {
    name: `${images} images ${width} x ${height}${levels > 0 ? `, ${levels} levels` : ''}`,
    threshold: 1.2,
    images: Array.from({ length: images }, (_, i) => {
      const blobs = i % 2 === 0 ? [] : Array.from({ length: 1 + random.int(5) }, () => anyBlob(random, width, height))
      const [truth] = paint(width, height, blobs)
      const map = Float32Array.from(truth, (value) => levelled(random.normal(value === 0 ? 0 : 1.3, 1), levels))
      const anomalous = truth.some((value) => value !== 0)
      return { width, height, anomalous, score: levelled(random.normal(anomalous ? 1.5 : 0.5, 0.8), 10), map, truth }
    }),
  }
}

function anyBlob(random: Random, width: number, height: number): Blob {
  return { x: random.int(width), y: random.int(height), rx: 1 + random.int(8), ry: 1 + random.int(8), classIndex: 1 }
}

function levelled(value: number, levels: number): number {
  return levels === 0 ? value : Math.round(value * levels) / levels
}

/** Nuclei of DSB2018 with their numbers, and glomeruli as one class. */
async function realCases(data: string, random: Random): Promise<SegmentationCase[]> {
  const cases: SegmentationCase[] = []
  const nuclei = labelFiles(data).slice(0, 12)
  if (nuclei.length > 0)
    cases.push({
      name: `${nuclei.length} DSB2018 label images`,
      classes: 2,
      tolerance: 2,
      images: await Promise.all(nuclei.map((file) => realImage(file, random))),
    })
  return cases
}

function labelFiles(data: string): string[] {
  const folder = `${data}/dsb2018/labels`
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.png'))
        .sort()
        .map((name) => `${folder}/${name}`)
    : []
}

async function realImage(file: string, random: Random): Promise<SegmentationImage> {
  const { data, info } = await sharp(file).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const pixels = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  const truthInstances = Int32Array.from({ length: width * height }, (_, i) => pixels[i * channels]!)
  const predictedInstances = disturb(truthInstances, width, height, random)
  const labels = (instances: Int32Array): Uint8Array => Uint8Array.from(instances, (id) => (id === 0 ? 0 : 1))
  return {
    width,
    height,
    truth: labels(truthInstances),
    predicted: labels(predictedInstances),
    truthInstances,
    predictedInstances,
    scores: scoresFor(random, predictedInstances),
  }
}

/** Each object as it was, moved by up to 3 pixels, cut in two, joined to its left neighbour or gone. */
function disturb(instances: Int32Array, width: number, height: number, random: Random): Int32Array {
  const fates = new Map([...new Set(instances)].map((id) => [id, { kind: random.int(6), dx: random.int(7) - 3, dy: random.int(7) - 3 }]))
  const out = new Int32Array(instances.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const id = instances[y * width + x]!
      const { kind, dx, dy } = fates.get(id)!
      const [tx, ty] = kind === 1 || kind === 2 ? [x + dx, y + dy] : [x, y]
      if (id === 0 || kind === 3 || tx < 0 || ty < 0 || tx >= width || ty >= height) continue
      out[ty * width + tx] = kind === 4 && (x >> 3) % 2 === 0 ? 100_000 + id : id
    }
  return out
}
