import type { AreaMaps } from './area-maps.ts'
import { ByteReader, ByteWriter } from './byte-stream.ts'
import type { PixelSource } from './pixel-source.ts'
import type { AreaModel } from './probability-rows.ts'
import { type AreaLookOptions, type AreaRow, lookAtAreas, type ObjectGatherer } from './segment.ts'
import type { OpenLog, WorkLog } from './work-log.ts'

/** Image rows that are kept together, at least: more are lost when the program is killed, fewer make more records. */
const BAND = 256

export interface GatherOptions extends AreaLookOptions {
  /** Default: nothing is kept. */
  readonly openLog?: OpenLog | undefined
  /** Told of each row that is looked at. */
  readonly each?: ((row: AreaRow) => void) | undefined
}

/** What rows are gathered into. */
export interface AreaTakers {
  readonly objects: ObjectGatherer
  readonly maps: AreaMaps | null
}

/**
 * Looks at an image and gathers its rows into objects and maps. With a log, finished bands of rows are kept there, and what an earlier prediction
 * kept is taken from it: the result is the same either way, since a band holds what its rows gave, and the tiles that reach into the next
 * row are looked at again.
 */
export async function gatherAreas(
  models: readonly [AreaModel, ...AreaModel[]],
  classes: number,
  source: PixelSource,
  options: GatherOptions,
  takers: AreaTakers,
): Promise<void> {
  const { objects, maps } = takers
  const add = (row: AreaRow): void => {
    objects.add(row)
    maps?.add(row)
    options.each?.(row)
  }
  if (options.openLog === undefined) {
    await lookAtAreas(models, classes, source, options, add)
    return
  }
  const log = await options.openLog('areas')
  try {
    const bands = new BandKeeper(log, source.height, takers)
    const from = await bands.restore()
    await lookAtAreas(models, classes, source, { ...options, from }, async (row) => {
      add(row)
      await bands.after(row.y)
    })
  } finally {
    await log.close()
  }
}

/** Cuts rows into bands and keeps what each gave. */
class BandKeeper {
  readonly #log: WorkLog
  readonly #height: number
  readonly #takers: AreaTakers
  readonly #rows: number
  readonly #runs = new ByteWriter()
  readonly #lines = new ByteWriter()

  constructor(log: WorkLog, height: number, takers: AreaTakers) {
    this.#log = log
    this.#height = height
    this.#takers = takers
    const together = takers.maps?.rowsTogether ?? 1
    this.#rows = Math.ceil(BAND / together) * together
  }

  /** Hands on what was kept; gives the first row that was not. */
  async restore(): Promise<number> {
    let from = 0
    for await (const { key, bytes } of this.#log.kept()) {
      if (key !== from || from >= this.#height) break
      const reader = new ByteReader(bytes)
      this.#takers.objects.restore(new ByteReader(reader.bytes()))
      this.#takers.maps?.restore(new ByteReader(reader.bytes()))
      from = Math.min(this.#height, from + this.#rows)
    }
    this.#takers.objects.keepIn(this.#runs)
    this.#takers.maps?.keepIn(this.#lines)
    return from
  }

  /** Row y is through. */
  async after(y: number): Promise<void> {
    const last = y === this.#height - 1
    if ((y + 1) % this.#rows !== 0 && !last) return
    const band = new ByteWriter()
    band.bytes(this.#runs.take())
    band.bytes(this.#lines.take())
    await this.#log.append(y - (y % this.#rows), band.take())
  }
}
