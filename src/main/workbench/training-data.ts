import { createHash } from 'node:crypto'
import { squareMillimetres } from '#shared/areas.ts'
import type { JobLabel, JobSamples } from '#shared/contracts/job.ts'
import type { TrainingData } from '#shared/contracts/work.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import { regionPixels } from '#shared/geometry/regions.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ClassId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import type { LearnedObjects } from '#shared/records/model.ts'
import type { PredictionRecord } from '#shared/records/prediction.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import { say } from '#shared/i18n/say.ts'
import { tornGroupWarnings } from './group-notes.ts'
import { isLabelled, labelledParts } from './labelled-parts.ts'
import type { LabelledSample, WorkbenchTask } from './tasks/workbench-task.ts'
import { type Unfinished, unfinishedWarnings } from './unfinished-images.ts'

// What a model learns from: pure functions over the project's records, so that the same snapshot gives the same training.

/** An image with its annotations, and the path at which its file was found. */
export interface LabelledImage {
  readonly image: ImageRecord
  readonly path: string
  readonly annotations: readonly AnnotationRecord[]
  readonly regions?: readonly RegionRecord[]
  /** Of an image that is reviewed in part the predictions that are left to decide, doubtful ones too (unfinished-images.ts). */
  readonly open?: readonly PredictionRecord[]
}

/** Which split an image counts to; folds of a cross-validation say otherwise than the project. */
export type SplitOf = (image: ImageRecord) => ImageRecord['split']

interface Sample extends LabelledSample {
  readonly path: string
  readonly image: ImageRecord
  /** Labels of the whole image that would be learned if all of it counted. */
  readonly all: number
  readonly inPart: boolean
}

interface Parts {
  readonly train: readonly Sample[]
  readonly val: readonly Sample[]
  readonly test: readonly Sample[]
  readonly unsplit: readonly Sample[]
  /** Validation images that are left out, since they are reviewed in part. */
  readonly heldOut: number
}

/** Labelled images by their split, in the order of their ids. */
function partsOf(task: WorkbenchTask, labelled: readonly LabelledImage[], classes: readonly ClassRecord[], splitOf: SplitOf): Parts {
  const index = new Map(classes.map((c, i) => [c.id, i]))
  const known = labelled.map((l) => ({ ...l, parts: labelledParts(task, l.regions ?? []) }))
  const usable = known.filter((l) => isLabelled(task, l)).sort((a, b) => (a.image.id < b.image.id ? -1 : 1))
  const part = (split: ImageRecord['split']): Sample[] =>
    usable.filter((l) => splitOf(l.image) === split).map((l) => ({ ...l, inPart: l.open !== undefined, ...labelsOf(task, l, index) }))
  const judged = (split: 'val' | 'test'): Sample[] => part(split).filter(({ inPart }) => !inPart)
  const val = judged('val')
  return {
    train: part('train').filter(({ labels }) => task.learnsFrom(labels)),
    ...{ val, test: judged('test'), unsplit: part(null) },
    heldOut: part('val').length - val.length,
  }
}

/**
 * An image's labels as they are learned. What is still to be decided on is learned as the model says where it is sure enough for the object to
 * count, and nothing is learned where it doubts, unless a label lies over it: a model that goes on would else unlearn what it found by itself.
 * This is box-level active learning with pseudo-labels (Lyu et al. 2023, "Box-Level Active Detection").
 */
function labelsOf(
  task: WorkbenchTask,
  { annotations, open = [], parts }: LabelledImage & Pick<Sample, 'parts'>,
  index: ReadonlyMap<ClassId, number>,
): Pick<Sample, 'labels' | 'all'> {
  const known = task.labelsOf(annotations, index)
  const said = open.map(({ shape, classId, score }): JobLabel => {
    const classIndex = index.get(classId)
    return score < task.countedFrom || classIndex === undefined
      ? { shape, classIndex: classIndex ?? 0, ignore: true }
      : { shape, classIndex, ignore: false, guessed: true }
  })
  // What is drawn last lies above: a label over a guess, a guess over a doubt.
  const labels = [...said.filter(({ ignore }) => ignore), ...said.filter(({ ignore }) => !ignore), ...known]
  return {
    all: known.filter(({ ignore }) => !ignore).length,
    labels: parts === undefined ? labels : (task.withinParts?.(labels, parts) ?? labels),
  }
}

/** Whether a label is learned and a person's own. */
const isLearnedLabel = ({ ignore, guessed }: JobLabel): boolean => !ignore && guessed !== true

