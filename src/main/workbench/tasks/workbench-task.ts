import type { JobLabel } from '#shared/contracts/job.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { ImageResult, PredictionRecord, ResultMap } from '#shared/records/prediction.ts'
import type { ModelComparison } from '#shared/contracts/comparison.ts'
import type { ComparedImage } from '#shared/metrics/detection-comparison.ts'
import type { RegionShape } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { TaskKind } from '#shared/records/task.ts'
import type { Steps } from '#shared/steps.ts'
import type { LabelSet, WrittenLabels } from '../../interchange/label-set.ts'

/** One image's truth and what a run says of it, as an evaluation sees them. */
export interface EvaluatedImage {
  readonly image: ImageRecord
  readonly annotations: readonly AnnotationRecord[]
  readonly predictions: readonly PredictionRecord[]
  readonly result: ImageResult | null
  /** The parts of the image that are fully labelled; undefined: nobody marked any, so it counts as a whole. */
  readonly parts?: readonly RegionShape[] | undefined
}

/** What a run is evaluated with. Images come one by one, since their areas together may not fit into memory. */
export interface Evaluation {
  readonly classes: readonly ClassRecord[]
  readonly model: ModelRecord
  readonly images: readonly ImageRecord[]
  read(image: ImageRecord): EvaluatedImage
  /** Where the file of a map lies that the image's run wrote; never outside of the run's folder. */
  mapFile(image: ImageRecord): (map: ResultMap) => string
  /** Score from which an object counts, where the task has one. */
  readonly score: number
}

/** Two runs over the same images. */
export interface Compared extends Pick<Evaluation, 'classes' | 'images' | 'score'> {
  readA(image: ImageRecord): EvaluatedImage
  readB(image: ImageRecord): EvaluatedImage
}

export interface ComparedRuns {
  readonly kind: ModelComparison['kind']
  readonly images: readonly (ComparedImage & Pick<ModelComparison['images'][number], 'dice' | 'said'>)[]
}

/** A run as its table is written. What not every task needs is read only when it is asked for. */
export interface PredictedRun {
  readonly images: readonly ImageRecord[]
  readonly classes: readonly ClassRecord[]
  readonly run: RunId
  model(): ModelRecord
  /** Who made it, as tables name it: `runCell`. */
  madeBy(): string
  annotationsOf(image: ImageRecord): AnnotationRecord[]
  /** Best first. */
  predictionsOf(image: ImageRecord): PredictionRecord[]
  /** What the run says of images as wholes. */
  results(): ReadonlyMap<ImageId, ImageResult>
}

/** A task's metrics by the keys that the command line promises (docs/architecture.md); `images` is how many were looked at. */
export type TaskReport = object & { readonly images: number }

/** An image with the labels that a job would learn from it, and the parts of it that are fully labelled; undefined: it counts as a whole. */
export interface LabelledSample {
  readonly parts?: readonly RegionShape[] | undefined
  readonly image: Pick<ImageRecord, 'width' | 'height' | 'state'>
  readonly labels: readonly JobLabel[]
}

/** The same of an image of the project. */
export interface ProjectSample extends LabelledSample {
  readonly image: ImageRecord
}

/**
 * What a kind of task adds to the workbench: what a label is, what is learned from, how a run is measured and how objects are counted. The
 * registry (registry.ts) names all kinds; nothing else asks which kind a project is of.
 */
export interface WorkbenchTask {
  readonly kind: TaskKind
  /** Whether an image can be learned from or measured on. */
  isLabelled(image: ImageRecord, annotations: readonly AnnotationRecord[]): boolean
  /** The labels that a job learns; `classIndex` gives a class's place in the job's list. */
  labelsOf(annotations: readonly AnnotationRecord[], classIndex: ReadonlyMap<ClassId, number>): JobLabel[]
  /**
   * The labels as they count in an image of which only some parts are fully labelled. Left out: such parts mean nothing to this kind of task.
   */
  withinParts?(labels: readonly JobLabel[], parts: readonly RegionShape[]): JobLabel[]
  /** Whether a labelled image of the split `train` is learned from. */
  learnsFrom(labels: readonly JobLabel[]): boolean
  /** Where no validation image is of the kind that is learned from, some training images are held back for it (`holdBack`). */
  readonly holdsBack?: boolean
  /** The training samples as they are learned from, where that takes a look at all of them together. */
  settle?<S extends LabelledSample>(train: readonly S[]): S[]
  /** Said where no training image is labelled: what to do. */
  readonly firstStep: string
  /** Of one class: from how many labels on nothing is said. */
  readonly fewLabels: number
  /** What a person should know before the training, beside what holds for all tasks. */
  warnings(train: readonly ProjectSample[], val: readonly LabelledSample[], classes: readonly ClassRecord[]): string[]
  /** What becomes of that which is not labelled on training images that nobody called done; left out: such images have no parts to be labelled. */
  inWorkWarning?(images: number): string
  /** The score from which predictions count where nobody said otherwise. */
  readonly countedFrom: number
  /** Whether a shape is one of the things that are counted; left out: every one is. */
  counts?(shape: Shape): boolean
  /** Whether the objects have areas worth telling beside their number. */
  readonly measuresAreas: boolean
  /** An image is read in one step, so that it is judged as it was at one moment. */
  evaluate(evaluation: Evaluation): Steps<TaskReport>
  /** The model by whose threshold a run of several together is judged, as it was predicted; left out: the first of them. */
  together?(models: readonly [ModelRecord, ...ModelRecord[]]): ModelRecord
  /** Sets two runs against the same labels, image by image; both see it as it was at one moment. */
  compare(compared: Compared): Steps<ComparedRuns>
  /** Writes a run's predictions as CSV, with the columns that the command line promises. */
  writePredictions(file: string, run: PredictedRun): Promise<WrittenLabels>
  /** Which classes a project must share with a model from elsewhere, in their order; others that the model tells are added. */
  readonly sharedClasses: 'none' | 'first' | 'all'
  /** Classes and class names that a new project may have. Throws AppError `wrong-classes`. */
  checkClasses(names: readonly string[]): void
}

/** All objects of a run as a format writes them. */
export function objectsOf({ images, classes, predictionsOf }: PredictedRun): LabelSet {
  return { images, classes, objects: images.flatMap(predictionsOf) }
}

/** The images of which a run says something as wholes, with what it says. */
export function resultsByImage({ images, results }: PredictedRun): { image: ImageRecord; result: ImageResult }[] {
  const known = results()
  return images.flatMap((image) => {
    const result = known.get(image.id)
    return result === undefined ? [] : [{ image, result }]
  })
}
