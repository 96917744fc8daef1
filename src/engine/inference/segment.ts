import type { Found } from '#shared/contracts/job.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { AreaRuns, type Run } from './area-runs.ts'
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

/**
 * Looks at an image with one model or several (of equally many classes), their probabilities averaged, and hands on row after row from the
 * top. Memory holds the tiles under way, whatever the size of the image.
 */
export async function lookAtAreas(
  models: readonly [AreaModel, ...AreaModel[]],
  classes: number,
  source: PixelSource,
  options: LookOptions,
  take: (row: AreaRow) => void,
): Promise<void> {
  const { shares: count } = models[0]
  const looks = models.map((model) => new ProbabilityRows(model, source, options))
  const row = { classes: new Uint8Array(source.width), shares: new Float32Array(source.width * count) }
  for (let y = 0; y < source.height; y++) {
    row.shares.fill(0)
    for (const look of looks) await look.addRow(y, row.shares)
    if (looks.length > 1) for (let i = 0; i < row.shares.length; i++) row.shares[i]! /= looks.length
    decide(row.shares, count, classes, row.classes)
    take({ y, ...row })
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
}

/** Gathers the rows of an image into objects: connected areas of a class, parted where that is asked for. */
export class ObjectGatherer {
  readonly #options: ObjectOptions
  readonly #areas: readonly AreaRuns[]
  readonly #distances = new Map<Run, Uint8Array>()

  constructor(options: ObjectOptions) {
    this.#options = options
    this.#areas = Array.from({ length: options.classes }, () => new AreaRuns())
  }

  add(row: AreaRow): void {
    for (let x = 0; x < row.classes.length;) {
      const value = row.classes[x]!
      const from = x
      while (x < row.classes.length && row.classes[x] === value) x++
      if (value > 0) this.#addRun(row, value, from, x)
    }
  }

  /** Objects best first; the score is the mean probability of their class over their pixels. */
  objects(minScore: number): Found[] {
    const found = this.#areas.flatMap((runs, classIndex) => this.#objectsOf(runs, classIndex, minScore))
    return found.sort((a, b) => b.score - a.score)
  }

  #addRun({ y, shares }: AreaRow, value: number, from: number, to: number): void {
    const { shares: count, classes } = this.#options
    let sum = 0
    for (let x = from; x < to; x++) sum += shares[x * count + value]!
    const run = { y, from, to, sum }
    this.#areas[value - 1]!.add(run)
    if (this.#options.part === null || this.#options.part.by === 'necks') return
    const distances = Uint8Array.from({ length: to - from }, (_, i) => Math.round(255 * shares[(from + i) * count + classes + 1]!))
    this.#distances.set(run, distances)
  }

  #objectsOf(runs: AreaRuns, classIndex: number, minScore: number): Found[] {
    const { part, leastAreas } = this.#options
    const least = leastAreas[classIndex] ?? 0
    const found: Found[] = []
    for (const area of runs.areas()) {
      if (pixelsOf(area) < least) continue
      for (const object of part === null ? [area] : partObjects(this.#deep(area), part)) {
        const pixels = pixelsOf(object)
        const score = Math.min(1, object.reduce((sum, run) => sum + run.sum, 0) / pixels)
        const shape = pixels < least || score < minScore ? null : maskOfRuns(object)
        if (shape !== null) found.push({ classIndex, score, shape })
      }
    }
    return found
  }

  #deep(area: readonly Run[]): DeepRun[] {
    return area.map((run) => ({ ...run, distances: this.#distances.get(run) ?? null }))
  }
}

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
