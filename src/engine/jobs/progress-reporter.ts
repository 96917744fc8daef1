import { append } from '#shared/append.ts'
import type { JobProgress } from '#shared/contracts/job.ts'
import type { CurvePoint } from '#shared/records/model.ts'

/** No more than ten messages a second. */
const LEAST_MS = 100

/**
 * Sends a job's progress without flooding the channel: what comes too soon is merged into the next message, a change of state goes at
 * once, and no point of a curve is lost.
 */
export class ProgressReporter {
  readonly #send: (progress: JobProgress) => void
  readonly #now: () => number
  #curves: CurvePoint[] = []
  #curvesReset = false
  #sentAt = -Infinity
  #state: JobProgress['state'] | null = null
  #held: JobProgress | null = null

  constructor(send: (progress: JobProgress) => void, now: () => number = () => performance.now()) {
    this.#send = send
    this.#now = now
  }

  report(progress: JobProgress): void {
    append(this.#curves, progress.curves ?? [])
    this.#curvesReset ||= progress.curvesReset ?? false
    this.#held = progress
    if (progress.state !== this.#state || this.#now() - this.#sentAt >= LEAST_MS) this.flush()
  }

  /** Sends what is held back. */
  flush(): void {
    if (!this.#held) return
    const { curves: _, curvesReset: __, ...rest } = this.#held
    const curves = this.#curves.length > 0 ? { curves: this.#curves } : {}
    this.#send({ ...rest, ...curves, ...(this.#curvesReset ? { curvesReset: true } : {}) })
    this.#state = rest.state
    this.#sentAt = this.#now()
    this.#held = null
    this.#curves = []
    this.#curvesReset = false
  }
}
