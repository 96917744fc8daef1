import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { type Clients } from '../state/clients.ts'
import { grownRuns } from '../state/document.ts'
import { type StoreSet } from '../state/stores.ts'

type Means = Pick<StoreSet, 'document' | 'predictions' | 'maps' | 'messages'>

/** What the chosen run drew over the open image is asked for whenever one of the two is another, or images joined the run. The returned function stops. */
export function followMaps({ document, predictions, maps, messages }: Means, { project }: Pick<Clients, 'project'>): () => void {
  const load = async (runId: RunId, imageId: ImageId): Promise<void> => {
    try {
      maps.arrive(runId, imageId, await project.result({ imageId, runId }))
    } catch (thrown) {
      messages.failed(t('Read the maps of the predictions'), thrown)
    }
  }
  const ask = ({ runId, imageId }: { readonly runId: RunId | null; readonly imageId: ImageId | null }): void => {
    if (runId !== null && imageId !== null) void load(runId, imageId)
  }
  const stops = [
    predictions.subscribe((now, before) => {
      if (now.runId === before.runId && now.imageId === before.imageId) return
      maps.await(now.runId, now.imageId)
      ask(now)
    }),
    document.subscribe((now, before) => {
      const { runId } = predictions.getState()
      if (runId !== null && grownRuns(now, before).has(runId)) ask(predictions.getState())
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
