import { must } from '#shared/assert.ts'
import type { JobSample } from '#shared/contracts/job.ts'
import type { Size } from '#shared/geometry/point.ts'
import type { Random } from '#shared/random.ts'
import { readAhead } from '../data/read-ahead.ts'
import type { SampleReader } from '../data/windows/read-sample.ts'
import { tilesFor } from '../inference/detect.ts'
import { exportOnnx } from '../inference/onnx-export.ts'
import { openOnnxSession } from '../inference/onnx-session.ts'
import { inputSizeOf, type PatchGrid, patchesOf } from '../inference/patch-look.ts'
import { rasterSource } from '../inference/pixel-source.ts'
import type { InferenceSession } from '../inference/session.ts'
import type { WorkLog } from '../inference/work-log.ts'
import type { MemoryPreset } from '../models/anomaly-preset.ts'
import { linearWeights } from '../models/patch-memory-lite0/network.ts'
import type { WeightArray, Weights } from '../nn/weights.ts'
import { MEMORY } from '../tasks/patch-memory.ts'
import { greedyCoreset, type Rows } from './coreset.ts'
import { mapRows, whitening } from './whitening.ts'

/** How far a fit is, and whether it goes on. */
export interface FitHooks {
  /** Awaited every now and then with the share of the fit that is done; false: it is to end with what it has. May throw to stop. */
  turn(done: number): Promise<boolean>
  /** Reads a sample. */
  readonly read: SampleReader
  /** Patches of the images that were looked at, by the image's place in the list: kept there, and taken from there. */
  readonly log: WorkLog
}

export interface FittedMemory {
  /** The network's weights, and the memory beside them. */
  readonly weights: Weights
  /** Patches that the memory was chosen from. */
  readonly candidates: number
  /** Images that were looked at, and the paths of those that could not be read. */
  readonly images: number
  readonly broken: readonly string[]
}

/** Of the fit's time the look at all images takes so much; the choice of the memory the rest. */
const LOOK_SHARE = 0.7
const ROWS_AT_ONCE = 2048

/**
 * Remembers normal images: draws patches evenly from them, takes out what their features have in common (`whitening`), and keeps a coreset. The same
 * images and the same seed give the same memory on one machine, also where the log holds what an earlier fit of them had looked at. Throws
 * RangeError where no image could be read.
 */
export async function fitMemory(
  preset: MemoryPreset,
  images: readonly JobSample[],
  frame: Size,
  random: Random,
  { turn, read, log }: FitHooks,
): Promise<FittedMemory> {
  const network = preset.network()
  const encoder = await preset.pretrained()
  const session = await openOnnxSession(exportOnnx(network, encoder))
  const gatherer = new PatchGatherer(preset, session, images, frame, random.fork('patches'))
  try {
    await gatherer.gather({ turn: (done) => turn(LOOK_SHARE * done), read, log })
  } finally {
    await session.dispose()
  }
  const { rows, broken } = gatherer
  const affine = whitening(rows, preset.memory.shrinkage)
  const points = await mappedRows(rows, affine, async () => void (await turn(LOOK_SHARE)))
  const memory = await remembered(points, preset, random.fork('coreset'), (done) => turn(LOOK_SHARE + (1 - LOOK_SHARE) * done))
  const weights = new Map([...encoder, ...linearWeights(affine.matrix, affine.offset), [MEMORY, memory] as const])
  return { weights, candidates: rows.data.length / rows.size, images: gatherer.images, broken }
}

/** Draws patches from images, about as many from each. */
class PatchGatherer {
  readonly #preset: MemoryPreset
  readonly #session: InferenceSession
  readonly #images: readonly JobSample[]
  readonly #frame: Size
  readonly #random: Random
  /** By the image's place in the list. */
  readonly #parts = new Map<number, Float32Array>()
  readonly broken: string[] = []

  constructor(preset: MemoryPreset, session: InferenceSession, images: readonly JobSample[], frame: Size, random: Random) {
    this.#preset = preset
    this.#session = session
    this.#images = images
    this.#frame = frame
    this.#random = random
  }

  /** Images that patches were drawn from. */
  get images(): number {
    return this.#parts.size
  }

  async gather({ turn, read, log }: FitHooks): Promise<void> {
    for await (const { key, bytes } of log.kept()) {
      if (key >= this.#images.length || bytes.length % (4 * this.#preset.features) !== 0) break
      this.#parts.set(key, new Float32Array(Uint8Array.from(bytes).buffer))
    }
    const { candidates } = this.#preset.memory
    const tiles = this.#images.reduce((sum, image) => sum + tilesFor(image, this.#frame).length, 0)
    const each = Math.ceil(candidates / tiles)
    const places = new Map(this.#images.map((image, place) => [image, place]))
    const waiting = this.#images.filter((_, place) => !this.#parts.has(place))
    let done = this.#parts.size
    for await (const result of readAhead(waiting, read)) {
      if ('error' in result) this.broken.push(result.image.path)
      else {
        const patches = await this.#look(result.image, rasterSource(result.raster), each)
        const place = must(places.get(result.image), 'it is one of the images')
        this.#parts.set(place, patches)
        await log.append(place, new Uint8Array(patches.buffer))
      }
      if (!(await turn(++done / this.#images.length)) && this.#parts.size > 0) return
    }
  }

  /** In the order of the images, whenever each was looked at. */
  get rows(): Rows {
    const places = [...this.#parts.keys()].sort((a, b) => a - b)
    return { data: joined(places.map((place) => this.#parts.get(place)!)), size: this.#preset.features }
  }

  async #look(image: JobSample, source: ReturnType<typeof rasterSource>, each: number): Promise<Float32Array<ArrayBuffer>> {
    const random = this.#random.fork(image.id)
    const { channels } = this.#preset.network()
    const parts: Float32Array[] = []
    for (const tile of tilesFor(source, this.#frame)) {
      const pixels = await source.read(tile, inputSizeOf(this.#preset), channels)
      parts.push(drawn(await patchesOf(this.#session, this.#preset, pixels), this.#preset.features, each, random))
    }
    return joined(parts)
  }
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  return data
}

/** So many patches of a grid, none of them ground, none twice. */
function drawn({ features, ground }: PatchGrid, size: number, count: number, random: Random): Float32Array {
  const places = random.shuffle([...ground.keys()].filter((i) => ground[i] === 0)).slice(0, count)
  const out = new Float32Array(places.length * size)
  for (const [row, place] of places.entries()) out.set(features.subarray(place * size, (place + 1) * size), row * size)
  return out
}

async function mappedRows(rows: Rows, affine: ReturnType<typeof whitening>, turn: () => Promise<void>): Promise<Rows> {
  const out = new Float32Array(rows.data.length)
  const count = rows.data.length / rows.size
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    mapRows(rows, affine, out, from, Math.min(count, from + ROWS_AT_ONCE))
    await turn()
  }
  return { data: out, size: rows.size }
}

async function remembered(
  rows: Rows,
  { memory: { share, most } }: MemoryPreset,
  random: Random,
  turn: (done: number) => Promise<boolean>,
): Promise<WeightArray> {
  const count = Math.max(1, Math.min(most, Math.ceil((share * rows.data.length) / rows.size)))
  const chosen = await greedyCoreset(rows, count, random, turn)
  const data = new Float32Array(chosen.length * rows.size)
  for (const [i, row] of chosen.entries()) data.set(rows.data.subarray(row * rows.size, (row + 1) * rows.size), i * rows.size)
  return { shape: [chosen.length, rows.size], data }
}
