import { BoundedCache } from '#shared/bounded-cache.ts'

/** What is kept of a tile: a bitmap, or what a test takes for one. */
export interface Tile {
  readonly width: number
  readonly height: number
  readonly close: () => void
}

/** Decoded tiles by key up to a number of bytes (four a pixel), the cache's own from when they are set: those that go are closed. */
export class TileCache<T extends Tile> extends BoundedCache<number, T> {
  constructor(most: number) {
    const bytesOf = ({ width, height }: T): number => 4 * width * height
    super({ most, bytesOf, dropped: (tile) => { tile.close() }, keepsLarge: true }) // prettier-ignore
  }
}
