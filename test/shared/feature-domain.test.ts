import { describe, expect, it } from 'vitest'
import { featureDistances, featureDomain, featureDomainOf, type FeatureFacts, FEATURES } from '#shared/feature-domain.ts'
import { createRandom } from '#shared/random.ts'

const random = createRandom(7)

/** Features of which each second says the same as the one before it. */
function facts(shift = 0, detail: FeatureFacts['detail'] = [random.normal(), random.normal()]): FeatureFacts {
  const features: number[] = []
  for (let k = 0; k < FEATURES; k += 2) features.push(...((one) => [one, one + 0.01 * random.normal()])(random.normal() + shift))
  return { features, detail }
}

const learned = Array.from({ length: 60 }, () => facts())

describe('what is usual among images that are learned from', () => {
  it('is not known of fewer than eight', () => {
    expect(featureDomainOf(learned.slice(0, 7))).toBeNull()
    expect(featureDomainOf(learned.slice(0, 8))).not.toBeNull()
  })

  it('finds images like them near, and others far, and so after a way through JSON', () => {
    const domain = featureDomain.parse(JSON.parse(JSON.stringify(featureDomainOf(learned))))
    const distance = featureDistances([domain])
    const share = (shift: number): number =>
      Array.from({ length: 40 }, () => distance(facts(shift))).filter(({ isFar }) => isFar).length / 40
    expect(share(0)).toBeLessThan(0.1)
    expect(share(2)).toBe(1)
  })

  it('minds what goes together: what breaks it is further off than what is as large and keeps it', () => {
    const distance = featureDistances([featureDomainOf(Array.from({ length: 300 }, () => facts()))!])
    const all = Array.from({ length: FEATURES }, (_, k) => k)
    const kept = distance({ features: all.map(() => 0.5), detail: null }).ratio
    expect(distance({ features: all.map((k) => (k % 2 === 0 ? 0.5 : -0.5)), detail: null }).ratio).toBeGreaterThan(1.4 * kept)
  })

  it('says in words how an image is off, as far as its detail tells', () => {
    const distance = featureDistances([featureDomainOf(learned)!])
    const words = ([[-9, 1], [9, 0], [1, 9], [0, -9], [1, 1], null] as const).map((detail) => distance(facts(2, detail === null ? null : [...detail])).shift) // prettier-ignore
    expect(words).toEqual(['blurred', 'sharper', 'finer', 'coarser', 'other', 'other'])
    const unseen = featureDomainOf(learned.map((one) => ({ ...one, detail: null })))!
    expect(featureDistances([unseen])(facts(2, [-9, 0])).shift).toBe('other')
  })

  it('is that of the nearest of several', () => {
    const [near, away] = [featureDomainOf(learned)!, featureDomainOf(learned.map(() => facts(5)))!]
    const one = facts(5)
    expect(featureDistances([near, away])(one).ratio).toBe(featureDistances([away])(one).ratio)
    expect(featureDistances([near, away])(one).isFar).toBe(false)
  })
})
