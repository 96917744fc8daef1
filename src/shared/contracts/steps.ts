import { z } from 'zod'
import { modelId, runId } from '../records/ids.ts'
import { split } from '../records/task.ts'
import { importModelRequest } from './foreign.ts'
import { type NamedImages, namedImages } from './named-images.ts'
import { originPatterns, originRequest } from './origin.ts'
import { pixelSizeRequest } from './pixel-size.ts'
import { exportRequest, importRequest } from './project.ts'
import { evaluateRequest, predictRequest, trainRequest } from './work.ts'

/** As the workbench takes it. */
export const splitRequest = z.object({
  /** Where the images go; auto divides them by chance, slides and patients whole. */
  split: z.union([split, z.literal('auto')]),
  /** Glob on the image's name; null = all images. */
  glob: z.string().nullable(),
  /** Only these images; null = all. */
  of: namedImages.nullable().default(null),
  ...originPatterns.shape,
  /** Of `auto`: the draw, and the shares held out, 0..1. */
  seed: z.number(),
  val: z.number(),
  test: z.number(),
})
export type SplitRequest = Omit<z.input<typeof splitRequest>, 'of'> & { readonly of?: NamedImages | null }

/** Which predictions of a run are meant, of those that are still to be decided on, and what is said of them. Scores are 0 to 1; null leaves a question open. */
export const decideRequest = z.object({
  kind: z.enum(['accept', 'reject']),
  /** The class that they get in place of the model's. */
  to: z.string().nullable(),
  runId,
  from: z.number(),
  /** Only below this score. */
  below: z.number().nullable(),
  /** Only what the model calls so. */
  ofClass: z.string().nullable(),
  /** Only on images whose name fits. */
  glob: z.string().nullable(),
  /** Images on which nothing from this score up is left to decide become done; null: they stay as they are. */
  doneFrom: z.number().nullable(),
})
export type DecideRequest = z.infer<typeof decideRequest>

/** Something long that was done with a project, by what it was asked for: enough to do it again. `made` is what came of it there. */
export const step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('import'), request: importRequest }),
  z.object({ kind: z.literal('split'), request: splitRequest }),
  z.object({ kind: z.literal('pixel-size'), request: pixelSizeRequest }),
  z.object({ kind: z.literal('origin'), request: originRequest }),
  z.object({ kind: z.literal('train'), request: trainRequest, made: modelId }),
  z.object({ kind: z.literal('folds'), request: trainRequest, folds: z.number().int() }),
  z.object({ kind: z.literal('predict'), request: predictRequest, made: runId }),
  z.object({ kind: z.literal('decide'), request: decideRequest }),
  z.object({ kind: z.literal('evaluate'), request: evaluateRequest }),
  /** `sha256`: of the file. */
  z.object({ kind: z.literal('import-model'), request: importModelRequest, made: modelId, sha256: z.string() }),
  z.object({ kind: z.literal('export'), request: exportRequest }),
])
export type Step = z.infer<typeof step>
export type StepKind = Step['kind']
export const STEP_KINDS = [
  'import',
  'split',
  'pixel-size',
  'origin',
  'train',
  'folds',
  'predict',
  'decide',
  'evaluate',
  'import-model',
  'export',
] as const satisfies readonly StepKind[]

/** Letters of the longest of them, for a list. */
export const LONGEST_KIND = Math.max(...STEP_KINDS.map(({ length }) => length))

/** A step with who did it, when, and with which version. */
export const stepRecord = z.object({ step, who: z.string(), at: z.string(), version: z.string() })
export type StepRecord = z.infer<typeof stepRecord>

/** A model that steps speak of, by the name that it had where the log was written. */
export const namedModel = z.object({ id: modelId, name: z.string() })
export type NamedModel = z.infer<typeof namedModel>

/** The workflow of a project as a file: `slidewright log --to`. */
export const workflowFile = z.object({ format: z.literal(1), steps: z.array(stepRecord), models: z.array(namedModel).default([]) })
