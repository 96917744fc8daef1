import { z } from 'zod'
import { type ColorDomain, colorDomain } from '#shared/color-domain.ts'
import type { ModelId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { MOST_DOMAINS } from '#shared/records/model-package.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { domainOf } from './color-check.ts'
import type { LookMeans } from './image-looks.ts'
import type { Watch } from './job-book.ts'
import { learnedFrom, withAncestors } from './learned-images.ts'
import type { OpenProject } from './open-project.ts'

/** Of more images on a side not all are looked at, but so many spread over all of them: a person waits for the answer. */
const LOOKED_AT = 200

const keyOf = (model: ModelId): string => `learned-colors ${model}`

/** What an imported model's package told of the colours that it learned from: its images are not here. */
export function keepLearnedColors({ db }: OpenProject, model: ModelId, domains: readonly ColorDomain[]): void {
  if (domains.length > 0) db.setSetting(keyOf(model), domains)
}

/**
 * What is usual among the colours that these models, and those that they went on from, learned from: that of the images of this project, and of
 * imported models what came with them. Empty: nothing is known.
 */
export async function learnedColors(means: LookMeans, models: readonly ModelRecord[], watch: Watch | null = null): Promise<ColorDomain[]> {
  const { project } = means
  const here = await domainOf(means, lookedAt(learnedFrom(project, models)), watch)
  const brought = [...withAncestors(project, models)].flatMap(
    ({ id }) => project.db.setting(keyOf(id), (value) => z.array(colorDomain).parse(value)) ?? [],
  )
  return [...(here === null ? [] : [here]), ...brought].slice(0, MOST_DOMAINS)
}

/** The images whose colours are looked at: all, or so many of them that nobody waits long. */
export function lookedAt(images: readonly ImageRecord[]): ImageRecord[] {
  if (images.length <= LOOKED_AT) return [...images]
  return Array.from({ length: LOOKED_AT }, (_, i) => images[Math.floor((i * images.length) / LOOKED_AT)]!)
}
