import type { Raster } from '../../imaging/raster.ts'

export type ReadResult<I, R = Raster> = { readonly image: I; readonly raster: R } | { readonly image: I; readonly error: unknown }

/**
 * Reads images in order, always `ahead` of them before they are asked for, so that the net does not wait for the disk. An image that
 * can't be read comes as its error, in its place.
 */
export async function* readAhead<I extends { readonly path: string }, R = Raster>(
  images: readonly I[],
  read: (path: string, image: I) => Promise<R>,
  ahead = 2,
): AsyncGenerator<ReadResult<I, R>, void> {
  const begun: Promise<ReadResult<I, R>>[] = []
  for (let next = 0; next < images.length || begun.length > 0;) {
    while (next < images.length && begun.length <= ahead) begun.push(readOne(images[next++]!, read))
    const first = begun.shift()
    if (first) yield await first
  }
}

function readOne<I extends { readonly path: string }, R>(
  image: I,
  read: (path: string, image: I) => Promise<R>,
): Promise<ReadResult<I, R>> {
  return read(image.path, image).then(
    (raster) => ({ image, raster }),
    (error: unknown) => ({ image, error }),
  )
}
