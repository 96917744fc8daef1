import { t } from '#shared/i18n/translate.ts'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { type Clients } from './clients.ts'
import { type StoreSet } from './stores.ts'

type Means = Pick<StoreSet, 'document' | 'beside' | 'filter' | 'messages'>

/** Asks main what the runs that the filter goes by found on the images that are seen, each once; the returned function stops. */
export function followFilterRuns({ document, beside, filter, messages }: Means, { project }: Pick<Clients, 'project'>): () => void {
  const asked = new Set<string>()
  const ask = async (imageId: ImageId, runId: RunId, key: string): Promise<void> => {
    asked.add(key)
    try {
      const { ids } = await project.predictionIds({ imageId, runId })
      if (asked.has(key)) filter.tellFound(imageId, runId, ids)
    } catch (thrown) {
      // Else nobody asks any more: the filter has ended, or the project was closed.
      if (asked.delete(key)) messages.failed(t('Read the predictions'), thrown)
    }
  }
  const follow = (): void => {
    const { runs } = filter.getState().filter
    if (runs === null) {
      asked.clear()
      return
    }
    const seen = new Set([document.getState().imageId, beside.getState().imageId])
    for (const imageId of seen)
      for (const runId of runs) {
        const key = `${String(imageId)} ${runId}`
        if (imageId !== null && !asked.has(key)) void ask(imageId, runId, key)
      }
  }
  const stops = [document, beside, filter].map((store) => store.subscribe(follow))
  return () => {
    asked.clear()
    for (const stop of stops) stop()
  }
}
