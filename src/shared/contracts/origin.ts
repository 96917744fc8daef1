import { z } from 'zod'
import { originName } from '../records/image.ts'
import { namedImages } from './named-images.ts'

const pattern = z.string().nullable().default(null)

/** Regular expressions on the file name, whose first group (or whole match) is the image's patient, slide or group; null keeps what is known. */
export const originPatterns = z.object({ patientBy: pattern, slideBy: pattern, groupBy: pattern })

/** Which images are of which patient, slide or group. */
export const originRequest = z.object({
  of: z.union([z.literal('all'), namedImages]),
  /** What is said of all of them; null: not known any more; left out: as it is. A pattern wins where a name fits it. */
  set: z.object({ patient: originName.nullable(), slide: originName.nullable(), group: originName.nullable() }).partial().default({}),
  ...originPatterns.shape,
})
export type OriginRequest = z.output<typeof originRequest>

export const originReport = z.object({
  /** Images that were meant, and those of them of which something else is known now. */
  images: z.number().int(),
  changed: z.number().int(),
  /** Of all images of the project, as they are now: of how many each is known, and how many different ones there are. */
  known: z.object({ patient: z.number().int(), slide: z.number().int(), group: z.number().int() }),
  names: z.object({ patient: z.number().int(), slide: z.number().int(), group: z.number().int() }),
  /** Of each pattern that was given, how many of the images meant it fits. */
  fitted: z.object({ patient: z.number().int(), slide: z.number().int(), group: z.number().int() }).partial(),
  notes: z.array(z.string()).readonly(),
})
export type OriginReport = z.infer<typeof originReport>
