export interface BoundedCacheOptions<K, V> {
  /** Bytes that all values together may take. */
  readonly most: number
  /** Bytes of a value, the same each time it is asked. */
  readonly bytesOf: (value: V, key: K) => number
  /** Told of each value that goes, whether it gave way, was replaced or was taken out. */
  readonly dropped?: (value: V) => void
  /** The value set last is kept even where it alone is larger than `most`; otherwise such a one is not kept at all. */
  readonly keepsLarge?: boolean
}

/** Values by key up to a number of bytes: the least recently used go first. */
export class BoundedCache<K, V> {
  readonly #options: BoundedCacheOptions<K, V>
  /** From the least recently used on. */
  readonly #values = new Map<K, V>()
  #bytes = 0

  constructor(options: BoundedCacheOptions<K, V>) {
    this.#options = options
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#values.size
  }

  has(key: K): boolean {
    return this.#values.has(key)
  }

  /** The value, which now counts as used last. */
  get(key: K): V | undefined {
    const value = this.#values.get(key)
    if (value === undefined) return undefined
    this.#values.delete(key)
    this.#values.set(key, value)
    return value
  }

  set(key: K, value: V): void {
    const { most, bytesOf, keepsLarge = false } = this.#options
    this.delete(key)
    const bytes = bytesOf(value, key)
    if (bytes > most && !keepsLarge) return
    this.#values.set(key, value)
    this.#bytes += bytes
    for (const oldest of this.#values.keys()) {
      if (this.#bytes <= most || oldest === key) return
      this.delete(oldest)
    }
  }

  delete(key: K): void {
    const value = this.#values.get(key)
    if (value === undefined) return
    this.#values.delete(key)
    this.#bytes -= this.#options.bytesOf(value, key)
    this.#options.dropped?.(value)
  }

  clear(): void {
    for (const key of [...this.#values.keys()]) this.delete(key)
  }
}
