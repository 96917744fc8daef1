import { type TilePlace } from '#shared/geometry/tile-grid.ts'
import { type Tile } from './tile-cache.ts'
import { tileKey } from './tile-plan.ts'

export interface LoaderMeans<T extends Tile> {
  /** Reads and decodes a tile; the signal fires where it is not wanted any more. */
  readonly load: (place: TilePlace, signal: AbortSignal) => Promise<T>
  /** The tile is the receiver's own from then on. */
  readonly arrived: (place: TilePlace, tile: T) => void
  /** Some tile could not be had; told once. */
  readonly failed: (thrown: unknown) => void
}

/** Tiles read at the same time at most. */
export const AT_ONCE = 8
/** Milliseconds after which a tile that could not be had is tried again, one for each time; after the last it is left alone. */
export const TRY_AGAIN = [2_000, 10_000, 60_000] as const

interface Failure {
  readonly times: number
  /** When it is tried again, milliseconds of `performance.now()`. */
  readonly until: number
}

/** Reads the tiles that are wanted, in their order, a few at a time; gives up those that are not wanted any more. */
export class TileLoader<T extends Tile> {
  readonly #means: LoaderMeans<T>
  readonly #flying = new Map<number, AbortController>()
  readonly #failures = new Map<number, Failure>()
  #wanted: readonly TilePlace[] = []
  #again: ReturnType<typeof setTimeout> | undefined
  #told = false

  constructor(means: LoaderMeans<T>) {
    this.#means = means
  }

  /** Tiles that are being read now. */
  get flying(): number {
    return this.#flying.size
  }

  /** From now on these are wanted, the most urgent first, and no others. */
  want(places: readonly TilePlace[]): void {
    this.#wanted = places
    const keys = new Set(places.map(tileKey))
    for (const [key, flight] of this.#flying) {
      if (keys.has(key)) continue
      this.#flying.delete(key)
      flight.abort()
    }
    this.#start()
  }

  stop(): void {
    clearTimeout(this.#again)
    this.want([])
  }

  #start(): void {
    const now = performance.now()
    for (const place of this.#wanted) {
      if (this.#flying.size >= AT_ONCE) return
      const key = tileKey(place)
      if (!this.#flying.has(key) && (this.#failures.get(key)?.until ?? 0) <= now) void this.#fly(place, key)
    }
  }

  async #fly(place: TilePlace, key: number): Promise<void> {
    const flight = new AbortController()
    const { signal } = flight
    this.#flying.set(key, flight)
    try {
      const tile = await this.#means.load(place, signal)
      if (signal.aborted) {
        tile.close()
        return
      }
      this.#failures.delete(key)
      this.#wanted = this.#wanted.filter((one) => tileKey(one) !== key)
      this.#means.arrived(place, tile)
    } catch (thrown) {
      if (signal.aborted) return
      this.#failed(key, thrown)
    }
    this.#flying.delete(key)
    this.#start()
  }

  #failed(key: number, thrown: unknown): void {
    const times = (this.#failures.get(key)?.times ?? 0) + 1
    this.#failures.set(key, { times, until: performance.now() + (TRY_AGAIN[times - 1] ?? Infinity) })
    this.#setAlarm()
    if (this.#told) return
    this.#told = true
    this.#means.failed(thrown)
  }

  /** Wakes when the next of the failed ones may be tried again. */
  #setAlarm(): void {
    const next = Math.min(...[...this.#failures.values()].map(({ until }) => until).filter((until) => until > performance.now()))
    clearTimeout(this.#again)
    if (!Number.isFinite(next)) return
    this.#again = setTimeout(
      () => {
        this.#start()
        this.#setAlarm()
      },
      next - performance.now() + 1,
    )
  }
}
