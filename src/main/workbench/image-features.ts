import { featureFacts, type FeatureFacts } from '#shared/feature-domain.ts'
import { type ImageRecord, isDrawnByTiles } from '#shared/records/image.ts'
import type { EngineSupervisor } from '../engine/supervisor.ts'
import type { ImageFiles } from './image-files.ts'
import type { LookMeans } from './image-looks.ts'
import type { Watch } from './job-book.ts'
import { knownSoFar, type SeenKind, seenOnce } from './seen-once.ts'
import type { ThumbnailService } from './thumbnail-service.ts'

/** Two: one is decoded while the other is looked at. */
const AT_ONCE = 2

export interface FeatureMeans extends LookMeans {
  readonly thumbnails: Pick<ThumbnailService, 'thumbnailOf'>
  readonly files: Pick<ImageFiles, 'pathOf'>
  readonly engine: Pick<EngineSupervisor, 'imageFeatures'>
}

/** What images show, in numbers, by the sha256 of their files: as `seenOnce`. Some hundredths of a second an image. */
export const featuresOf = (
  means: FeatureMeans,
  images: readonly ImageRecord[],
  watch: Watch | null = null,
): Promise<Map<string, FeatureFacts>> => seenOnce(means.project, kindOf(means), { images, watch })

/** What is known already: nothing is looked at. */
export const knownFeatures = (means: FeatureMeans): Promise<Map<string, FeatureFacts>> => knownSoFar(means.project, kindOf(means))

const kindOf = ({ files, thumbnails, engine }: FeatureMeans): SeenKind<FeatureFacts> => ({
  ...{ file: 'features.json', atOnce: AT_ONCE },
  look: async (image) => {
    // A slide is not decoded whole: it is seen as its thumbnail shows it.
    const isWhole = !isDrawnByTiles(image)
    const file = isWhole ? await files.pathOf(image) : await thumbnails.thumbnailOf(image, 'large')
    return engine.imageFeatures({ file, isWhole })
  },
  pack: (facts) => facts,
  unpack: (one) => featureFacts.parse(one),
})
