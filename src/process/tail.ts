/** The last lines of a stream of text, for telling why a process ended. */
export class Tail {
  readonly #most: number
  #lines: string[] = []
  #open = ''

  constructor(most = 20) {
    this.#most = most
  }

  add(chunk: string): void {
    const lines = (this.#open + chunk).split(/\r?\n/)
    // A program that never ends its line must not fill the memory.
    this.#open = (lines.pop() ?? '').slice(-2000)
    this.#lines = [...this.#lines, ...lines.filter((line) => line.trim() !== '').map((line) => line.slice(0, 2000))].slice(-this.#most)
  }

  text(): string {
    return [...this.#lines, ...(this.#open.trim() === '' ? [] : [this.#open])].slice(-this.#most).join('\n')
  }
}
