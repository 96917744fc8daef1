import { z } from 'zod'
import { type FeatureDomain, featureDomain, featureDomainOf, type FeatureFacts } from '#shared/feature-domain.ts'
import type { ModelId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { MOST_DOMAINS } from '#shared/records/model-package.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { withAncestors } from './learned-images.ts'
import type { OpenProject } from './open-project.ts'

const keyOf = (model: ModelId): string => `learned-features ${model}`

/** What an imported model's package told of what the images that it learned from show: they are not here. */
export function keepLearnedFeatures({ db }: OpenProject, model: ModelId, domains: readonly FeatureDomain[]): void {
  if (domains.length > 0) db.setSetting(keyOf(model), domains)
}

/** What is usual among images of this project that were learned from, as far as it is known what they show, and what imported models brought. */
export function featureDomains(
  project: OpenProject,
  models: readonly ModelRecord[],
  { learned, known }: { readonly learned: readonly ImageRecord[]; readonly known: ReadonlyMap<string, FeatureFacts> },
): FeatureDomain[] {
  const here = featureDomainOf(learned.flatMap(({ sha256 }) => known.get(sha256) ?? []))
  const brought = [...withAncestors(project, models)].flatMap(
    ({ id }) => project.db.setting(keyOf(id), (value) => z.array(featureDomain).parse(value)) ?? [],
  )
  return [...(here === null ? [] : [here]), ...brought].slice(0, MOST_DOMAINS)
}
