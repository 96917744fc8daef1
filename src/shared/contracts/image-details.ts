import { z } from 'zod'
import { zarrStack } from '../records/zarr-plane.ts'

const side = z.number().int().positive()

/** A channel that can be looked at by itself. */
export const channelFact = z.object({
  name: z.string().max(60),
  /** In which it is shown at first. */
  color: z.string().regex(/^#[0-9a-f]{6}$/),
  /** Whether it is shown at first; left out: yes. */
  on: z.boolean().optional(),
  /** Between which numbers, as the file says; left out: by what the numbers are. */
  range: z.object({ low: z.number().int().min(0).max(65_535), high: z.number().int().min(0).max(65_535) }).optional(),
})
export type ChannelFact = z.infer<typeof channelFact>

/** What an image file is made of, beside what its record keeps. */
export const imageDetails = z.object({
  /** What reads it, such as `openslide: aperio` or `libvips: tiff`. */
  reader: z.string(),
  /** Pictures of the same at lower resolutions that the file itself holds, finest first; the first is the image. */
  levels: z.array(z.object({ width: side, height: side, downsample: z.number().min(1) })).min(1),
  /** Names of the pictures beside it, such as `label` and `macro`: asking for the names reads no pixels. */
  associated: z.array(z.string()),
  /** None where the image is looked at as a whole. Their numbers are had at `slide://channel/<image>/<place>`. */
  channels: z.array(channelFact).max(16),
  /** How many slices and points in time the file has where that is more than one plane; the image is one of them. */
  stack: zarrStack.optional(),
  /** What is learned from shows all channels laid over each other; left out: the first alone, or the colours. */
  together: z.boolean().optional(),
})
export type ImageDetails = z.infer<typeof imageDetails>

/**
 * A picture that lies beside a slide in its file. It may show the patient's name, so it is the one picture that crosses the processes itself:
 * no file is written of it, here or in the cache.
 */
export const associatedPicture = z.object({ width: side, height: side, /** Base64. */ png: z.string().max(2 ** 25) })
export type AssociatedPicture = z.infer<typeof associatedPicture>

/**
 * How an image is drawn by tiles (`shared/geometry/tile-grid.ts`): level 0 has the image's own pixels, each level half as many a side, rounded
 * up, and the last fits one tile. A tile is had at `slide://tile/<image>/<level>/<column>/<row>` (JPEG, or PNG where it must be
 * exact) once `share` is 1; before that the image is being prepared, which `preparing` tells of, and the thumbnail stands in.
 */
export const imageLevels = z.object({
  width: side,
  height: side,
  tileSide: side,
  levels: side,
  /** 0 to 1 while the image is being prepared; 1 = its tiles can be had. */
  share: z.number().min(0).max(1),
})
export type ImageLevels = z.infer<typeof imageLevels>
