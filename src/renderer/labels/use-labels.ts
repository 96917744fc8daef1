import { useMemo } from 'react'
import { useStore } from 'zustand'
import { type ClassId, type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useVisibleImages } from '../panels/visible-images.ts'
import { galleryImages } from './gallery-list.ts'
import { type LabelState } from './label-store.ts'
import { labelsImages, saidOf, type Said } from './said.ts'

export function useLabels<T>(select: (state: LabelState) => T): T {
  return useStore(useApp().labels, select)
}

/** Whether the open project labels images as wholes. */
export function useLabelsImages(): boolean {
  return useDocument(({ project }) => labelsImages(project?.task))
}

/** The model whose word on images is shown. */
export function useSayingModel(): ModelRecord | null {
  const runId = useLabels((state) => state.runId)
  return useDocument(({ runs, models }) => models.find(({ id }) => id === runs.find((run) => run.id === runId)?.modelId) ?? null)
}

const NOTHING_SAID: ReadonlyMap<ImageId, Said> = new Map()

/** What the run that is shown says of each image. */
export function useSaid(): ReadonlyMap<ImageId, Said> {
  const results = useLabels((state) => state.results)
  const classes = useDocument((state) => state.classes)
  const model = useSayingModel()
  return useMemo(() => (model === null ? NOTHING_SAID : saidOf(results, model, classes)), [results, model, classes])
}

/** The images that the gallery shows, in its order. */
export function useGalleryImages(said: ReadonlyMap<ImageId, Said>): ImageRecord[] {
  const visible = useVisibleImages()
  const labels = useLabels((state) => state.labels)
  const filter = useLabels((state) => state.filter)
  const sort = useLabels((state) => state.sort)
  return useMemo(
    () =>
      galleryImages(visible, {
        filter,
        sort,
        labelOf: (id) => labels.get(id)?.classId ?? null,
        saidOf: (id) => said.get(id),
      }),
    [visible, labels, filter, sort, said],
  )
}

/** The class that all images which are labelled now share; `several` where they differ, null where none has one. */
export function useSharedLabel(): ClassId | 'several' | null {
  const open = useDocument(({ imageId }) => imageId)
  return useLabels(({ gallery, selected, labels }) => {
    const ids = gallery ? [...selected] : open === null ? [] : [open]
    const found = new Set(ids.map((id) => labels.get(id)?.classId ?? null))
    return found.size > 1 ? 'several' : ([...found][0] ?? null)
  })
}
