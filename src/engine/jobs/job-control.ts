import { setImmediate } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'

/** How a job is asked to end: with what it has (`keep`), without a result (`cancel`), or because the process goes away (`interrupt`). */
export type Ending = 'keep' | 'cancel' | 'interrupt'

/**
 * The wishes of whoever started a job. A job asks at every step: `await control.turn()` lets messages in (a training step blocks the
 * event loop) and tells whether to end.
 */
export class JobControl {
  #ending: Ending | null = null
  #paused = false
  #wake: (() => void) | null = null
  #leave: (() => void) | null = null

  get paused(): boolean {
    return this.#paused && this.#ending === null
  }

  get ending(): Ending | null {
    return this.#ending
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#stir()
  }

  /** The first wish to end counts, but an interruption goes before all: the process has no time left. */
  end(how: Ending): void {
    if (this.#ending === null || how === 'interrupt') this.#ending = how
    this.#stir()
    if (how === 'interrupt') this.#leave?.()
  }

  /**
   * Waits for what comes before the work itself, such as opening a backend. Nothing of it is worth keeping: an interruption does not wait for it
   * to end, but rejects with code `interrupted` at once.
   */
  async preparing<T>(work: Promise<T>): Promise<T> {
    const left = new Promise<never>((_, reject) => {
      this.#leave = () => {
        reject(new AppError('interrupted', 'The job was interrupted before it began.'))
      }
    })
    if (this.#ending === 'interrupt') this.#leave?.()
    try {
      return await Promise.race([work, left])
    } finally {
      this.#leave = null
    }
  }

  /** Lets the event loop handle what has come in, then gives the wish to end, or null to go on. */
  async turn(): Promise<Ending | null> {
    // Two rounds: the first reads the channel, the second runs what the message led to.
    await setImmediate()
    await setImmediate()
    return this.#ending
  }

  /** Waits until the job is resumed or asked to end. */
  async untilResumed(): Promise<void> {
    while (this.paused) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  #stir(): void {
    this.#wake?.()
    this.#wake = null
  }
}
