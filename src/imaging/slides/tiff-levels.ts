import type { TiffPage } from '../tiff-pages.ts'

/** Levels get smaller by at least this factor: pages of equal size are a stack (depth, time, channels), not a pyramid. */
const SMALLER = 0.9
/** How far the sides' ratios of two levels may differ, beside a pixel of rounding. */
const RATIO_SLACK = 0.02

/**
 * The pages that are levels of the first picture, finest first: its reduced pictures (OME-TIFF 6), else the tiled pages after it of the same
 * shape and kind (as libvips, Aperio and others write them). Thumbnails, labels and macro pictures lie in strips or have another shape. Empty
 * where the first picture is not tiled: it cannot be read region by region.
 */
export function pyramidPages(pages: readonly TiffPage[]): TiffPage[] {
  const first = pages[0]
  if (!first?.tile || first.width < 1 || first.height < 1) return []
  const reduced = pages.filter(({ page, subifd }) => page === first.page && subifd !== null)
  const others = reduced.length > 0 ? reduced : pages.filter(({ page, subifd }) => page !== first.page && subifd === null)
  const levels = [first]
  for (const page of others) if (isNextLevel(first, levels.at(-1)!, page)) levels.push(page)
  return levels
}

function isNextLevel(first: TiffPage, before: TiffPage, page: TiffPage): boolean {
  if (page.tile === null || page.samples !== first.samples || page.bits !== first.bits || page.width < 1 || page.height < 1) return false
  if (page.width > SMALLER * before.width || page.height > SMALLER * before.height) return false
  const expected = (page.width * first.height) / first.width
  return Math.abs(page.height - expected) <= Math.max(1.5, RATIO_SLACK * expected)
}
