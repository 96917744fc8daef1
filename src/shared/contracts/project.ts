import { z } from 'zod'
import { errorInfo } from '../errors.ts'
import { associatedPicture, imageDetails, imageLevels } from './image-details.ts'
import { defineService, method } from '../ipc/service.ts'
import { annotationColumns } from '../objects/annotation-columns.ts'
import { predictionColumns } from '../objects/prediction-columns.ts'
import { annotationRecord } from '../records/annotation.ts'
import { backupFacts } from '../records/backup.ts'
import { classRecord } from '../records/class.ts'
import { cropBorder } from './label-maps.ts'
import { change, edit, historyState } from '../records/edit.ts'
import { toldChange } from '../records/packed-diff.ts'
import { flagRecord } from '../records/flag.ts'
import { annotationId, classId, imageId, modelId, predictionId, regionId, runId } from '../records/ids.ts'
import { imageRecord } from '../records/image.ts'
import { fileMeasurements } from '../records/measurement.ts'
import { modelRecord, runRecord } from '../records/model.ts'
import { modelNote } from '../records/model-note.ts'
import { regionRecord } from '../records/region.ts'
import { decisionRecord, imageResult, predictionRecord } from '../records/prediction.ts'
import { shape } from '../records/shape.ts'
import { COUNT_BY, countColumns } from './counts.ts'
import { namedImages } from './named-images.ts'
import { originPatterns, originReport, originRequest } from './origin.ts'
import { pixelSizeReport, pixelSizeRequest } from './pixel-size.ts'
import { readersRequest, readersView, readingRequest } from './readers.ts'
import { reviewItems, reviewRequest, secondLooks, settleRequest } from './review.ts'
import { split, taskKind } from '../records/task.ts'
import { LANGUAGES } from '../i18n/languages.ts'

/** The project as a view needs it to start; annotations are read image by image. */
export const projectSnapshot = z.object({
  folder: z.string(),
  name: z.string(),
  task: taskKind,
  /** Empty, or why nothing can be changed (another window has it, a newer version made it). */
  readOnly: z.string(),
  classes: z.array(classRecord),
  images: z.array(imageRecord),
  /** Annotations an image and class. */
  counts: z.array(z.object({ imageId, classId, annotations: z.number().int() })),
  /** Regions of interest of all images, image by image, oldest first. */
  regions: z.array(regionRecord),
  /** Flags for a colleague on all images, oldest first. */
  flags: z.array(flagRecord),
  models: z.array(modelRecord),
  modelNotes: z.array(modelNote),
  runs: z.array(runRecord),
  history: historyState,
})
export type ProjectSnapshot = z.infer<typeof projectSnapshot>

/** What an import took and what it left, line by line. */
export const importReport = z.object({
  images: z.number().int(),
  annotations: z.number().int(),
  classes: z.number().int(),
  /** Already there (same content): not taken again. */
  duplicates: z.number().int(),
  /** The images of the project that those are. */
  known: z.array(imageId),
  /** `leftOut`: the file as a whole, and `what` says but why. */
  problems: z.array(z.object({ file: z.string(), what: z.string(), leftOut: z.boolean().optional() })),
  /** How the files were understood, in sentences: formats found, values taken for classes, shares left out. */
  notes: z.array(z.string()),
  splits: z.object({ train: z.number().int(), val: z.number().int(), test: z.number().int(), none: z.number().int() }),
  /** Images that were there already and kept their split, although another was asked for. */
  splitsKept: z.number().int(),
})
export type ImportReport = z.infer<typeof importReport>

export const importFormat = z.enum([
  'auto',
  'images',
  'voc',
  'coco',
  'geojson',
  'folders',
  'csv',
  'crops',
  'masks',
  'labelmaps',
  'tfrecord',
  'yolo',
  'cvat',
  'labelstudio',
  'labelme',
  'w3c',
  'asap',
  'aperio',
  'cellpose',
])

