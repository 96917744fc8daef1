const WINDOW = 40
/** A step that takes so many times the median is an accident (a graph being traced, the machine asleep) and counts as that much. */
const OUTLIER = 4

/** Times of the steps of a run: what a step takes now, and the totals that the run reports. Seconds. */
export class StepClock {
  readonly #recent: number[] = []
  #steps = 0
  #seconds = 0
  #waited = 0

  /** A step took so long, of which `waited` went by until its images were there. */
  add(seconds: number, waited: number): void {
    this.#steps++
    this.#seconds += seconds
    this.#waited += waited
    this.#recent.push(seconds)
    if (this.#recent.length > WINDOW) this.#recent.shift()
  }

  /** Goes on from the totals of an earlier part of the run. */
  restore({ steps, seconds, waited }: { readonly steps: number; readonly seconds: number; readonly waited: number }): void {
    this.#steps = steps
    this.#seconds = seconds
    this.#waited = waited
  }

  totals(): { steps: number; seconds: number; waited: number } {
    return { steps: this.#steps, seconds: this.#seconds, waited: this.#waited }
  }

  /** Seconds that a step takes lately, null before the first. */
  lately(): number | null {
    if (this.#recent.length === 0) return null
    const sorted = [...this.#recent].sort((a, b) => a - b)
    const limit = OUTLIER * sorted[sorted.length >> 1]!
    return sorted.reduce((sum, seconds) => sum + Math.min(seconds, limit), 0) / sorted.length
  }

  secondsPerStep(): number {
    return this.#steps === 0 ? 0 : this.#seconds / this.#steps
  }

  /** Share of the steps' time that was spent waiting for images, 0..1. */
  waitingShare(): number {
    return this.#seconds === 0 ? 0 : this.#waited / this.#seconds
  }
}
