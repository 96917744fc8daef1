import { t } from '#shared/i18n/translate.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Diff } from '#shared/records/edit.ts'
import { type ImageId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { ObjectTable } from '../objects/object-table.ts'
import { type Clients } from './clients.ts'
import { type DocumentState } from './document.ts'
import { readObjects, touches } from './image-objects.ts'
import { type PredictionsState } from './predictions.ts'
import { type StoreSet } from './stores.ts'

/** The objects of the image that is seen beside the open one: those of the open one where both are the same image, else its own. */
export interface BesideObjectsState extends Pick<PredictionsState, 'predictions' | 'threshold' | 'runId'> {
  readonly imageId: ImageId | null
  readonly tables: Pick<DocumentState['tables'], 'annotations' | 'images'>
  readonly decided: ReadonlySet<PredictionId>
}

const NOTHING: BesideObjectsState = {
  imageId: null,
  tables: { annotations: new ObjectTable(), images: new Map() },
  decided: new Set(),
  predictions: new ObjectTable(),
  threshold: 0.5,
  runId: null,
}

export const createBesideObjectsStore = (): StoreApi<BesideObjectsState> => createStore(() => NOTHING)

type Means = Pick<StoreSet, 'document' | 'predictions' | 'beside' | 'besideObjects' | 'messages'>

/** Keeps the second image's objects as they are; the returned function stops. */
export function followBesideObjects(stores: Means, { project }: Pick<Clients, 'project'>): () => void {
  const reader = new Following(stores, project)
  const follow = (): void => {
    reader.follow()
  }
  const { beside, document, predictions } = stores
  const stops = [
    beside.subscribe(follow),
    document.subscribe(follow),
    predictions.subscribe(follow),
    project.onChanged(({ diff }) => {
      reader.again(diff)
    }),
    project.onReload(() => {
      reader.again(null)
    }),
  ]
  return () => {
    reader.leave()
    for (const stop of stops) stop()
  }
}

class Following {
  readonly #stores: Means
  readonly #project: Clients['project']
  /** Another number for each reading: an older one that comes late is not shown. */
  #turn = 0
  #read: { readonly imageId: ImageId; readonly runId: RunId | null } | null = null

  constructor(stores: Means, project: Clients['project']) {
    this.#stores = stores
    this.#project = project
  }

  follow(): void {
    const { document, predictions, beside, besideObjects } = this.#stores
    const { imageId } = beside.getState()
    const { imageId: open, project, tables, decided } = document.getState()
    const { threshold, runId, predictions: guesses } = predictions.getState()
    if (imageId === null || project === null) {
      this.leave()
      if (besideObjects.getState().imageId !== null) besideObjects.setState(NOTHING)
    } else if (imageId === open) {
      this.leave()
      besideObjects.setState({ imageId, tables, decided, predictions: guesses, threshold, runId })
    } else {
      if (besideObjects.getState().threshold !== threshold) besideObjects.setState({ threshold })
      if (this.#read?.imageId === imageId && this.#read.runId === runId) return
      // Never the objects of one image on another.
      besideObjects.setState({ ...NOTHING, threshold })
      void this.#readAnew(imageId)
    }
  }

  /** Something changed: read anew where it is about what was read; null: about everything. */
  again(diff: Diff | null): void {
    if (this.#read !== null && (diff === null || touches(diff, this.#read.imageId))) void this.#readAnew(this.#read.imageId)
  }

  /** What is on its way is not wanted any more. */
  leave(): void {
    this.#turn++
    this.#read = null
  }

  async #readAnew(imageId: ImageId): Promise<void> {
    const { document, predictions, besideObjects, messages } = this.#stores
    const { runId } = predictions.getState()
    const turn = ++this.#turn
    this.#read = { imageId, runId }
    try {
      const { annotations, decisions, predictions: guesses } = await readObjects(this.#project, imageId, runId)
      if (turn !== this.#turn) return
      besideObjects.setState({
        imageId,
        tables: { annotations, images: document.getState().tables.images },
        decided: new Set(decisions.map(({ predictionId }) => predictionId)),
        predictions: guesses,
        runId,
      })
    } catch (thrown) {
      if (turn === this.#turn) messages.failed(t('Read the annotations of the image beside'), thrown)
    }
  }
}
