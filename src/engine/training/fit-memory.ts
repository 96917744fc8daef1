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
 * images and the same seed give the same memory on one machine. Throws RangeError where no image could be read.
 */
export async function fitMemory(
  preset: MemoryPreset,
  images: readonly JobSample[],
  frame: Size,
  random: Random,
  { turn, read }: FitHooks,
): Promise<FittedMemory> {
  const network = preset.network()
  const encoder = await preset.pretrained()
  const session = await openOnnxSession(exportOnnx(network, encoder))
  const gatherer = new PatchGatherer(preset, session, images, frame, random.fork('patches'))
  try {
    await gatherer.gather({ turn: (done) => turn(LOOK_SHARE * done), read })
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
  readonly #parts: Float32Array[] = []
  readonly broken: string[] = []
  images = 0

  constructor(preset: MemoryPreset, session: InferenceSession, images: readonly JobSample[], frame: Size, random: Random) {
    this.#preset = preset
    this.#session = session
    this.#images = images
    this.#frame = frame
    this.#random = random
  }

  async gather({ turn, read }: FitHooks): Promise<void> {
    const { candidates } = this.#preset.memory
    const tiles = this.#images.reduce((sum, image) => sum + tilesFor(image, this.#frame).length, 0)
    const each = Math.ceil(candidates / tiles)
    let done = 0
    for await (const result of readAhead(this.#images, read)) {
      if ('error' in result) this.broken.push(result.image.path)
      else await this.#look(result.image, rasterSource(result.raster), each)
      if (!(await turn(++done / this.#images.length)) && this.#parts.length > 0) return
    }
  }

  get rows(): Rows {
    const data = new Float32Array(this.#parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of this.#parts) {
      data.set(part, at)
      at += part.length
    }
    return { data, size: this.#preset.features }
  }

  async #look(image: JobSample, source: ReturnType<typeof rasterSource>, each: number): Promise<void> {
    this.images++
    const random = this.#random.fork(image.id)
    const { channels } = this.#preset.network()
    for (const tile of tilesFor(source, this.#frame)) {
      const pixels = await source.read(tile, inputSizeOf(this.#preset), channels)
      this.#parts.push(drawn(await patchesOf(this.#session, this.#preset, pixels), this.#preset.features, each, random))
    }
  }
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
