import { z } from 'zod'
import { colorShift } from '../color-domain.ts'
import { featureShift } from '../feature-domain.ts'
import { imageId } from '../records/ids.ts'

/** Images whose colours are far from those that are learned from, furthest first; see shared/color-domain.ts. */
export const colorCheck = z.object({
  compared: z.number().int().nonnegative(),
  far: z.array(z.object({ image: imageId, ratio: z.number(), shift: colorShift })),
})
export type ColorCheck = z.infer<typeof colorCheck>

/** Images that show something far from what is learned from, furthest first; see shared/feature-domain.ts. */
export const featureCheck = z.object({
  compared: z.number().int().nonnegative(),
  far: z.array(z.object({ image: imageId, ratio: z.number(), shift: featureShift })),
})
export type FeatureCheck = z.infer<typeof featureCheck>

/** How far the images of a prediction that are new to its models lie from those that these learned from. */
export const domainCheck = z.object({
  /** The models, as people call them; empty: nothing could be compared. */
  model: z.string(),
  colors: colorCheck,
  features: featureCheck,
  /** The images that are most unlike, the furthest first, and learned ones that are nearest to them. */
  examples: z.object({ far: z.array(imageId), near: z.array(imageId) }),
  /** Not all images were looked at for what they show: somebody broke that off, or it failed. */
  brokenOff: z.boolean(),
})
export type DomainCheck = z.infer<typeof domainCheck>
