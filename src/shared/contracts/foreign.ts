import { z } from 'zod'
import { boxForm, outputValues } from '../records/foreign-graph.ts'

/** A tensor that a graph takes or gives; null where a dimension is open. */
export const graphTensor = z.object({
  name: z.string(),
  /** As ONNX Runtime calls it: `float32`, `uint8`, `int64`. */
  type: z.string(),
  shape: z.array(z.number().int().positive().nullable()),
})
export type GraphTensor = z.infer<typeof graphTensor>

/** What an ONNX file says of itself. */
export const graphLook = z.object({
  inputs: z.array(graphTensor),
  outputs: z.array(graphTensor),
  /** Of each output the operator that makes its values, past those that only move them. */
  ends: z.record(z.string(), z.string()),
  /** The program that wrote the file; empty where it does not say. */
  producer: z.string(),
  /** `metadata_props` of the file. */
  metadata: z.record(z.string(), z.string()),
})
export type GraphLook = z.infer<typeof graphLook>

/** Usual ways to prepare pixels 0..255: as they are, 0..1, -1..1, by ImageNet's mean and deviation, each input by its own mean and deviation, or by its own percentiles 1 and 99.8. */
export const pixelRule = z.enum(['none', 'unit', 'symmetric', 'imagenet', 'own-mean', 'own-range'])
export type PixelRule = z.infer<typeof pixelRule>

/** What a person says of a graph that was made elsewhere; null or left out: as the file says, else as is usual. */
export const foreignWish = z.object({
  /** Names of the output's channels in their order, without a background; an empty one is passed over. */
  classes: z.array(z.string().trim().max(120)).min(1).max(1000).nullable().default(null),
  /** Height and width of the input where the file leaves them open. */
  size: z
    .tuple([z.number().int().min(8).max(4096), z.number().int().min(8).max(4096)])
    .nullable()
    .default(null),
  pixels: pixelRule.nullable().default(null),
  order: z.enum(['rgb', 'bgr']).nullable().default(null),
  values: outputValues.nullable().default(null),
  /** Segmentation: whether the first channel is what is no object. */
  background: z.boolean().nullable().default(null),
  /** Detection: how boxes stand in the output. */
  boxes: boxForm.nullable().default(null),
  /** Image pixels a side of one input pixel; 0: images are seen as a whole. */
  pixelsPerInput: z
    .union([z.literal(0), z.number().min(0.01).max(1e4)])
    .nullable()
    .default(null),
  /** Segmentation: whether touching objects are told apart. */
  instances: z.boolean().nullable().default(null),
  /** Detection: the model's own score from which an object counts; it is told as 0.5. */
  countFrom: z.number().gt(0).lt(1).nullable().default(null),
})
export type ForeignWish = z.input<typeof foreignWish>

export const importModelRequest = z.object({ file: z.string().min(1), foreign: foreignWish.default(foreignWish.parse({})) })
export type ImportModelRequest = z.input<typeof importModelRequest>

/** What an import of a file would take, before anything is written: null for a model that Slidewright wrote, of which all is known. */
export const foreignProposal = z
  .object({
    /** What the graph takes and gives, in a line each. */
    takes: z.string(),
    gives: z.string(),
    /** All that is known or supposed; `classes` are the output's channels. */
    wish: foreignWish,
    /** How many channels of the output want a name. */
    channels: z.number().int().positive(),
    /** Whether the size is the person's to say. */
    sizeOpen: z.boolean(),
    /** Whether the file itself says how pixels are prepared, which is then not asked. */
    pixelsKnown: z.boolean(),
  })
  .nullable()
export type ForeignProposal = z.infer<typeof foreignProposal>
