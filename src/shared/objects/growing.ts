type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

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

  /** Numbers as they lie in memory; `bytes` is a whole number of them. */
  pushBytes(bytes: Uint8Array): void {
    const { BYTES_PER_ELEMENT } = this.#values
    this.#reserve(bytes.byteLength / BYTES_PER_ELEMENT)
    new Uint8Array(this.#values.buffer).set(bytes, this.#length * BYTES_PER_ELEMENT)
    this.#length += bytes.byteLength / BYTES_PER_ELEMENT
  }

  isFiniteFrom(start: number): boolean {
    for (let i = start; i < this.#length; i++) if (!Number.isFinite(this.#values[i])) return false
    return true
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
