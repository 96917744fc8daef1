import { createContext, useContext } from 'react'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useNames } from '../state/context.tsx'
import { openInLabel } from './open-in-label.ts'
import { type ObjectId } from '../viewer/scene.ts'

/** Whose answers a shown evaluation judges. */
export interface JudgedBy {
  /** The run that said it of an image; null where that is not known. */
  readonly runOf: (image: ImageId) => RunId | null
  /** One model; folds that predicted together; or models of folds, each of the images that it had not seen. */
  readonly by: 'model' | 'folds-together' | 'folds'
}

export const JudgedByContext = createContext<JudgedBy>({ runOf: () => null, by: 'model' })

export const useJudgedBy = (): JudgedBy['by'] => useContext(JudgedByContext).by

/** The names by which images of an evaluation are shown now, by their ids as its report has them. */
export function useJudgedNames(): (image: number | string) => string {
  const names = useNames()
  const images = useDocument(({ tables }) => tables.images)
  return (id) => {
    const image = images.get(String(id) as ImageId)
    return image ? names.of(image) : String(id)
  }
}

/** Opens an image of the evaluation in Label as it was judged: with the run that was, and an object selected where one is named. */
export function useOpenJudged(): (image: number | string, object?: { readonly id: ObjectId | null; readonly score: number }) => void {
  const app = useApp()
  const { runOf } = useContext(JudgedByContext)
  return (image, object) => {
    const runId = runOf(String(image) as ImageId)
    openInLabel(app, image, { object: object?.id ?? null, run: runId === null ? null : { runId, score: object?.score ?? 1 } })
  }
}
