import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { OpenProject } from './open-project.ts'
import { imageLabel } from './tasks/image-labels.ts'

/** A label that looks wrong to a model that did not learn from it. */
export interface LabelError {
  readonly imageId: ImageId
  readonly image: string
  /** What the label says, and how probable the model holds that, 0..1. */
  readonly label: string
  readonly labelScore: number
  /** What the model says, and how sure it is. */
  readonly said: string
  readonly saidScore: number
}

interface Case extends LabelError {
  readonly given: ClassId
  readonly likely: ClassId
}

/**
 * Labels of whole images that look wrong, by confident learning (Northcutt, Jiang & Chuang, JAIR 70, 2021): an image counts as of a class when
 * its out-of-fold probability of that class reaches the mean that images labelled so have; one that so counts as another class than its label,
 * and not as its label's, is named. The least probable label comes first. Other kinds of label are not looked at.
 */
export function findLabelErrors(project: OpenProject, images: readonly ImageRecord[], runOf: (image: ImageRecord) => RunId): LabelError[] {
  const { db } = project
  const classes = db.classes()
  const scored = images.flatMap((image) => {
    const label = imageLabel(db.annotationsOf(image.id))
    const run = project.run(runOf(image))
    const scores = db.resultOf(image.id, run.id)?.scores
    if (!label || !scores) return []
    const byClass = new Map(project.model(run.modelId).classes.map((c, i) => [c.id, scores[i] ?? 0]))
    return byClass.has(label.classId) ? [{ image, given: label.classId, byClass }] : []
  })
  const usual = new Map(
    classes.map(({ id }) => [id, meanOf(scored.filter(({ given }) => given === id).map(({ byClass }) => byClass.get(id)!))]),
  )
  const name = (id: ClassId): string => classes.find((c) => c.id === id)?.name ?? ''
  const cases = scored.flatMap(({ image, given, byClass }): Case[] => {
    const counted = [...byClass].filter(([id, score]) => score >= (usual.get(id) ?? Infinity))
    const [best] = counted.sort((a, b) => b[1] - a[1])
    if (!best || counted.some(([id]) => id === given)) return []
    const [likely, saidScore] = best
    return [
      {
        imageId: image.id,
        image: image.name,
        given,
        likely,
        label: name(given),
        labelScore: byClass.get(given)!,
        said: name(likely),
        saidScore,
      },
    ]
  })
  return cases
    .sort((a, b) => a.labelScore - b.labelScore)
    .map(({ imageId, image, label, labelScore, said, saidScore }) => ({ imageId, image, label, labelScore, said, saidScore }))
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? Infinity : values.reduce((a, b) => a + b, 0) / values.length
}
