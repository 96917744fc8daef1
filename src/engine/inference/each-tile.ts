import type { Box } from '#shared/geometry/box.ts'
import { forgetfulLog, type OpenLog } from './work-log.ts'

/** What a prediction's tiles are told by whoever runs it; what is left out is as for an image that is small. */
export interface TileWork {
  /** Whether a region of the image shows nothing that is worth a look. Default: none does. */
  readonly skips?: ((region: Box) => boolean) | undefined
  /** Where finished tiles are kept, so that a prediction that was broken off goes on from them. Default: nowhere. */
  readonly openLog?: OpenLog | undefined
  /** Awaited before the first tile and after each: gives way to other work, and may throw to stop. Skipped tiles do not count. */
  readonly turn?: ((done: number, tiles: number) => Promise<void>) | undefined
}

/** The turns of one of several models that look at an image one after the other, as if all were one. */
export function turnOf({ turn }: TileWork, model: number, models: number): TileWork['turn'] {
  return turn && ((done, tiles) => turn(model * tiles + done, models * tiles))
}

/** How what is found in a tile is written down. */
export interface TileCodec<T> {
  encode(found: T): Uint8Array
  /** The same again, to the bit. */
  decode(bytes: Uint8Array): T
}

/**
 * Works through the tiles of an image in order: those that are skipped are left out, those that an earlier prediction kept are taken from its log
 * (`name`), the others are looked at and kept. What `take` is told is the same either way.
 */
export async function eachTile<T>(
  all: readonly Box[],
  { skips, openLog = forgetfulLog, turn }: TileWork,
  name: string,
  codec: TileCodec<T>,
  look: (tile: Box) => Promise<T>,
  take: (tile: Box, found: T) => void,
): Promise<void> {
  const tiles = skips === undefined ? all : all.filter((tile) => !skips(tile))
  const log = await openLog(name)
  try {
    let done = 0
    for await (const { key, bytes } of log.kept()) {
      if (key !== done || done >= tiles.length) break
      take(tiles[done++]!, codec.decode(bytes))
    }
    await turn?.(done, tiles.length)
    for (; done < tiles.length; await turn?.(done, tiles.length)) {
      const tile = tiles[done]!
      const found = await look(tile)
      await log.append(done++, codec.encode(found))
      take(tile, found)
    }
  } finally {
    await log.close()
  }
}
