import { z } from 'zod'
import { say } from '../i18n/say.ts'
import { stainFacts } from '../stains/stain-facts.ts'
import { foreignGraph } from './foreign-graph.ts'
import { instant, taskKind } from './task.ts'

/** Number of the newest format that this version reads. It grows when an older program could misread a newer file. */
export const MODEL_FORMAT = 3

/**
 * `model.json` of a model folder, beside `weights.safetensors` (the averaged weights) and `model.onnx` (the same as a graph). It names
 * everything that is needed to predict again with the same result; no code is in the folder.
 * Version 1: the first. Version 2: `stain`. Version 3: `foreign`, and models whose graph alone is known. A model is written as the lowest
 * version that says all of it, so that older programs read what they can.
 */
export const modelFile = z.object({
  format: z.literal([1, 2, MODEL_FORMAT]),
  task: taskKind,
  preset: z.string().min(1).max(80),
  classes: z.array(z.string().min(1).max(120)).min(1).max(1000),
  normalization: z.object({ mean: z.array(z.number()), scale: z.array(z.number()) }),
  /**
   * The colours that images are moved to before the net sees them (docs/formats.md), the number of training images that they were measured of, and of
   * images that were left in their own; null: images are looked at as they are.
   */
  stain: z
    .object({ target: stainFacts, images: z.number().int().positive(), left: z.number().int().nonnegative() })
    .nullable()
    .default(null),
  /** Frame sizes [height, width] at which an image is predicted. */
  inferenceSizes: z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])).max(16),
  /** Size in pixels of what it learned from as one input; images that are much larger are predicted in tiles of it. */
  frame: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
  /** Null where only the graph is known. */
  parameters: z.number().int().positive().nullable(),
  /** Null where only the graph is known: it predicts, and nothing is trained from it. */
  weightsSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Null where the graph could not be exported. */
  onnxSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  /** Largest absolute difference of the graph's outputs from TensorFlow.js on a probe image. */
  onnxDifference: z.number().nonnegative().nullable(),
  /** The score, picked on validation images, from which a thing is called so (classification of two classes, anomaly); null: none was. */
  threshold: z.number().nullable().default(null),
  /** Anomaly: the value of a map's pixel from which on it is abnormal; null: none was picked. */
  pixelThreshold: z.number().positive().nullable().default(null),
  /** Anomaly: the value of a map's pixel that is drawn as 1. */
  mapScale: z.number().positive().nullable().default(null),
  /**
   * What an image's score is of the map of an autoencoder: `area`, the share of the picture that differs; null: the mean of the highest hundredth, as
   * models of earlier versions have it, or the model is no autoencoder.
   */
  imageScore: z.literal('area').nullable().default(null),
  /** Detection: for each class the net's own score that is told as 0.5, picked on validation images; null: scores are told as they are. */
  scoreMidpoints: z.array(z.number().gt(0).lt(1)).nullable().default(null),
  /** The same where mirrored looks vote: their mean scores are lower. Null: `scoreMidpoints` serve. */
  mirroredMidpoints: z.array(z.number().gt(0).lt(1)).nullable().default(null),
  /** Best validation score by the task's own measure, null without validation images. */
  best: z.number().nullable(),
  /** How the graph is fed and read where it was made elsewhere; null: it is one of a preset. */
  foreign: foreignGraph.nullable().default(null),
  metrics: z.record(z.string(), z.unknown()),
  backend: z.string(),
  seed: z.number().int().nonnegative(),
  epochs: z.number().nonnegative(),
  settings: z.record(z.string(), z.unknown()),
  createdAt: instant,
})
export type ModelFile = z.infer<typeof modelFile>

/** The lowest version that says all of a model. */
export function formatOf({ stain, foreign, weightsSha256 }: Omit<ModelFile, 'format'>): ModelFile['format'] {
  if (foreign !== null || weightsSha256 === null) return MODEL_FORMAT
  return stain === null ? 1 : 2
}

/** Whether a model compares features with a memory of normal ones, which lies among its weights: its graph gives the features alone. */
export const hasMemory = ({ settings }: Pick<ModelFile, 'settings'>): boolean => settings['memory'] !== undefined

/** What that means for the graph, for notes and cards. */
export const MEMORY_APART = say(
  'Its ONNX graph gives features alone: the memory that they are compared with is not in it, so only the package (.zip) can be imported.',
)
