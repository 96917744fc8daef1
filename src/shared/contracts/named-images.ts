import { z } from 'zod'
import { imageId } from '../records/ids.ts'

/** Images of a project as a request names them. */
export const namedImages = z.union([
  /** Glob on the image's name. */
  z.object({ glob: z.string() }),
  z.object({ images: z.array(imageId).min(1) }),
  /** By the content of their files, as a log names images: it holds in other projects too. */
  z.object({ sha256: z.array(z.string()).min(1) }),
])
export type NamedImages = z.infer<typeof namedImages>
