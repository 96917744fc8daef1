/** Numbers written one after the other, little-endian; grows as needed. */
export class ByteWriter {
  #bytes = new Uint8Array(2 ** 16)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  uint32(value: number): void {
    const at = this.#room(4)
    this.#view.setUint32(at, value, true)
  }

  float64(value: number): void {
    const at = this.#room(8)
    this.#view.setFloat64(at, value, true)
  }

  /** With their number before them. */
  bytes(values: Uint8Array): void {
    this.uint32(values.length)
    const at = this.#room(values.length)
    this.#bytes.set(values, at)
  }

  /** What was written, and begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return taken
  }

  /** The memory may be another afterwards. */
  #room(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }
}

/** Reads what a `ByteWriter` wrote. Throws RangeError beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length
  }

  uint32(): number {
    return this.#view.getUint32(this.#moved(4), true)
  }

  float64(): number {
    return this.#view.getFloat64(this.#moved(8), true)
  }

  bytes(): Uint8Array {
    const length = this.uint32()
    const at = this.#moved(length)
    if (this.#at > this.#bytes.length) throw new RangeError('Fewer bytes than were written')
    return this.#bytes.subarray(at, this.#at)
  }

  #moved(count: number): number {
    const at = this.#at
    this.#at += count
    return at
  }
}
