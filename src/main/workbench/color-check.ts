import type { ColorCheck } from '#shared/contracts/work.ts'
import { colorDistances } from '#shared/color-domain.ts'
import { type LookMeans, looksOf } from './image-looks.ts'

/**
 * Images that are neither learned from nor validated on and whose colours lie far from those that are: a model may do worse on them than its
 * scores say. Furthest first. Nothing is compared while fewer than eight images are learned from.
 */
export async function checkColors(means: LookMeans): Promise<ColorCheck> {
  const images = means.project.db.images()
  const isLearned = ({ split }: (typeof images)[number]): boolean => split === 'train' || split === 'val'
  const looks = await looksOf(means, images)
  const seen = images.filter(({ sha256 }) => looks.has(sha256))
  const colorsOf = ({ sha256 }: (typeof images)[number]) => looks.get(sha256)!.colors
  const [learned, others] = [seen.filter(isLearned), seen.filter((image) => !isLearned(image))]
  const distances = colorDistances(learned.map(colorsOf), others.map(colorsOf))
  if (distances === null) return { compared: 0, far: [] }
  const far = others
    .map(({ id }, i) => ({ image: id, ...distances[i]! }))
    .filter(({ isFar }) => isFar)
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ image, ratio, shift }) => ({ image, ratio, shift }))
  return { compared: others.length, far }
}
