import { z } from 'zod'
import { featureFacts } from '../feature-domain.ts'
import { defineService, method } from '../ipc/service.ts'
import { jobId } from '../records/ids.ts'
import { taskKind } from '../records/task.ts'
import { graphLook } from './foreign.ts'
import { samplePictures, samplePicturesRequest } from './sample-pictures.ts'
import { job, jobFailed, jobFinished, jobPreview, jobProgress, predictedImage, skippedImage } from './job.ts'

/** What a backend said when it was tried. */
export const backendReport = z.object({
  name: z.string(),
  works: z.boolean(),
  /** `2 threads`, a GPU's name. */
  device: z.string(),
  version: z.string(),
  /** Why it does not work, or why it is slower than it could be. */
  why: z.string(),
  /** What a person can do about it; empty where nothing is wrong. */
  advice: z.string(),
})
export type BackendReport = z.infer<typeof backendReport>

export const presetInfo = z.object({
  name: z.string(),
  task: taskKind,
  /** `any size, RGB` or `300x300, RGB`. */
  input: z.string(),
  /** Trainable parameters and running averages, for as many classes as the study had that it comes from (detection 3, classification 2, segmentation 1). */
  parameters: z.number().int(),
  summary: z.string(),
  epochs: z.number().int(),
  /** Steps that learning takes at least: with few images the epochs are more than `epochs`, where nobody said how many. */
  leastSteps: z.number().int().nonnegative().optional(),
  /** Images of one step. */
  batch: z.number().int().positive().optional(),
})
export type PresetInfo = z.infer<typeof presetInfo>

/** What a saved model takes and gives, for people and programs that are to use its graph. */
export const modelDescription = z.object({
  task: taskKind,
  preset: z.string(),
  classes: z.array(z.string()),
  /** float32 pixels 0..255, NHWC. Sides are multiples of `multiple`, or all `fixedSize`. */
  input: z.object({
    channels: z.number().int().positive(),
    multiple: z.number().int().positive(),
    fixedSize: z.number().int().positive().nullable(),
  }),
  /** In the network's order; -1 where a dimension is open. */
  outputs: z.array(z.object({ name: z.string(), shape: z.array(z.number().int()) })),
})
export type ModelDescription = z.infer<typeof modelDescription>

const nothing = z.object({})

/** Main to engine. One engine process runs one job at a time; main queues. */
export const engineContract = defineService({
  name: 'engine',
  methods: {
    hello: method(nothing, z.object({ pid: z.number(), node: z.string() })),
    backends: method(nothing, z.array(backendReport)),
    presets: method(nothing, z.array(presetInfo)),
    /** Checks a model folder as far as a prediction relies on it. */
    describeModel: method(z.object({ folder: z.string() }), modelDescription),
    /** Writes the weights of the model in a folder as HDF5 in the layout of Keras. */
    exportKeras: method(z.object({ folder: z.string(), file: z.string() }), nothing),
    /** What an image shows, in numbers (shared/feature-domain.ts). `isWhole`: the file is the image itself, in full, and no smaller picture of it. */
    imageFeatures: method(z.object({ file: z.string(), isWhole: z.boolean() }), featureFacts),
    /** What an ONNX file takes and gives; it is opened, and not run. */
    lookAtGraph: method(z.object({ file: z.string() }), graphLook),
    /** Samples of the list in `folder` as a training would vary them; `colors` (`#rrggbb`) are those of the list's classes. */
    samplePictures: method(
      samplePicturesRequest.extend({ folder: z.string(), colors: z.array(z.string()), cacheFolder: z.string().optional() }),
      samplePictures,
    ),
    /** Answers when the job was taken; the end is told by `finished` or `failed`. */
    start: method(z.object({ job }), nothing),
    pause: method(z.object({ id: jobId }), nothing),
    resume: method(z.object({ id: jobId }), nothing),
    /** keep: a training run ends with its best weights as a model; otherwise nothing is kept but the checkpoint. */
    cancel: method(z.object({ id: jobId, keep: z.boolean() }), nothing),
  },
  events: {
    progress: jobProgress,
    sample: jobPreview,
    predicted: predictedImage.extend({ id: jobId }),
    /** An image of a prediction job that can't be read; the job goes on with the next. */
    skipped: skippedImage.unwrap().extend({ id: jobId }),
    finished: jobFinished,
    failed: jobFailed,
  },
})
