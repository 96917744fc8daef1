import { z } from 'zod'
import { defineService, method } from '../ipc/service.ts'
import { errorInfo } from '../errors.ts'
import { imageId, jobId, modelId, runId } from '../records/ids.ts'
import { curvePoint } from '../records/model.ts'
import { split } from '../records/task.ts'
import { measuredThere } from '../test-measure.ts'
import { comparison, compareRequest } from './comparison.ts'
import { colorCheck, domainCheck } from './domain.ts'
import { backendReport, presetInfo } from './engine.ts'
import { foreignProposal, importModelRequest } from './foreign.ts'
import { outlineFiles, outlineFound, outlineModel, outlineQuestion, outlineView } from './outliner.ts'
import { samplePictures, samplePicturesRequest } from './sample-pictures.ts'
import { backendName, jobPreview, jobProgress, trainSettings } from './job.ts'

/** A job as the window and the command line see it. */
export const jobView = z.object({
  id: jobId,
  /** `compare`: images are compared before they are divided. */
  kind: z.enum(['train', 'predict', 'compare']),
  title: z.string(),
  status: z.enum(['waiting', 'running', 'paused', 'finished', 'failed', 'cancelled', 'interrupted']),
  progress: jobProgress.nullable(),
  curves: z.array(curvePoint),
  error: errorInfo.nullable(),
  /** Of a finished one: what has to be known of what it made. */
  notes: z.array(z.string()).optional(),
  modelId: modelId.nullable(),
  runId: runId.nullable(),
  /** Done on the way to an evaluation: nobody asked to look at its run. */
  aside: z.boolean().optional(),
  /** A cross-validation: of how many folds how many are done, and whether the next one trains or looks at what it did not see. */
  folds: z
    .object({ folds: z.number().int(), done: z.number().int().nonnegative(), doing: z.enum(['train', 'predict']) })
    .readonly()
    .optional(),
})
export type JobView = z.infer<typeof jobView>

/** What is told while a job goes on: `curves` are the new points alone; `curvesReset` = those told before are void. */
export const jobUpdate = jobView.extend({ curvesReset: z.boolean() })
export type JobUpdate = z.infer<typeof jobUpdate>

export const trainRequest = z.object({
  preset: z.string(),
  from: modelId.nullable().default(null),
  seed: z.number().int().nonnegative().default(0),
  backend: backendName.nullable().default(null),
  settings: trainSettings.default({}),
})
export type TrainRequest = z.input<typeof trainRequest>

/** A cross-validation: a model for each fold, each trained on all but its part of the labelled images. */
export const foldsRequest = z.object({ request: trainRequest, folds: z.number().int().min(2).max(50) })

/** What a cross-validation says. Reports hold the task's metrics (docs/architecture.md, "What --json holds"). */
export const foldsReport = z.object({
  folds: z.array(
    z.object({
      model: modelId,
      name: z.string(),
      run: runId,
      images: z.number().int().nonnegative(),
      /** The images that its run is of. */
      seen: z.array(imageId),
      /** On the images that this fold's model did not see. */
      report: z.record(z.string(), z.unknown()),
    }),
  ),
  /** Over all images at once, each by the model that did not see it. */
  pooled: z.record(z.string(), z.unknown()),
  /** How many labels look wrong, and whether the models can hardly tell. */
  labelErrors: z.number().int().nonnegative(),
  learnedLittle: z.boolean(),
  /** Labelled images that were left out since they are reviewed in part. */
  inPart: z.number().int().nonnegative().default(0),
})
export type FoldsReport = z.infer<typeof foldsReport>

/** A model by id, the newest, or the folds of the newest cross-validation together. */
export const modelChoice = z.union([modelId, z.literal('latest'), z.literal('ensemble')])
export type ModelChoice = z.infer<typeof modelChoice>

export const predictRequest = z.object({
  modelId: modelChoice,
  /** Which images; all where all three are left out. */
  split: split.nullable().default(null),
  images: z.array(imageId).nullable().default(null),
  /** Glob on the image's name, as the command line has it. */
  glob: z.string().nullable().default(null),
  minScore: z.number().min(0).max(1).default(0.02),
  /** Flipped images are predicted too and averaged: slower, a little better. */
  flips: z.boolean().default(false),
  /** Slides and large images: glass is found first and not looked at. */
  tissueOnly: z.boolean().default(true),
  /** Only in the regions of interest of each image: objects whose centre lies in one; images without any are left out. */
  inRegions: z.boolean().default(false),
  /** Of these images only those that the models have not looked at by the same settings; what is found there joins the run of the others. */
  rest: z.boolean().default(false),
  /** With `rest`: the run that they join, whose models and settings are the ones; null: that of the same models and settings over the most images. */
  joins: runId.nullable().default(null),
})
export type PredictRequest = z.input<typeof predictRequest>

export const evaluateRequest = z.object({
  modelId: modelChoice,
  split: split.default('test'),
  /** Score from which an object counts; the task's own where left out. */
  score: z.number().min(0).max(1).nullable().default(null),
  /** Predict anew with mirrored images voting, where that was not done yet. */
  flips: z.boolean().default(false),
})
export type EvaluateRequest = z.input<typeof evaluateRequest>

/** What would be learned from, and what stands in the way. */
const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })

