import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { type Clients } from '../state/clients.ts'
import { type StoreSet } from '../state/stores.ts'

type Means = Pick<StoreSet, 'predictions' | 'maps' | 'messages'>

/** What the chosen run drew over the open image is asked for whenever one of the two is another. The returned function stops. */
export function followMaps({ predictions, maps, messages }: Means, { project }: Pick<Clients, 'project'>): () => void {
  const load = async (runId: RunId, imageId: ImageId): Promise<void> => {
    try {
      maps.arrive(runId, imageId, await project.result({ imageId, runId }))
    } catch (thrown) {
      messages.failed(t('Read the maps of the predictions'), thrown)
    }
  }
  return predictions.subscribe(({ runId, imageId }, before) => {
    if (runId === before.runId && imageId === before.imageId) return
    maps.await(runId, imageId)
    if (runId !== null && imageId !== null) void load(runId, imageId)
  })
}
