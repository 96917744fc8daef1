import { z } from 'zod'
import { errorInfo } from '../errors.ts'
import { imageId, jobId } from '../records/ids.ts'
import { curvePoint } from '../records/model.ts'
import { imageResult } from '../records/prediction.ts'
import { regionShape } from '../records/region.ts'
import { shape } from '../records/shape.ts'
import { taskKind } from '../records/task.ts'
import { stainChoice } from '../stains/stain-facts.ts'

// What a job of the engine is given and gives back. Paths, not pixels, cross the process: the engine reads images itself.

/** Name of a backend, best first: native TensorFlow, WebGPU, WebAssembly. `onnx` predicts only. */
export const backendName = z.enum(['tensorflow', 'wasm'])
export type BackendName = z.infer<typeof backendName>

/** An image as a job needs it. */
export const jobImage = z
  .object({
    id: imageId,
    path: z.string(),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** Where it is known. */
    micronsPerPixel: z.number().positive().nullable().optional(),
    /**
     * The parts of it that count, full-resolution pixels: outside of them nothing is learned, judged or predicted. Left out: all of it counts.
     */
    regions: z.array(regionShape).readonly().optional(),
  })
  .readonly()
export type JobImage = z.infer<typeof jobImage>

/**
 * A label of a training image: shape in full-resolution pixels, class as an index into the job's classes. What is learned from depends on the
 * task: boxes (detection), areas (segmentation), the label of the whole image (classification, anomaly).
 */
export const jobLabel = z
  .object({
    shape,
    classIndex: z.number().int().nonnegative(),
    /** Neither object nor background. */
    ignore: z.boolean(),
    /** As a model says, and nobody has decided on it. */
    guessed: z.literal(true).optional(),
  })
  .readonly()
export type JobLabel = z.infer<typeof jobLabel>

/** The part of a large image that a sample shows: its top-left pixel, and the size of the image. The sample's own size and labels are the part's. */
export const sampleWindow = z
  .object({
    imageId,
    x: z.number().int().nonnegative(),
    y: z.number().int().nonnegative(),
    of: z.object({ width: z.number().int().positive(), height: z.number().int().positive() }),
  })
  .readonly()
export type SampleWindow = z.infer<typeof sampleWindow>

const jobSample = jobImage.unwrap().extend({ labels: z.array(jobLabel), window: sampleWindow.optional() })

/** What a training job learns from: written as JSON (`samples.json`) into the job's folder, read by the engine. */
export const jobSamples = z.object({
  task: taskKind,
  classes: z.array(z.string()),
  train: z.array(jobSample),
  val: z.array(jobSample),
})
export type JobSamples = z.infer<typeof jobSamples>
export type JobSample = JobSamples['train'][number]

/** Settings that a person may change; what is left out is the preset's own. */
export const trainSettings = z.object({
  epochs: z.number().int().positive().max(100_000).optional(),
  batch: z.number().int().positive().max(256).optional(),
  learningRate: z.number().positive().max(1).optional(),
  /** Stops when the validation score has not risen for so many epochs; 0 = never. */
  patience: z.number().int().nonnegative().optional(),
  /** A weight file of another tool to start from (.pth, .h5, .safetensors). */
  weightFile: z.string().optional(),
  /** Colours of all images are moved to those of the training images, here and in each prediction; left out: none. */
  stain: stainChoice.optional(),
  /** false: each step is computed operation by operation, which is slower and differs by rounding alone; to compare, or where the fast one is doubted. */
  traced: z.boolean().optional(),
  /** Into so many parts each batch is divided, one after the other, for a small memory; their gradients are added up. */
  accumulate: z.number().int().min(1).max(256).optional(),
})
export type TrainSettings = z.infer<typeof trainSettings>

export const trainJob = z.object({
  kind: z.literal('train'),
  id: jobId,
  preset: z.string(),
  /** Holds samples.json and the checkpoints; a job started again on the same folder goes on from its last checkpoint. */
  folder: z.string(),
  /** Where the finished model is written (model.json, weights.safetensors, model.onnx). */
  modelFolder: z.string(),
  /** Model folder to go on from, or null. */
  from: z.string().nullable(),
  seed: z.number().int().nonnegative(),
  backend: backendName.nullable(),
  settings: trainSettings,
  /** The project's cache, where pyramids of large images lie. Left out: among the system's temporary files. */
  cacheFolder: z.string().optional(),
})
export type TrainJob = z.infer<typeof trainJob>

