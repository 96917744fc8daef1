import { createHash } from 'node:crypto'
import type { JobSamples } from '#shared/contracts/job.ts'
import type { TrainingData } from '#shared/contracts/work.ts'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ImageRecord } from '#shared/records/image.ts'

// What a detector learns from: pure functions over the project's records, so that the same snapshot gives the same training.

/** An image with its annotations, and the path at which its file was found. */
export interface LabelledImage {
  readonly image: ImageRecord
  readonly path: string
  readonly annotations: readonly AnnotationRecord[]
}

/** Labelled = it carries a box, or a person declared it done: an empty field is a true negative only then. */
export function isLabelled(image: ImageRecord, annotations: readonly AnnotationRecord[]): boolean {
  return annotations.some((a) => a.shape.type === 'box') || image.state === 'done' || image.state === 'reviewed'
}

type Sample = JobSamples['train'][number]

function sampleOf({ image, path, annotations }: LabelledImage, classIndex: ReadonlyMap<string, number>): Sample {
  const labels = annotations.flatMap((annotation) => {
    const index = classIndex.get(annotation.classId)
    if (annotation.shape.type !== 'box' || index === undefined) return []
    // A crowd or a difficult object is neither learned nor punished.
    return [{ box: annotation.shape, classIndex: index, ignore: annotation.crowd || annotation.difficult }]
  })
  return { id: image.id, path, width: image.width, height: image.height, labels }
}

/** The samples of a training job: labelled images of the splits `train` and `val`, in the order of their ids. */
export function samplesOf(labelled: readonly LabelledImage[], classes: readonly ClassRecord[]): JobSamples {
  const index = new Map(classes.map((c, i) => [c.id as string, i]))
  const usable = labelled.filter((l) => isLabelled(l.image, l.annotations)).sort((a, b) => (a.image.id < b.image.id ? -1 : 1))
  const part = (split: 'train' | 'val'): Sample[] => usable.filter((l) => l.image.split === split).map((l) => sampleOf(l, index))
  return { classes: classes.map((c) => c.name), train: part('train'), val: part('val') }
}

/** sha256 over the content of the files and the ids and revisions of the annotations: two trainings with the same hash learned from the same data. */
export function dataHash(labelled: readonly LabelledImage[]): string {
  const lines = labelled.flatMap(({ image, annotations }) => [
    `${image.sha256} ${image.split ?? '-'}`,
    ...annotations.map((a) => `${image.sha256} ${a.id} ${a.updatedAt}`),
  ])
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

const FEW_IMAGES = 10
const FEW_LABELS = 20

/** What would be learned from and what stands in the way, in words for a person. */
export function trainingDataOf(labelled: readonly LabelledImage[], classes: readonly ClassRecord[]): TrainingData {
  const samples = samplesOf(labelled, classes)
  const count = (part: readonly Sample[], classIndex: number): number =>
    part.reduce((sum, s) => sum + s.labels.filter((l) => l.classIndex === classIndex && !l.ignore).length, 0)
  const perClass = classes.map((c, i) => ({ name: c.name, train: count(samples.train, i), val: count(samples.val, i) }))
  return { train: samples.train.length, val: samples.val.length, perClass, warnings: warningsOf(labelled, samples, perClass) }
}

function warningsOf(labelled: readonly LabelledImage[], samples: JobSamples, perClass: TrainingData['perClass']): string[] {
  const warnings: string[] = []
  if (samples.train.length === 0) warnings.push('No labelled training images yet: label some images first.')
  else if (samples.train.length < FEW_IMAGES)
    warnings.push(`Only ${samples.train.length} training images: ${FEW_IMAGES} or more give a steadier model.`)
  if (samples.val.length === 0) warnings.push('No labelled validation images: the best epoch cannot be told, the last one is kept.')
  for (const c of perClass) {
    if (samples.train.length > 0 && c.train === 0) warnings.push(`${c.name} is not labelled in any training image: it cannot be learned.`)
    else if (c.train > 0 && c.train < FEW_LABELS) warnings.push(`${c.name} has only ${c.train} labels.`)
    if (samples.val.length > 0 && c.val === 0 && c.train > 0)
      warnings.push(`${c.name} is missing in the validation images: its score cannot be told.`)
  }
  warnings.push(...leaks(labelled))
  const inWork = labelled.filter((l) => l.image.state === 'in-work' && l.image.split === 'train' && l.annotations.length > 0).length
  if (inWork > 0) warnings.push(`${inWork} training images are still in work: what is not labelled there is learned as background.`)
  return warnings
}

/** Groups (slides, patients) that stand on both sides of the split. */
function leaks(labelled: readonly LabelledImage[]): string[] {
  const sides = new Map<string, Set<string>>()
  for (const { image } of labelled) {
    if (image.group === null || image.split === null) continue
    sides.set(image.group, (sides.get(image.group) ?? new Set()).add(image.split))
  }
  const torn = [...sides].filter(([, splits]) => splits.size > 1).map(([group]) => group)
  if (torn.length === 0) return []
  return [`${torn.length} groups stand in more than one split (${torn.slice(0, 3).join(', ')}): scores will look better than they are.`]
}
