type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

/** Numbers that are not known to be how many: room is doubled when it runs out. */
export class Growing<A extends Numbers> {
  #values: A
  #length = 0

  constructor(room: A) {
    this.#values = room
  }

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    this.#reserve(1)
    this.#values[this.#length++] = value
  }

  pushAll(values: ArrayLike<number>): void {
    this.#reserve(values.length)
    this.#values.set(values, this.#length)
    this.#length += values.length
  }

  /** What was pushed, in memory of its own. */
  taken(): A {
    return this.#values.slice(0, this.#length) as A
  }

  #reserve(more: number): void {
    const { length } = this.#values
    if (this.#length + more <= length) return
    const Kind = this.#values.constructor as new (length: number) => A
    const larger = new Kind(Math.max(2 * length, this.#length + more))
    larger.set(this.#values)
    this.#values = larger
  }
}
