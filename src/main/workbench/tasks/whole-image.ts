import type { ImageRecord } from '#shared/records/image.ts'
import { imageLabel } from './image-labels.ts'
import type { PredictedRun } from './workbench-task.ts'

/** The class that a person gave the image as a whole; null where nobody did. */
export function labelledAs({ annotationsOf, classes }: PredictedRun, image: ImageRecord): string | null {
  const label = imageLabel(annotationsOf(image))
  return classes.find(({ id }) => id === label?.classId)?.name ?? null
}

/** The class that the run gave it, as the model called it; null where it gave none. */
export function calledAs({ predictionsOf, classes, model }: PredictedRun, image: ImageRecord): string | null {
  const said = predictionsOf(image).find(({ shape }) => shape.type === 'image')
  if (said === undefined) return null
  return [...model().classes, ...classes].find(({ id }) => id === said.classId)?.name ?? null
}
