import type { ColorCheck } from '#shared/contracts/work.ts'
import { colorDistances } from '#shared/color-domain.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { type LookMeans, looksOf } from './image-looks.ts'

/**
 * Images that are neither learned from nor validated on and whose colours lie far from those that are: a model may do worse on them than its
 * scores say. Furthest first. Nothing is compared while fewer than eight images are learned from.
 */
export function checkColors(means: LookMeans): Promise<ColorCheck> {
  const images = means.project.db.images()
  const isLearned = ({ split }: ImageRecord): boolean => split === 'train' || split === 'val'
  return farInColor(
    means,
    images.filter(isLearned),
    images.filter((image) => !isLearned(image)),
  )
}

/** The images whose colours lie far from those of the learned ones, furthest first; those that cannot be read are left out. */
export async function farInColor(means: LookMeans, learned: readonly ImageRecord[], others: readonly ImageRecord[]): Promise<ColorCheck> {
  const looks = await looksOf(means, [...learned, ...others])
  const isSeen = ({ sha256 }: ImageRecord): boolean => looks.has(sha256)
  const colorsOf = ({ sha256 }: ImageRecord) => looks.get(sha256)!.colors
  const compared = others.filter(isSeen)
  const distances = colorDistances(learned.filter(isSeen).map(colorsOf), compared.map(colorsOf))
  if (distances === null) return { compared: 0, far: [] }
  const far = compared
    .map(({ id }, i) => ({ image: id, ...distances[i]! }))
    .filter(({ isFar }) => isFar)
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ image, ratio, shift }) => ({ image, ratio, shift }))
  return { compared: compared.length, far }
}
