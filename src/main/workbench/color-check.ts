import type { ColorCheck } from '#shared/contracts/domain.ts'
import { colorDistance, type ColorDomain, colorDomainOf } from '#shared/color-domain.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { type LookMeans, looksOf } from './image-looks.ts'
import type { Watch } from './job-book.ts'

/**
 * Images that are neither learned from nor validated on and whose colours lie far from those that are: a model may do worse on them than its
 * scores say. Furthest first. Nothing is compared while fewer than eight images are learned from.
 */
export async function checkColors(means: LookMeans): Promise<ColorCheck> {
  const images = means.project.db.images()
  const isLearned = ({ split }: ImageRecord): boolean => split === 'train' || split === 'val'
  const domain = await domainOf(means, images.filter(isLearned))
  return farInColor(
    means,
    domain === null ? [] : [domain],
    images.filter((image) => !isLearned(image)),
  )
}

/** What is usual among the colours of these images; null where fewer than eight of them can be read. */
export async function domainOf(means: LookMeans, images: readonly ImageRecord[], watch: Watch | null = null): Promise<ColorDomain | null> {
  const looks = await looksOf(means, images, watch)
  return colorDomainOf(images.flatMap(({ sha256 }) => (looks.has(sha256) ? [looks.get(sha256)!.colors] : [])))
}

/** The images whose colours lie far from all of these domains, furthest first; those that cannot be read are left out. Without a domain none is compared. */
export async function farInColor(means: LookMeans, domains: readonly ColorDomain[], others: readonly ImageRecord[]): Promise<ColorCheck> {
  const [first, ...rest] = domains
  if (first === undefined) return { compared: 0, far: [] }
  const looks = await looksOf(means, others)
  const compared = others.filter(({ sha256 }) => looks.has(sha256))
  const far = compared
    .map(({ id, sha256 }) => ({ image: id, ...colorDistance([first, ...rest], looks.get(sha256)!.colors) }))
    .filter(({ isFar }) => isFar)
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ image, ratio, shift }) => ({ image, ratio, shift }))
  return { compared: compared.length, far }
}
