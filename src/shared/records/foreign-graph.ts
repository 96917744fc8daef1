import { z } from 'zod'

/** `preset` of a model whose graph was made elsewhere: none of the presets built it. */
export const FOREIGN_PRESET = 'onnx'

const tensorName = z.string().min(1).max(400)
/** What a number of an output means, before it becomes a probability. */
export const outputValues = z.enum(['logits', 'probabilities'])
export type OutputValues = z.infer<typeof outputValues>

/** Order of the axes beside the batch: channels first or last. */
const axisOrder = z.enum(['nchw', 'nhwc'])

/** The number of an output's channel for each class of the model, in the model's order; of boxes among the classes alone. */
const channelOfClass = z.array(z.number().int().nonnegative()).min(1).max(1000)

/**
 * How boxes stand in an output.
 * `columns`: batch x (4 + classes) x boxes, middle, width and height in pixels of the input, then probabilities (Ultralytics YOLOv8, v9, v11).
 * `rows`: batch x boxes x (5 + classes), the same with the probability that there is anything at all before the classes (YOLOv5, v7).
 * `best`: batch x boxes x 6, left, top, right, bottom, score, class (YOLOv10, and exports with NMS inside).
 */
export const boxForm = z.enum(['columns', 'rows', 'best'])
export type BoxForm = z.infer<typeof boxForm>

export const foreignOutput = z.discriminatedUnion('kind', [
  /** batch x classes: one number a class; a single one is that of the second of two classes. */
  z.object({ kind: z.literal('scores'), name: tensorName, values: outputValues, channels: channelOfClass }),
  /** Batch, channels, height and width: `background` says that channel 0 is what is no object. */
  z.object({
    kind: z.literal('areas'),
    name: tensorName,
    axes: axisOrder,
    values: outputValues,
    background: z.boolean(),
    channels: channelOfClass,
  }),
  z.object({ kind: z.literal('boxes'), name: tensorName, form: boxForm, channels: channelOfClass }),
  /** Three outputs: boxes x 4 (left, top, right, bottom in pixels of the input), a score and a class number of each (torchvision). */
  z.object({ kind: z.literal('lists'), boxes: tensorName, scores: tensorName, labels: tensorName, channels: channelOfClass }),
])
export type ForeignOutput = z.infer<typeof foreignOutput>

/** What is done with the numbers of each input by themselves, after `normalization` of the model file (BioImage.IO's names). */
export const perInput = z.discriminatedUnion('kind', [
  /** Less their mean, divided by their standard deviation plus `eps`. `together`: over all channels at once. */
  z.object({ kind: z.literal('zero_mean_unit_variance'), together: z.boolean(), eps: z.number().nonnegative() }),
  /** (value - low percentile) / (high - low + eps). */
  z.object({
    kind: z.literal('scale_range'),
    low: z.number().min(0).max(100),
    high: z.number().min(0).max(100),
    together: z.boolean(),
    eps: z.number().nonnegative(),
  }),
])
export type PerInput = z.infer<typeof perInput>

/** How a graph that was made elsewhere is fed and read. */
export const foreignGraph = z.object({
  input: z.object({
    name: tensorName,
    type: z.enum(['float32', 'uint8']),
    axes: axisOrder,
    channels: z.literal([1, 3]),
    order: z.enum(['rgb', 'bgr']),
    /** Whether it takes inputs of this one size alone (`inferenceSizes`); else sides are multiples of `multiple`. */
    fixed: z.boolean(),
    multiple: z.number().int().min(1).max(1024),
  }),
  perInput: perInput.nullable(),
  output: foreignOutput,
  /** Image pixels a side of one input pixel; null: an image is seen as a whole, at whatever scale that is. */
  pixelsPerInput: z.number().min(0.01).max(1e4).nullable(),
})
export type ForeignGraph = z.infer<typeof foreignGraph>
