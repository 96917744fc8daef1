import { z } from 'zod'
import { COLOR_FACTS, type ColorFacts } from '#shared/color-domain.ts'
import { type Look, LOOK_SIDE } from '#shared/look-alikes.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Pictures } from '../images/pictures.ts'
import type { JobBook, Watch } from './job-book.ts'
import type { OpenProject } from './open-project.ts'
import { type SeenKind, seenOnce } from './seen-once.ts'
import type { ThumbnailService } from './thumbnail-service.ts'

/** Images looked at together. */
const AT_ONCE = 4

/** Grey values as base64, and colours. */
const kept = z.object({ look: z.string(), colors: z.array(z.number()).length(COLOR_FACTS) })

/** What an image looks like, in little. */
export interface Seen {
  readonly look: Look
  readonly colors: ColorFacts
}

export interface LookMeans {
  readonly project: OpenProject
  readonly thumbnails: Pick<ThumbnailService, 'thumbnailOf'>
  readonly pictures: Pick<Pictures, 'look'>
  /** Where people see that images are compared, and can cancel it. */
  readonly jobs?: Pick<JobBook, 'comparing'>
}

/** What images look like, by the sha256 of their files: as `seenOnce`. */
export function looksOf(
  { project, thumbnails, pictures }: LookMeans,
  images: readonly ImageRecord[],
  watch: Watch | null = null,
): Promise<Map<string, Seen>> {
  const kind: SeenKind<Seen> = {
    ...{ file: 'looks.json', atOnce: AT_ONCE },
    look: async (image) => {
      const { look, colors } = await pictures.look({ file: await thumbnails.thumbnailOf(image) })
      return { look: lookOf(look), colors }
    },
    pack: ({ look, colors }) => ({ look: Buffer.from(look).toString('base64'), colors }),
    unpack: (one) => {
      const { look, colors } = kept.parse(one)
      return look.length === PACKED ? { look: lookOf(look), colors } : null
    },
  }
  return seenOnce(project, kind, { images, watch })
}

/** Characters of a look in base64. */
const PACKED = 4 * Math.ceil(LOOK_SIDE ** 2 / 3)

const lookOf = (base64: string): Look => new Uint8Array(Buffer.from(base64, 'base64'))
