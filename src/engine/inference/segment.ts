import type { Found } from '#shared/contracts/job.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { AreaRuns, type Run } from './area-runs.ts'
import type { ByteReader, ByteWriter } from './byte-stream.ts'
import { type DeepRun, partObjects, type PartOptions } from './part-objects.ts'
import type { PixelSource } from './pixel-source.ts'
import { type AreaModel, type LookOptions, ProbabilityRows } from './probability-rows.ts'

/** What is said of one row of an image; the arrays are written over with the next row. */
export interface AreaRow {
  readonly y: number
  /** Of each pixel 0 for the background, or its class from 1. */
  readonly classes: Uint8Array
  /** `shares` numbers a pixel: probability of the background, of each class, and, where the network tells it, the normalized distance to the object's edge. */
  readonly shares: Float32Array
}

export interface AreaLookOptions extends Omit<LookOptions, 'turn'> {
  /** Awaited before the first tile and after each, over all models: how many are looked at, of how many; skipped ones do not count. */
  turn(done: number, tiles: number): Promise<void>
}

/**
 * Looks at an image with one model or several (of equally many classes), their probabilities averaged, and hands on row after row, from the
 * top or from `options.from` on. Memory holds the tiles under way, whatever the height of the image.
 */
export async function lookAtAreas(
  models: readonly [AreaModel, ...AreaModel[]],
  classes: number,
  source: PixelSource,
  options: AreaLookOptions,
  take: (row: AreaRow) => void | Promise<void>,
): Promise<void> {
  const { shares: count } = models[0]
  const progress = { done: 0, tiles: 0 }
  const turn = async (looked: boolean): Promise<void> => {
    if (looked) progress.done++
    await options.turn(progress.done, progress.tiles)
  }
  const looks = models.map((model) => new ProbabilityRows(model, source, { ...options, turn }))
  for (const look of looks) {
    progress.tiles += look.tiles
    progress.done += look.done
  }
  await turn(false)
  const row = { classes: new Uint8Array(source.width), shares: new Float32Array(source.width * count) }
  for (let y = options.from ?? 0; y < source.height; y++) {
    row.shares.fill(0)
    for (const look of looks) await look.addRow(y, row.shares)
    if (looks.length > 1) for (let i = 0; i < row.shares.length; i++) row.shares[i]! /= looks.length
    decide(row.shares, count, classes, row.classes)
    await take({ y, ...row })
  }
}

/** The most probable class of each pixel. */
function decide(shares: Float32Array, count: number, classes: number, out: Uint8Array): void {
  for (let x = 0; x < out.length; x++) {
    let best = 0
    for (let k = 1; k <= classes; k++) if (shares[x * count + k]! > shares[x * count + best]!) best = k
    out[x] = best
  }
}

export interface ObjectOptions {
  readonly classes: number
  /** Numbers a pixel in the rows. */
  readonly shares: number
  /** How touching objects are told apart; null: they are not. */
  readonly part: PartOptions | null
  /** Of each class: areas of fewer pixels are left out. */
  readonly leastAreas: readonly number[]
  /** Objects below this are not kept at all; default 0. */
  readonly leastScore?: number
}

interface GatheredObject extends Found {
  /** Runs of its class that came before its area, and its place among the objects of the area: their order where scores are alike. */
  readonly order: readonly [run: number, part: number]
}

/**
 * Gathers the rows of an image into objects: connected areas of a class, parted where that is asked for. An area is worked off as soon as it ends,
 * so that memory holds the objects found and the areas under way. What was added can be written down and taken in again.
 */
export class ObjectGatherer {
  readonly #options: ObjectOptions
  readonly #areas: readonly AreaRuns<DeepRun>[]
  readonly #found: GatheredObject[] = []
  #kept: ByteWriter | null = null
  #unparted = 0

  constructor(options: ObjectOptions) {
    this.#options = options
    this.#areas = Array.from({ length: options.classes }, (_, classIndex) => {
      return new AreaRuns<DeepRun>((area, first) => {
        this.#workOff(area, classIndex, first)
      })
    })
  }

  /** From now on what is added is written down there too. */
  keepIn(writer: ByteWriter): void {
    this.#kept = writer
  }

  /** Takes in what was written down of earlier rows. */
  restore(reader: ByteReader): void {
    while (!reader.ended) {
      const [value, y, from, to] = [reader.uint32(), reader.uint32(), reader.uint32(), reader.uint32()]
      const sum = reader.float64()
      const distances = reader.bytes()
      this.#areas[value - 1]!.add({ y, from, to, sum, distances: distances.length === 0 ? null : distances.slice() })
    }
  }

  add(row: AreaRow): void {
    for (let x = 0; x < row.classes.length;) {
      const value = row.classes[x]!
      const from = x
      while (x < row.classes.length && row.classes[x] === value) x++
      if (value > 0) this.#addRun(row, value, from, x)
    }
  }

  /** Objects best first; the score is the mean probability of their class over their pixels. No more rows come. */
  objects(minScore: number): Found[] {
    for (const area of this.#areas) area.end()
    const order = (a: GatheredObject, b: GatheredObject): number =>
      b.score - a.score || a.classIndex - b.classIndex || a.order[0] - b.order[0] || a.order[1] - b.order[1]
    const found = this.#found.filter(({ score }) => score >= minScore).sort(order)
    return found.map(({ classIndex, score, shape }) => ({ classIndex, score, shape }))
  }

  /** Areas among the objects that were too large to be parted: each is one object, whatever touches in it. */
  get unparted(): number {
    return this.#unparted
  }

  #addRun({ y, shares }: AreaRow, value: number, from: number, to: number): void {
    const { shares: count, classes, part } = this.#options
    const distances = part?.by === 'distances' ? new Uint8Array(to - from) : null
    let sum = 0
    for (let x = from, at = from * count; x < to; x++, at += count) {
      sum += shares[at + value]!
      if (distances !== null) distances[x - from] = Math.round(255 * shares[at + classes + 1]!)
    }
    this.#areas[value - 1]!.add({ y, from, to, sum, distances })
    if (this.#kept === null) return
    for (const number of [value, y, from, to]) this.#kept.uint32(number)
    this.#kept.float64(sum)
    this.#kept.bytes(distances ?? NOTHING)
  }

  #workOff(area: readonly DeepRun[], classIndex: number, first: number): void {
    const { part, leastAreas, leastScore = 0 } = this.#options
    const least = leastAreas[classIndex] ?? 0
    if (pixelsOf(area) < least) return
    const parts = part === null ? [area] : partObjects(area, part)
    for (const [i, object] of (parts ?? [area]).entries()) {
      const pixels = pixelsOf(object)
      const score = Math.min(1, object.reduce((sum, run) => sum + run.sum, 0) / pixels)
      const shape = pixels < least || score < leastScore ? null : maskOfRuns(object)
      if (shape === null) continue
      this.#found.push({ classIndex, score, shape, order: [first, i] })
      if (parts === null) this.#unparted++
    }
  }
}

const NOTHING = new Uint8Array(0)

function pixelsOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { from, to }) => sum + to - from, 0)
}

function maskOfRuns(runs: readonly Run[]) {
  return maskOf(
    maskOfSpans((sink) => {
      for (const { y, from, to } of runs) sink(y, from, to)
    }),
  )
}