export const importRequest = z.object({
  paths: z.array(z.string()).min(1),
  format: importFormat.default('auto'),
  split: z
    .union([split, z.literal('auto')])
    .nullable()
    .default(null),
  ...originPatterns.shape,
  seed: z.number().int().nonnegative().default(0),
  /** What the numbers of mask pictures mean: classes, one number an object, colours of classes. `auto` tells by what they hold. */
  maskKind: z.enum(['auto', 'index', 'instances', 'colors']).default('auto'),
  /** Which mask belongs to which image: two paths with one * each, which stands for the same in both, `images/*.jpg=masks/*_m.png`. */
  pair: z.string().max(400).nullable().default(null),
  /** Class of a colour (`#rrggbb`) or grey value (`128`) of mask pictures; an empty name is the background. */
  colors: z
    .array(z.object({ value: z.string().regex(/^(#?[0-9a-f]{6}|\d{1,5})$/i), name: z.string().max(120) }))
    .nullable()
    .default(null),
  /** Which planes of an OME-Zarr become images: `first`, `middle` (slice), `all`, or one as `z3`, `t2`, `z3t2`, counted from 1. */
  planes: z
    .string()
    .regex(/^(first|middle|all|z[1-9]\d{0,5}|t[1-9]\d{0,5}|z[1-9]\d{0,5}t[1-9]\d{0,5})$/)
    .default('first'),
  /** Side in pixels of crops from another project, and what stands beyond the image's edge. */
  crop: z
    .object({ size: z.number().int().min(8).max(4096).default(96), border: cropBorder.default('reflect') })
    .default({ size: 96, border: 'reflect' }),
  /** Labels take the place of those that an image of the project has; else these stay. Images with a locked label stay as they are. */
  replace: z.boolean().default(false),
})
export type ImportRequest = z.output<typeof importRequest>

/** What an import would take and leave, told before anything is written. */
export const importPreview = z.object({
  /** What each path was taken for. */
  formats: z.array(importFormat.exclude(['auto'])),
  images: z.number().int(),
  labels: z.number().int(),
  /** Images without a label, and such that the project has already. */
  unlabelled: z.number().int(),
  duplicates: z.number().int(),
  /** Classes that labels were found of, in the project's order, new ones last: with the colours that they will have. */
  classes: z.array(z.object({ name: z.string(), color: z.string(), labels: z.number().int(), isNew: z.boolean() })),
  /** From lists and folders of the files themselves. */
  splits: z.object({ train: z.number().int(), val: z.number().int(), test: z.number().int(), none: z.number().int() }),
  /** What is kept together (patients, slides, groups), from the files themselves or by the patterns; images that stand for themselves. */
  groups: z.number().int(),
  ungrouped: z.number().int(),
  /** Why a pattern can't be used; empty where all can. */
  groupFault: z.string(),
  /** Some of the images, from all over the list, with patient, slide and group of each. */
  some: z.array(z.object({ name: z.string(), group: z.string().nullable() })),
  /** What mask pictures hold and how they are read; null where there are none. `kind` null: it has to be said. */
  masks: z
    .object({
      kind: z.enum(['values', 'instances', 'colors']).nullable(),
      values: z.array(z.object({ value: z.string(), share: z.number(), name: z.string() })),
      unknown: z.number(),
      soft: z.number(),
    })
    .nullable(),
  problems: z.array(z.object({ file: z.string(), what: z.string() })),
  notes: z.array(z.string()),
  /** Why it can't be taken as it is; everything else is empty then, but for `masks`. */
  fault: errorInfo.nullable(),
})
export type ImportPreview = z.infer<typeof importPreview>

export const decideRequest = z.object({
  predictions: z.array(predictionId),
  kind: z.enum(['accept', 'correct', 'reject']),
  /** Rejected in the same edit, whatever is done with the others. */
  rejects: z.array(predictionId).default([]),
  /** For `correct`: the class it should have had, and the shape where that is another (of one prediction only, or of images as wholes). */
  to: z.object({ classId, shape: shape.optional() }).nullable().default(null),
  /** An image on which nothing of the run with this score or more is left to decide is done; left out: images stay as they are. */
  doneFrom: z.number().min(0).max(1).optional(),
})
export type DecideRequest = z.infer<typeof decideRequest>
/** What decisions did; `locked`: predictions that stay as they were, since their decision would have changed a locked object. */
export const decidedChange = change.extend({ locked: z.array(predictionId) })
export type DecidedChange = z.infer<typeof decidedChange>
/** As it is asked: what has a default may be left out. */
export type DecideAsked = Pick<DecideRequest, 'predictions' | 'kind' | 'to'> & Partial<DecideRequest>

/** What is counted: truth alone, a run's predictions at a score, or predictions as people corrected them. */
export const countSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('truth') }),
  z.object({ kind: z.literal('predictions'), runId, score: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('corrected'), runId, score: z.number().min(0).max(1) }),
])
export type CountSource = z.infer<typeof countSource>

export const exportThing = z.enum([
  'counts',
  'annotations',
  'predictions',
  'decisions',
  'agreement',
  'masks',
  'model',
  'measurements',
  'report',
  'report-template',
])
/** Formats of annotations and predictions. */
export const labelFormatName = z.enum([
  'csv',
  'coco',
  'voc',
  'geojson',
  'yolo',
  'yolo-seg',
  'cvat',
  'labelstudio',
  'labelme',
  'w3c',
  'asap',
  'aperio',
])
export type LabelFormatName = z.infer<typeof labelFormatName>
/**
 * Masks: `png` and `tiff` hold the place of the class (8 bits, 1 = the first, 0 = background), `instances` (PNG) and `instances-tiff` the number
 * of the object on its image (16 bits).
 */
export const maskFormatName = z.enum(['png', 'tiff', 'instances', 'instances-tiff'])
export type MaskFormatName = z.infer<typeof maskFormatName>

export const exportFormat = z.enum([
  ...labelFormatName.options,
  ...maskFormatName.options,
  'onnx',
  'safetensors',
  'h5',
  'package',
  'tsv',
  'xlsx',
  'json',
  'html',
  'pdf',
])

export const exportRequest = z.object({
  file: z.string(),
  what: exportThing,
  format: exportFormat,
  /** Of counts and masks: null is truth. */
  source: countSource.nullable().default(null),
  runId: runId.nullable().default(null),
  modelId: modelId.nullable().default(null),
  /** Counts: a row an image, a region of interest, a slide, a patient or a group. */
  by: z.enum(COUNT_BY).default('image'),
  /** Counts as a table: a column a class, or (tidy) a row for each class, with all that can be said of it. */
  layout: z.enum(['wide', 'tidy']).default('wide'),
  /** Counts and measurements as CSV or TSV; `comma`: as spreadsheets of many countries read them, in CSV with semicolons between the cells. */
  decimal: z.enum(['point', 'comma']).default('point'),
  /** Of a report: the file of its template; null: the project's own, else the usual one. */
  template: z.string().nullable().default(null),
  /** Of a report and its template: the language that it is written in. */
  language: z.enum(LANGUAGES).default('en'),
  split: split.nullable().default(null),
  /** Only these images; null: all. */
  of: namedImages.nullable().default(null),
})
export type ExportRequest = z.infer<typeof exportRequest>

/** What an export would write, and what its format cannot hold, in sentences. */
export const exportPreview = z.object({ images: z.number().int(), objects: z.number().int(), notes: z.array(z.string()) })
export type ExportPreview = z.infer<typeof exportPreview>

/** A step of the workflow (contracts/steps.ts) as a person reads it. */
export const workflowRow = z.object({ kind: z.string(), about: z.string(), who: z.string(), at: z.string(), version: z.string() })
export type WorkflowRow = z.infer<typeof workflowRow>

export const exportReport = z.object({ file: z.string(), rows: z.number().int(), notes: z.array(z.string()) })

const nothing = z.object({})

/** Window to main: everything that is done to the open project. */
export const projectContract = defineService({
  name: 'project',
  methods: {
    create: method(z.object({ folder: z.string(), task: taskKind, classes: z.array(z.string()).min(1) }), projectSnapshot),
    open: method(z.object({ folder: z.string() }), projectSnapshot),
    close: method(nothing, nothing),
    current: method(nothing, projectSnapshot.nullable()),
    /** `images` and `picture` (a small one of its first image, a data address) as they were when it was last open; null where nobody looked. */
    recent: method(
      nothing,
      z.array(
        z.object({
          ...{ folder: z.string(), name: z.string(), openedAt: z.string(), exists: z.boolean() },
          ...{ images: z.number().int().nullable(), picture: z.string().nullable() },
        }),
      ),
    ),
    /** All backups of a project, open or not, newest first. */
    backups: method(z.object({ folder: z.string() }), z.array(backupFacts)),
    /**
     * Makes a project again what it was in a backup (its file name); what was there is kept among the backups. Where it is the open one, it is
     * closed first. `force`: also where a newer version made what is there now. Fails with `project-newer` without it.
     */
    restoreBackup: method(
      z.object({ folder: z.string(), backup: z.string(), force: z.boolean().default(false) }),
      z.object({ folder: z.string(), restored: z.string(), kept: z.string().nullable() }),
    ),
    /** All annotations of an image, by columns, and what was decided on it: both as they were at one moment. */
    objects: method(z.object({ imageId }), z.object({ annotations: annotationColumns, decisions: z.array(decisionRecord) })),
    /** What the file that an annotation came from had measured of it. */
    measurements: method(z.object({ annotationId }), fileMeasurements.nullable()),
    /** What a run found on an image, by columns. */
    predictions: method(z.object({ imageId, runId }), predictionColumns),
    /** The project's images that a run has not looked at. */
    unseenImages: method(z.object({ runId }), z.array(imageId)),
    /** What a run found, as a review goes through it. */
    reviewItems: method(reviewRequest, reviewItems),
    /** Where labels and predictions of a run say different things, the surest of the model first. */
    secondLooks: method(z.object({ runId }), secondLooks),
    /** Settles one of them: the label stays as it is and is not asked about again, or it becomes what the model says. */
    settleLook: method(settleRequest, change),
    /** What another reader has to read and to settle of a run, and how far readers agree. */
    readers: method(readersRequest, readersView),
    /** Keeps what a second reader says of a prediction: no annotation follows from it. */
    read: method(readingRequest, change),
    /** Settles what readers say differently of a prediction. */
    settleReading: method(readingRequest, change),
    /** The ids of what a run found on an image, rising. */
    predictionIds: method(z.object({ imageId, runId }), z.object({ ids: z.instanceof(Float64Array) })),
    /** Predictions by id; those that are no more are left out. */
    predictionsById: method(z.object({ ids: z.array(predictionId).max(200) }), z.array(predictionRecord)),
    /** The labels of images as wholes, all of the project at once. */
    labels: method(nothing, z.array(annotationRecord)),
    /** What a run says of each image that it looked at, where it says something of images as wholes. */
    results: method(z.object({ runId }), z.array(imageResult)),
    /** The same of one image; its maps are had at `slide://map/<run>/<image>/<place in maps>`. */
    result: method(z.object({ imageId, runId }), imageResult.nullable()),
    /** How an image of any size is drawn by tiles; for large ones (`isLargeImage`) the only way. Begins what has to be prepared. */
    levels: method(z.object({ imageId }), imageLevels),
    /** What the file of an image is made of. */
    details: method(z.object({ imageId }), imageDetails),
    /** A picture that lies beside a slide in its file (one of the names in its details). It may show the patient's name: only on request. */
    associated: method(z.object({ imageId, name: z.string() }), associatedPicture),
    /** Gives up preparing an image that is not looked at any more. */
    stopPreparing: method(z.object({ imageId }), nothing),
    /** What it did is told by `changed`, once. */
    edit: method(edit, change.omit({ diff: true })),
    /** `images`: also where it takes several images out of the project, which is refused as `takes-images` otherwise. */
    undo: method(z.object({ images: z.boolean().default(false) }), change.nullable()),
    redo: method(nothing, change.nullable()),
    decide: method(decideRequest, decidedChange),
    /** Reads what would be imported and keeps it for `import` with the same request; asked again, the reading before is given up. */
    previewImport: method(importRequest, importPreview),
    /** Gives up what is being read or was read for an import, and removes what came with it. */
    dropImport: method(nothing, nothing),
    import: method(importRequest, importReport),
    locate: method(z.object({ imageId, path: z.string() }), imageRecord),
    /** Tries for all missing files the move that one of them made; answers with the images that were found. */
    locateAlong: method(z.object({ from: z.string(), to: z.string() }), z.array(imageId)),
    /** Another plane of an OME-Zarr, by slice and time from 0: the image that the project has of it, else a new one beside the given, as one edit. */
    plane: method(z.object({ imageId, slice: z.number().int().nonnegative(), time: z.number().int().nonnegative() }), imageRecord),
    assignSplits: method(z.object({ seed: z.number().int(), ...originPatterns.shape, val: z.number(), test: z.number() }), change),
    /** Which slide, patient and group images are of: one edit. */
    setOrigin: method(originRequest, originReport),
    setPixelSize: method(pixelSizeRequest, pixelSizeReport),
    /** `images`: of these alone. */
    counts: method(
      z.object({ source: countSource, images: z.array(imageId).nullable().default(null) }),
      z.array(z.object({ imageId, counts: z.array(z.object({ classId, count: z.number().int() })) })),
    ),
    /** All that may be counted, with the predictions of a run where one is named: what every table of counts is made of. */
    countColumns: method(z.object({ runId: runId.nullable() }), countColumns),
    /** The objects behind a number: those of some classes that a source counts on an image or, where one is named, in one of its regions (`none`: in none); `twice`: of them those alone that lie on another which counts too. */
    countedObjects: method(
      z.object({
        source: countSource,
        imageId,
        classIds: z.array(classId),
        region: z.union([regionId, z.literal('none')]).nullable(),
        twice: z.boolean().optional(),
      }),
      z.object({ annotations: z.array(annotationId), predictions: z.array(predictionId) }),
    ),
    previewExport: method(exportRequest.omit({ file: true }), exportPreview),
    export: method(exportRequest, exportReport),
    /** What was done with the project so far, oldest first. */
    workflow: method(nothing, z.array(workflowRow)),
    /** Writes it as a file that `slidewright replay` takes. */
    saveWorkflow: method(z.object({ file: z.string() }), z.object({ steps: z.number().int() })),
    /** View state that a project opens with: place, image, zoom. */
    saveView: method(z.object({ view: z.record(z.string(), z.unknown()) }), nothing),
    loadView: method(nothing, z.record(z.string(), z.unknown())),
    missing: method(nothing, z.array(imageId)),
  },
  events: {
    /** Any commit, also those of jobs and imports. */
    changed: toldChange,
    imported: z.object({ done: z.number().int(), total: z.number().int(), name: z.string() }),
    /** Models, runs or images came or went in bulk: read the snapshot again. */
    reload: nothing,
    /** How far the preparation of a large image is; with share 1 its tiles can be had, with a fault they never will. */
    preparing: z.object({ imageId, share: z.number().min(0).max(1), fault: errorInfo.nullable() }),
    /** A thumbnail is ready. */
    thumbnail: z.object({ imageId }),
  },
})