const ownSplit: SplitOf = ({ split }) => split

/** The samples of a training job. */
export function samplesOf(
  task: WorkbenchTask,
  labelled: readonly LabelledImage[],
  classes: readonly ClassRecord[],
  splitOf: SplitOf = ownSplit,
): JobSamples {
  const { train, val } = partsOf(task, labelled, classes, splitOf)
  const settled = task.settle?.(train) ?? train
  const sample = ({ image: { id, width, height, micronsPerPixel }, path, labels, parts }: Sample) => ({
    ...{ id, path, width, height, micronsPerPixel },
    labels: [...labels],
    ...(parts === undefined ? {} : { regions: parts }),
  })
  return { task: task.kind, classes: classes.map((c) => c.name), train: settled.map(sample), val: val.map(sample) }
}

/** How many objects of each class a training learns from and is validated on, by the classes' order. */
export function learnedOf({ classes, train, val }: JobSamples): LearnedObjects[] {
  const count = (part: JobSamples['train'], classIndex: number, isMeant: (label: JobLabel) => boolean): number =>
    part.reduce((sum, { labels }) => sum + labels.filter((label) => label.classIndex === classIndex && isMeant(label)).length, 0)
  return classes.map((name, i) => ({
    name,
    train: count(train, i, isLearnedLabel),
    val: count(val, i, isLearnedLabel),
    guessed: count(train, i, ({ guessed }) => guessed === true),
  }))
}

/** sha256 over the content of the files and the ids and revisions of the annotations and regions, and what is undecided: two trainings with the same hash learned from the same data. */
export function dataHash(labelled: readonly LabelledImage[], splitOf: SplitOf = ownSplit): string {
  const lines = labelled.flatMap(({ image, annotations, regions = [], open = [] }) => [
    `${image.sha256} ${splitOf(image) ?? '-'}`,
    ...open.map(({ id }) => `${image.sha256} undecided ${id}`),
    ...[...annotations, ...regions].map((a) => `${image.sha256} ${a.id} ${a.updatedAt}`),
  ])
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

const FEW_IMAGES = 10

/** What would be learned from and what stands in the way, in words for a person. */
export function trainingDataOf(
  task: WorkbenchTask,
  labelled: readonly LabelledImage[],
  classes: readonly ClassRecord[],
): Omit<TrainingData, 'divisible'> {
  const parts = partsOf(task, labelled, classes, ownSplit)
  const count = (part: readonly Sample[], classIndex: number): number =>
    part.reduce((sum, s) => sum + s.labels.filter((l) => l.classIndex === classIndex && isLearnedLabel(l)).length, 0)
  const { train, val, test, unsplit } = parts
  const learned = comesSplit(unsplit) ? [...train, ...unsplit] : train
  const perClass = classes.map((c, i) => ({
    name: c.name,
    ...{ train: count(train, i), val: count(val, i), test: count(test, i), unsplit: count(unsplit, i) },
    examples: examplesOf([train, unsplit, val].find((part) => count(part, i) > 0) ?? [], i),
  }))
  const warnings = [
    ...warningsOf(task, parts),
    ...regionWarnings(task, labelled, parts),
    ...classWarnings(task, parts, perClass),
    ...tornGroupWarnings(labelled.map(({ image }) => image)),
    ...unfinishedWarnings(task, { ...unfinishedAmong(learned), heldOut: parts.heldOut }),
    ...task.warnings(learned, val, classes),
  ]
  return {
    train: train.length,
    val: val.length,
    test: test.length,
    unsplit: unsplit.length,
    perClass,
    regions: learnedRegions(parts),
    warnings,
  }
}

/** Which of the training images nobody called done, those that are empty or labelled by regions aside. */
function unfinishedAmong(learned: readonly Sample[]): Pick<Unfinished, 'inWork' | 'inPart'> {
  const open = learned.filter(({ image, all, parts }) => parts === undefined && !isFinished(image) && all > 0)
  const inPart = open.filter((sample) => sample.inPart).length
  return { inWork: open.length - inPart, inPart }
}

/** Fully labelled regions of the images that are learned from; null where none has a region. The area is null where an image's scale is not known. */
function learnedRegions({ train, unsplit }: Parts): TrainingData['regions'] {
  const inParts = [...train, ...unsplit].flatMap(({ image, parts }) => (parts === undefined ? [] : [{ image, parts }]))
  if (inParts.length === 0) return null
  const areas = inParts.map(({ image, parts }) => ({ image, pixels: regionPixels(parts, image) }))
  const calibrated = areas.map(({ image: { micronsPerPixel }, pixels }) => squareMillimetres(pixels, micronsPerPixel))
  return {
    images: inParts.length,
    regions: inParts.reduce((sum, { parts }) => sum + parts.length, 0),
    pixels: areas.reduce((sum, { pixels }) => sum + pixels, 0),
    squareMillimetres: calibrated.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0),
  }
}