export const predictJob = z.object({
  kind: z.literal('predict'),
  id: jobId,
  /** One model, or several whose outputs are averaged (folds of one training). */
  modelFolders: z.array(z.string()).min(1).max(50),
  images: z.array(jobImage),
  /** Objects below this are not kept. */
  minScore: z.number().min(0).max(1),
  /** Where maps are written, a folder of the run; null: none are. */
  mapFolder: z.string().nullable(),
  /** Predict flipped images too and average: slower, a little better. */
  flips: z.boolean(),
  /** Slides and large images: glass is found first and not looked at. Default true. */
  tissueOnly: z.boolean().optional(),
  /** The project's cache: pyramids of large images, and finished parts of a prediction until it is through. Left out: nothing is kept. */
  cacheFolder: z.string().optional(),
})
export type PredictJob = z.infer<typeof predictJob>

export const job = z.discriminatedUnion('kind', [trainJob, predictJob])
export type Job = z.infer<typeof job>

/** One found object: class as an index into the model's classes, shape in full-resolution pixels. */
export const found = z.object({ classIndex: z.number().int().nonnegative(), score: z.number(), shape }).readonly()
export type Found = z.infer<typeof found>

/** How far a job is. Sent at most some ten times a second. */
export const jobProgress = z.object({
  id: jobId,
  state: z.enum(['waiting', 'preparing', 'running', 'paused', 'validating', 'saving']),
  /** 0..1 over the whole job. */
  fraction: z.number().min(0).max(1),
  /** Seconds until the end, null while unknown. */
  secondsLeft: z.number().nonnegative().nullable(),
  epoch: z.number().nonnegative().optional(),
  epochs: z.number().int().optional(),
  step: z.number().int().optional(),
  /** Prediction: the image under way, from 1, of how many; and, where it has several tiles to look at, how many were. */
  image: z.number().int().optional(),
  images: z.number().int().optional(),
  tile: z.number().int().optional(),
  tiles: z.number().int().optional(),
  backend: z.string().optional(),
  /** Why this backend and not a better one. */
  backendNote: z.string().optional(),
  secondsPerStep: z.number().optional(),
  /** Share of the step's time that was spent waiting for images. */
  waitingShare: z.number().min(0).max(1).optional(),
  /** New points of the curves since the last progress. */
  curves: z.array(curvePoint).optional(),
  /** The curves begin anew with this message (the job went on from a checkpoint): forget the points before it. */
  curvesReset: z.boolean().optional(),
})
export type JobProgress = z.infer<typeof jobProgress>

/** What a net finds on an image: objects, and what it says of the image as a whole. */
export const predictedImage = z.object({ imageId, found: z.array(found), result: imageResult.unwrap().omit({ imageId: true }).nullable() })
export type PredictedImage = z.infer<typeof predictedImage>

/** The net's current predictions on some validation images, after an epoch. */
export const jobPreview = z.object({ id: jobId, epoch: z.number(), images: z.array(predictedImage) })
export type JobPreview = z.infer<typeof jobPreview>

export const trainResult = z.object({
  kind: z.literal('train'),
  epochs: z.number(),
  steps: z.number(),
  best: z.number().nullable(),
  seconds: z.number(),
  secondsPerStep: z.number(),
  waitingShare: z.number(),
  backend: z.string(),
  /** Largest absolute difference between the exported ONNX graph and TensorFlow.js on a probe batch. */
  onnxDifference: z.number().nullable(),
  stopped: z.enum(['finished', 'early', 'by-user']),
  curves: z.array(curvePoint),
  metrics: z.record(z.string(), z.unknown()),
  /** Weights of `weightFile` that did not fit, by name. */
  notes: z.array(z.string()),
})
export type TrainResult = z.infer<typeof trainResult>

/** An image that a prediction job had to leave out, and why. */
export const skippedImage = z.object({ imageId, error: errorInfo }).readonly()
export type SkippedImage = z.infer<typeof skippedImage>

export const predictResult = z.object({
  kind: z.literal('predict'),
  /** Images that were predicted: without the skipped ones. */
  images: z.number(),
  objects: z.number(),
  seconds: z.number(),
  runtime: z.string(),
  skipped: z.array(skippedImage),
})
export type PredictResult = z.infer<typeof predictResult>
export const jobResult = z.discriminatedUnion('kind', [trainResult, predictResult])
export type JobResult = z.infer<typeof jobResult>

export const jobFinished = z.object({ id: jobId, result: jobResult })
export const jobFailed = z.object({ id: jobId, error: errorInfo, cancelled: z.boolean() })
