import { z } from 'zod'
import { stainChoice } from '../stains/stain-facts.ts'

// Samples as a training would learn from them, drawn before it starts. They are a handful of small pictures and go as data addresses; full
// pixels never cross a process.

/** Which samples to draw: those that begin epoch `epoch` of a training with this seed and batch. */
export const samplePicturesRequest = z.object({
  preset: z.string(),
  seed: z.number().int().nonnegative(),
  /** Counted from 0. */
  epoch: z.number().int().nonnegative().max(1_000_000),
  /** Samples of a step; null: the preset's own. */
  batch: z.number().int().positive().max(256).nullable(),
  count: z.number().int().positive().max(24),
  /** As in the settings of a training. */
  stain: stainChoice.optional(),
})
export type SamplePicturesRequest = z.infer<typeof samplePicturesRequest>

/** A sample as the net gets it. */
export const samplePicture = z
  .object({
    /** Its pixels, made smaller where they are many: a `data:image/webp` address. Grey where the net sees grey; areas are outlined in it. */
    picture: z.string().startsWith('data:image/'),
    /** Pixels of the net's input. */
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** Objects that are learned there, in pixels of the input; those that are ignored are left out. */
    boxes: z.array(
      z.object({ classIndex: z.number().int().nonnegative(), x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
    ),
    /** Class of the sample as a whole; null where a class is not what is learned. */
    classIndex: z.number().int().nonnegative().nullable(),
    /** The image that it was made of: its file's name. */
    name: z.string(),
  })
  .readonly()
export type SamplePicture = z.infer<typeof samplePicture>

export const samplePictures = z.object({
  /** False where the preset learns from the images as they are. */
  varied: z.boolean(),
  samples: z.array(samplePicture),
  /** Images that could not be read, and why. */
  broken: z.array(z.object({ name: z.string(), why: z.string() })),
})
export type SamplePictures = z.infer<typeof samplePictures>