/** What regions keep from being learned from. */
function regionWarnings(task: WorkbenchTask, labelled: readonly LabelledImage[], { train, val, unsplit }: Parts): string[] {
  const known = labelled.filter(({ image }) => image.split !== 'test').map(({ regions = [] }) => labelledParts(task, regions))
  const unsaid = known.filter((parts) => parts?.length === 0).length
  const outside = [...train, ...val, ...unsplit].reduce(
    (sum, { parts, labels, all }) => sum + (parts === undefined ? 0 : all - labels.filter(({ ignore }) => !ignore).length),
    0,
  )
  return [
    ...(unsaid === 0
      ? []
      : [
          say('{{count}} images with regions, none of which is marked as fully labelled: nothing is learned from them.', { count: unsaid }),
        ]),
    ...(outside === 0
      ? []
      : [say('{{count}} labels outside of fully labelled regions: nothing is learned from them.', { count: outside })]),
  ]
}

const EXAMPLES = 6

/** Labels of a class to look at, from images spread over all that have it. */
function examplesOf(part: readonly Sample[], classIndex: number): TrainingData['perClass'][number]['examples'] {
  const having = part.flatMap(({ image, labels }) => {
    const own = labels.filter((label) => label.classIndex === classIndex && isLearnedLabel(label))
    return own.length === 0 ? [] : [{ imageId: image.id, own }]
  })
  const spread =
    having.length <= EXAMPLES ? having : Array.from({ length: EXAMPLES }, (_, i) => having[Math.floor((i * having.length) / EXAMPLES)]!)
  // The first label of each image, then the second of each, until there are enough.
  const rounds = Array.from({ length: EXAMPLES }, (_, round) =>
    spread.flatMap(({ imageId, own }) => (own[round] ? [{ imageId, label: own[round] }] : [])),
  )
  return rounds
    .flat()
    .slice(0, EXAMPLES)
    .map(({ imageId, label: { shape } }) => ({ imageId, bounds: isPlaced(shape) ? shapeBounds(shape) : null }))
}

/** Images without a split are divided when the training starts, where there are two of them: most are learned from. */
const comesSplit = (unsplit: readonly Sample[]): boolean => unsplit.length > 1

function warningsOf(task: WorkbenchTask, { train, val, unsplit }: Parts): string[] {
  const warnings: string[] = []
  const learned = train.length + (comesSplit(unsplit) ? unsplit.length : 0)
  if (learned === 0) warnings.push(say('No labelled training images yet: label some images first.'))
  else if (learned < FEW_IMAGES)
    warnings.push(say('Only {{count}} training images: {{enough}} or more give a steadier model.', { count: learned, enough: FEW_IMAGES }))
  // Where images are held back, the task itself says so.
  if (val.length === 0 && !comesSplit(unsplit) && task.holdsBack !== true)
    warnings.push(say('No labelled validation images: the best epoch cannot be told, the last one is kept.'))
  return warnings
}

function classWarnings(task: WorkbenchTask, { train, val }: Parts, perClass: TrainingData['perClass']): string[] {
  return perClass.flatMap((c, index) => {
    const learned = task.learnsFrom([{ shape: { type: 'image' }, classIndex: index, ignore: false }])
    const warnings: string[] = []
    const labels = c.train + c.unsplit
    if (learned && train.length > 0 && labels === 0)
      warnings.push(say('{{name}} is not labelled in any training image: it cannot be learned.', { name: c.name }))
    else if (labels > 0 && labels < task.fewLabels)
      warnings.push(
        say('{{name}} has only {{count}} labels to learn from: {{enough}} or more are better.', {
          name: c.name,
          count: labels,
          enough: task.fewLabels,
        }),
      )
    if (val.length > 0 && c.val === 0 && c.train > 0)
      warnings.push(say('{{name}} is missing in the validation images: its score cannot be told.', { name: c.name }))
    return warnings
  })
}
