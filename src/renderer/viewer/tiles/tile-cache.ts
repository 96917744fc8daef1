/** What is kept of a tile: a bitmap, or what a test takes for one. */
export interface Tile {
  readonly width: number
  readonly height: number
  readonly close: () => void
}

/** Decoded tiles by key up to a number of bytes (four a pixel). Those not asked for longest go first, and are closed. */
export class TileCache<T extends Tile> {
  /** From the one not used longest to the one used last. */
  readonly #tiles = new Map<number, T>()
  readonly #most: number
  #bytes = 0

  constructor(mostBytes: number) {
    this.#most = mostBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#tiles.size
  }

  has(key: number): boolean {
    return this.#tiles.has(key)
  }

  /** The tile, which now counts as used last. */
  get(key: number): T | undefined {
    const tile = this.#tiles.get(key)
    if (tile === undefined) return undefined
    this.#tiles.delete(key)
    this.#tiles.set(key, tile)
    return tile
  }

  /** Keeps a tile, which is the cache's own from then on. The last one is kept whatever its size. */
  set(key: number, tile: T): void {
    this.#remove(key)
    this.#tiles.set(key, tile)
    this.#bytes += bytesOf(tile)
    for (const oldest of this.#tiles.keys()) {
      if (this.#bytes <= this.#most || oldest === key) return
      this.#remove(oldest)
    }
  }

  clear(): void {
    for (const tile of this.#tiles.values()) tile.close()
    this.#tiles.clear()
    this.#bytes = 0
  }

  #remove(key: number): void {
    const tile = this.#tiles.get(key)
    if (tile === undefined) return
    this.#tiles.delete(key)
    this.#bytes -= bytesOf(tile)
    tile.close()
  }
}

const bytesOf = ({ width, height }: Tile): number => 4 * width * height
