import { type Directory, type Layout, numbers, type ReadBytes, readDirectory, readTiffLayout, text } from './tiff-tags.ts'

/** One picture of a TIFF, as its directory describes it. */
export interface TiffPage {
  /** Number of the page, from 0. */
  readonly page: number
  /** Place among the reduced pictures (SubIFDs, tag 330) of that page; null for the page itself. */
  readonly subifd: number | null
  readonly width: number
  readonly height: number
  /** Size of a tile; null where the picture lies in strips. */
  readonly tile: { readonly width: number; readonly height: number } | null
  readonly compression: number
  readonly samples: number
  readonly bits: number
  /** ImageDescription (270), the beginning of it. */
  readonly description: string
}

/** More pages than a pyramid can have levels make a stack of pictures. */
const PAGE_LIMIT = 64

/**
 * The pictures of a TIFF, at most 64 pages with their reduced pictures; empty where it is none that can be followed. Only directories are read,
 * and no offset is followed twice.
 */
export async function readTiffPages(read: ReadBytes, fileBytes: number): Promise<TiffPage[]> {
  const start = await readTiffLayout(read, fileBytes)
  if (!start) return []
  const { layout } = start
  const seen = new Set<number>()
  const pages: TiffPage[] = []
  for (let [page, at] = [0, start.first]; page < PAGE_LIMIT && at > 0 && !seen.has(at); page++) {
    seen.add(at)
    const directory = await readDirectory(layout, at)
    if (!directory) break
    pages.push(await pageOf(layout, directory, { page, subifd: null }))
    const subs = (await numbers(layout, directory.entries.get(330))).slice(0, PAGE_LIMIT)
    for (const [subifd, offset] of subs.entries()) {
      const sub = await readDirectory(layout, offset)
      if (sub) pages.push(await pageOf(layout, sub, { page, subifd }))
    }
    at = directory.next
  }
  return pages
}

async function pageOf(layout: Layout, { entries }: Directory, place: Pick<TiffPage, 'page' | 'subifd'>): Promise<TiffPage> {
  const first = async (tag: number, otherwise: number): Promise<number> => (await numbers(layout, entries.get(tag)))[0] ?? otherwise
  const [tileWidth, tileHeight] = [await first(322, 0), await first(323, 0)]
  return {
    ...place,
    width: await first(256, 0),
    height: await first(257, 0),
    tile: tileWidth > 0 && tileHeight > 0 ? { width: tileWidth, height: tileHeight } : null,
    compression: await first(259, 1),
    samples: await first(277, 1),
    bits: await first(258, 1),
    description: (await text(layout, entries.get(270))).slice(0, 1024),
  }
}
