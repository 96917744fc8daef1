import { type FeatureDomain, featureDistances, type FeatureFacts } from '#shared/feature-domain.ts'
import type { FeatureCheck } from '#shared/contracts/domain.ts'
import type { ImageRecord } from '#shared/records/image.ts'

/** The images that show something far from all of these domains, furthest first; those of which nothing is known are left out. Without a domain none is compared. */
export function farInFeatures(
  domains: readonly FeatureDomain[],
  others: readonly ImageRecord[],
  known: ReadonlyMap<string, FeatureFacts>,
): FeatureCheck {
  const [first, ...rest] = domains
  if (first === undefined) return { compared: 0, far: [] }
  const distance = featureDistances([first, ...rest])
  const compared = others.flatMap(({ id, sha256 }) => {
    const facts = known.get(sha256)
    return facts ? [{ image: id, ...distance(facts) }] : []
  })
  const far = compared
    .filter(({ isFar }) => isFar)
    .sort((a, b) => b.ratio - a.ratio)
    .map(({ image, ratio, shift }) => ({ image, ratio, shift }))
  return { compared: compared.length, far }
}

/** Of learned images those that are nearest to each of some images, the first image's first; each once, at most `most`. */
export function nearestLearned(
  images: readonly ImageRecord[],
  {
    learned,
    known,
    most,
  }: { readonly learned: readonly ImageRecord[]; readonly known: ReadonlyMap<string, FeatureFacts>; readonly most: number },
): ImageRecord[] {
  const seen = learned.flatMap((image) => {
    const facts = known.get(image.sha256)
    return facts ? [{ image, features: facts.features }] : []
  })
  const found = images.flatMap(({ sha256 }): ImageRecord[] => {
    const own = known.get(sha256)
    if (!own || seen.length === 0) return []
    const far = seen.map(({ features }) => features.reduce((sum, value, k) => sum + (value - own.features[k]!) ** 2, 0))
    return [seen[far.indexOf(Math.min(...far))]!.image]
  })
  return [...new Set(found)].slice(0, most)
}
