import { AppError } from '#shared/errors.ts'

interface Waiting {
  readonly start: () => void
  readonly drop: () => void
}

/** Lets at most so many pieces of work run at a time, in the order in which they came; work that waits can be cancelled. */
export class OneByOne {
  readonly #atOnce: number
  readonly #waiting = new Set<Waiting>()
  #running = 0
  /** Told when the last running piece has ended, once all is to end. */
  #ended: (() => void) | null = null

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** @throws AppError `cancelled` where the signal fires before the work is begun, or where all has ended; what is begun is finished. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true || this.#ended) throw cancelled()
    if (this.#running < this.#atOnce) this.#running++
    else await this.#turn(signal)
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  /** Waits for a place that somebody leaves. */
  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const over = (then: () => void): void => {
        this.#waiting.delete(waiting)
        signal?.removeEventListener('abort', waiting.drop)
        then()
      }
      const waiting: Waiting = {
        start: () => {
          over(resolve)
        },
        drop: () => {
          over(() => {
            reject(cancelled())
          })
        },
      }
      signal?.addEventListener('abort', waiting.drop, { once: true })
      this.#waiting.add(waiting)
    })
  }

  /** Hands the place on, or gives it up. */
  #leave(): void {
    const [first] = this.#waiting
    if (first) return first.start()
    this.#running--
    if (this.#running === 0) this.#ended?.()
  }

  /** Drops what waits and waits for what runs. */
  async end(): Promise<void> {
    const idle = new Promise<void>((resolve) => {
      this.#ended = resolve
    })
    for (const waiting of [...this.#waiting]) waiting.drop()
    if (this.#running > 0) await idle
  }
}

/** What a read says whose signal fired. */
export const cancelled = (): AppError => new AppError('cancelled', 'The picture is not needed any more.')
