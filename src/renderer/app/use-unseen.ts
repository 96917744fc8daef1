import { useEffect, useState } from 'react'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from './context.ts'

interface Unseen {
  readonly runId: RunId | null
  readonly images: readonly ImageId[]
}

const NOTHING: Unseen = { runId: null, images: [] }

/** How many images a run has looked at: further ones may join it. */
export function useRunImages(runId: RunId | null): number {
  return useDocument(({ runs }) => runs.find(({ id }) => id === runId)?.images ?? 0)
}

/** The project's images that a run has not looked at; none until they are known. */
export function useUnseen(runId: RunId | null): readonly ImageId[] {
  const { stores } = useApp()
  const [unseen, setUnseen] = useState(NOTHING)
  const seen = useRunImages(runId)
  const images = useDocument((state) => state.images.length)
  const regions = useDocument(({ tables }) => tables.regions.size)
  useEffect(() => {
    if (runId === null) return
    let wanted = true
    stores.clients.project.unseenImages({ runId }).then(
      (ids) => {
        if (wanted) setUnseen({ runId, images: ids })
      },
      (thrown: unknown) => {
        if (wanted) stores.messages.failed(t('Read the predictions'), thrown)
      },
    )
    return () => {
      wanted = false
    }
  }, [stores, runId, seen, images, regions])
  return unseen.runId === runId ? unseen.images : NOTHING.images
}