export const trainingData = z.object({
  train: z.number().int(),
  val: z.number().int(),
  /** Labelled images of the test split, and such without a split. */
  test: z.number().int(),
  unsplit: z.number().int(),
  perClass: z.array(
    z.object({
      name: z.string(),
      ...{ train: z.number().int(), val: z.number().int(), test: z.number().int(), unsplit: z.number().int() },
      /** A few labels to look at, from as many images as there are: bounds in pixels of the image, null = the image as a whole. */
      examples: z.array(z.object({ imageId, bounds: box.nullable() })),
    }),
  ),
  /** The fully labelled regions that are learned from, and their area (null: a scale is not known); null: no image has a region. */
  regions: z
    .object({
      images: z.number().int(),
      regions: z.number().int(),
      pixels: z.number().nonnegative(),
      squareMillimetres: z.number().nonnegative().nullable(),
    })
    .nullable(),
  warnings: z.array(z.string()),
  /** What a cross-validation divides: labelled images but those of the test split, and how many slides, patients and lone images they are of. */
  divisible: z.object({ images: z.number().int(), groups: z.number().int(), alone: z.number().int() }),
})
export type TrainingData = z.infer<typeof trainingData>

/** Images that are learned from and such that are validated or tested on which show nearly the same. */
export const lookAlikesFound = z.object({
  compared: z.number().int().nonnegative(),
  /** Images that could not be read. */
  unread: z.number().int().nonnegative(),
  pairs: z.array(z.object({ train: imageId, other: imageId, correlation: z.number() })),
  /** Labelled images without a split, and how many of them look nearly the same as another: a training keeps such on one side. */
  unsplit: z.object({ images: z.number().int().nonnegative(), alike: z.number().int().nonnegative() }),
})
export type LookAlikes = z.infer<typeof lookAlikesFound>

/** What people did since the newest model began to learn: it does not know of it. */
export const newLabels = z.object({
  /** Where there are folds alone the newest of them: what is said is of all, and no training goes on from one, since it has seen what is held out. */
  modelId,
  /** Predictions that were rejected or corrected. */
  corrections: z.number().int().nonnegative(),
  /** Annotations that were made, accepted predictions among them. */
  annotations: z.number().int().nonnegative(),
  /** What another training would make of images that are not done, in sentences. */
  warnings: z.array(z.string()),
})
export type NewLabels = z.infer<typeof newLabels>

const nothing = z.object({})

/** Window to main: training, prediction, evaluation. Long work answers with a job's id at once. */
export const workContract = defineService({
  name: 'work',
  methods: {
    presets: method(nothing, z.array(presetInfo)),
    backends: method(nothing, z.array(backendReport)),
    trainingData: method(nothing, trainingData),
    /** Looks at every image the first time: it can take a while. */
    lookAlikes: method(nothing, lookAlikesFound),
    /** Looks at every image the first time. */
    colorCheck: method(nothing, colorCheck),
    /** What is to be known of the images before such a prediction, in sentences; empty: nothing. Looks at their colours the first time. */
    domainNote: method(predictRequest, z.string()),
    /** The same in full, with examples. Looks at what images show the first time: it can take a while, is seen as a job, and can be cancelled. */
    domainCheck: method(predictRequest, domainCheck),
    /** Null while there is no model. */
    newLabels: method(nothing, newLabels.nullable()),
    /** What the net would get to see: samples of the next training, varied by its preset. */
    samplePictures: method(samplePicturesRequest, samplePictures),
    train: method(trainRequest, z.object({ id: jobId })),
    /** Goes on with a cross-validation of the same labels and settings that was broken off, where there is one. */
    trainFolds: method(foldsRequest, z.object({ id: jobId })),
    /** `of`: what the models of a cross-validation share. */
    foldsReport: method(z.object({ of: z.string().max(80) }), foldsReport),
    predict: method(predictRequest, z.object({ id: jobId })),
    /** The task's metrics (docs/architecture.md, "What --json holds"); predicts first where no run covers the split. */
    evaluate: method(evaluateRequest, z.record(z.string(), z.unknown())),
    /** What a model scored on test images, newest first; of the measures that came with it the project's name is told. Empty: not known. */
    modelTests: method(z.object({ modelId }), z.array(measuredThere)),
    /** Two models image by image; each predicts first where no run of it covers the split. */
    compareModels: method(compareRequest, comparison),
    /** What is to be said of a model's file before it is imported; null: nothing, it says all of itself. */
    proposeModel: method(z.object({ file: z.string() }), foreignProposal),
    /** Takes a model that was exported as one file, or a graph from elsewhere, into the project. */
    importModel: method(importModelRequest, z.object({ id: modelId, name: z.string(), notes: z.array(z.string()) })),
    /** Finds encoder and decoder of a model for the smart outline among files. */
    checkOutlineModel: method(outlineFiles, outlineModel),
    /** Has the model of the preferences look at a view of an image. */
    outlineLook: method(z.object({ imageId, view: outlineView }), nothing),
    /** What the model of the preferences outlines. */
    outline: method(outlineQuestion.extend({ imageId }), outlineFound),
    jobs: method(nothing, z.array(jobView)),
    pause: method(z.object({ id: jobId }), nothing),
    resume: method(z.object({ id: jobId }), nothing),
    cancel: method(z.object({ id: jobId, keep: z.boolean() }), nothing),
  },
  events: { job: jobUpdate, sample: jobPreview },
})
