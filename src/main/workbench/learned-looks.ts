import type { ColorDomain } from '#shared/color-domain.ts'
import type { FeatureDomain } from '#shared/feature-domain.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { ExportTools } from './export.ts'
import { featuresOf } from './image-features.ts'
import type { Watch } from './job-book.ts'
import { learnedColors, lookedAt } from './learned-colors.ts'
import { featureDomains } from './learned-features.ts'
import { learnedFrom } from './learned-images.ts'
import type { OpenProject } from './open-project.ts'

/** What is usual among the images that a model learned from, as its package tells it. */
interface LearnedLooks {
  readonly colors: readonly ColorDomain[]
  readonly features: readonly FeatureDomain[]
}

/** Share of the time that colours take: a thumbnail an image; the encoder's look at it takes longer. */
const COLORS = 0.3

/** Looks at up to 200 of them, each once: where it lasts it is seen as a job. Throws AppError `cancelled` where that is cancelled. */
export function learnedLooks(project: OpenProject, model: ModelRecord, tools: ExportTools): Promise<LearnedLooks> {
  return tools.jobs ? tools.jobs.comparing((watch) => look(project, model, tools, watch)) : look(project, model, tools, null)
}

async function look(
  project: OpenProject,
  model: ModelRecord,
  { pictures, thumbnails, files, engine }: ExportTools,
  watch: Watch | null,
): Promise<LearnedLooks> {
  if (!thumbnails) return { colors: [], features: [] }
  const means = { project, pictures, thumbnails }
  const colors = await learnedColors(means, [model], part(watch, 0, COLORS))
  if (!files || !engine) return { colors, features: [] }
  const learned = lookedAt(learnedFrom(project, [model]))
  const known = await featuresOf({ ...means, files, engine }, learned, part(watch, COLORS, 1))
  return { colors, features: featureDomains(project, [model], { learned, known }) }
}

/** A part of the whole, from one share of it to another. */
const part = (watch: Watch | null, from: number, to: number): Watch | null =>
  watch && { ...watch, onShare: (share) => { watch.onShare(from + (to - from) * share) } } // prettier-ignore
