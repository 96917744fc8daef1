import type { Diff } from '#shared/records/edit.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Store } from './store.ts'

/**
 * What an undo or a redo is about to write, with the true moments of pixel sizes: images whose size it changes have another since now, and of all
 * others stays what stands there. Models that know their scale looked at them otherwise before, whoever changed it.
 */
export function withSizeTimes(store: Pick<Store, 'images'>, diff: Diff, now: string): Diff {
  const { updated } = diff.images
  const here = new Map(store.images.getAll(updated.map(([, { id }]) => id)).map(({ id, pixelSizeAt }) => [id, pixelSizeAt]))
  const timed = updated.map(([from, to]): [ImageRecord, ImageRecord] => {
    const pixelSizeAt = from.micronsPerPixel === to.micronsPerPixel ? (here.get(to.id) ?? null) : now
    return [from, { ...to, pixelSizeAt }]
  })
  return { ...diff, images: { ...diff.images, updated: timed } }
}
