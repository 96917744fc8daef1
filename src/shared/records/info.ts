import { z } from 'zod'
import { modelId } from './ids.ts'
import { taskKind } from './task.ts'

/** What `slidewright info` tells; scripts rely on these keys. */
export const projectInfo = z.object({
  project: z.string(),
  task: taskKind,
  readOnly: z.string(),
  images: z.number().int(),
  splits: z.object({ train: z.number().int(), val: z.number().int(), test: z.number().int(), none: z.number().int() }),
  annotations: z.number().int(),
  /** Regions of interest, how many of them are fully labelled, and on how many images they lie. */
  regions: z.object({ all: z.number().int(), fullyLabelled: z.number().int(), images: z.number().int() }),
  predictions: z.number().int(),
  decisions: z.number().int(),
  models: z.array(
    z.object({ id: modelId, name: z.string(), preset: z.string(), epochs: z.number(), best: z.number().nullable(), createdAt: z.string() }),
  ),
  classes: z.array(z.object({ name: z.string(), color: z.string(), annotations: z.number().int() })),
})
export type ProjectInfo = z.infer<typeof projectInfo>
