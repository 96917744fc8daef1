import { createStore, type StoreApi } from 'zustand/vanilla'
import { type Change, type Edit } from '#shared/records/edit.ts'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { type ImageResult } from '#shared/records/prediction.ts'
import { t } from '#shared/i18n/translate.ts'
import { type StoreSet } from '../state/stores.ts'
import { type ProjectClient } from '../state/clients.ts'
import {
  NOTHING_SELECTED,
  selectedTo,
  type GalleryFilter,
  type GallerySelection,
  type GallerySort,
  type SelectHow,
} from './gallery-list.ts'
import { labelsAfter, type Labels } from './label-edits.ts'
import { labelsImages } from './said.ts'

/** The labels of images as wholes, what a run says of them, and the gallery over both. Empty for tasks that label objects. */
export interface LabelState extends GallerySelection {
  readonly labels: Labels
  /** The run whose word on images is held. */
  readonly runId: RunId | null
  readonly results: readonly ImageResult[]
  /** Label shows the gallery in place of the one image. */
  readonly gallery: boolean
  readonly filter: GalleryFilter
  readonly sort: GallerySort
}

export function emptyLabels(): LabelState {
  return { ...NOTHING_SELECTED, labels: new Map(), runId: null, results: [], gallery: false, filter: { kind: 'all' }, sort: 'list' }
}

/** Labels that were made, changed or taken away anywhere. */
export function labelsChanged(labels: Labels, { diff }: Pick<Change, 'diff'>): Labels {
  const { added, updated, removed, amended } = diff.annotations
  const facts = new Map(amended.map(({ id, to }) => [id, to]))
  const told = [...labels.values()].filter(({ id }) => facts.has(id)).map((label) => ({ ...label, ...facts.get(label.id) }))
  const put = [...added, ...updated.map(([, after]) => after), ...told]
  const isLabel = ({ shape }: (typeof put)[number]): boolean => shape.type === 'image'
  if (![...put, ...removed].some(isLabel)) return labels
  const gone = new Set(removed.map(({ id }) => id))
  return labelsAfter(new Map([...labels].filter(([, { id }]) => !gone.has(id))), { put: { annotations: put }, remove: {} })
}

export type LabelStore = StoreApi<LabelState> & {
  /** Shows an edit of labels before main answered. */
  readonly foresee: (edit: Pick<Edit, 'put' | 'remove'>) => void
  /** Reads all labels: after a project opened, and where what was foreseen did not come. */
  readonly readLabels: () => Promise<void>
  readonly readResults: (runId: RunId | null) => Promise<void>
  readonly select: (ids: readonly ImageId[], id: ImageId, how: SelectHow) => void
  readonly showOnly: (filter: GalleryFilter) => void
  readonly dispose: () => void
}

type Followed = Pick<StoreSet, 'document' | 'predictions' | 'messages'>

export function createLabelStore(project: ProjectClient, { document, predictions, messages }: Followed): LabelStore {
  const store = createStore<LabelState>(emptyLabels)
  const isWanted = (): boolean => labelsImages(document.getState().project?.task)
  const folder = (): string | undefined => document.getState().project?.folder
  const readLabels = async (): Promise<void> => {
    const wanted = folder()
    const labels = await project.labels({})
    if (folder() === wanted) store.setState({ labels: new Map(labels.map((label) => [label.imageId, label])) })
  }
  const readResults = async (runId: RunId | null): Promise<void> => {
    store.setState({ runId, results: [] })
    if (runId === null) return
    const results = await project.results({ runId })
    if (store.getState().runId === runId) store.setState({ results })
  }
  const told = (doing: string, work: Promise<void>): void => {
    work.catch((thrown: unknown) => {
      messages.failed(doing, thrown)
    })
  }
  const stops = [
    project.onChanged((change) => {
      store.setState(({ labels }) => ({ labels: labelsChanged(labels, change) }))
    }),
    project.onReload(() => {
      if (!isWanted()) return
      told(t('Read the labels'), readLabels())
      // The run may have grown.
      told(t('Read the predictions'), readResults(predictions.getState().runId))
    }),
    document.subscribe((now, before) => {
      if (now.project?.folder === before.project?.folder) return
      store.setState(emptyLabels())
      if (!isWanted()) return
      told(t('Read the labels'), readLabels())
      told(t('Read the predictions'), readResults(predictions.getState().runId))
    }),
    predictions.subscribe(({ runId }, before) => {
      if (runId !== before.runId && isWanted()) told(t('Read the predictions'), readResults(runId))
    }),
  ]
  return Object.assign(store, {
    foresee: (edit: Pick<Edit, 'put' | 'remove'>) => {
      store.setState(({ labels }) => ({ labels: labelsAfter(labels, edit) }))
    },
    readLabels,
    readResults,
    select: (ids: readonly ImageId[], id: ImageId, how: SelectHow) => {
      store.setState((state) => selectedTo(state, ids, id, how))
    },
    showOnly: (filter: GalleryFilter) => {
      store.setState({ ...NOTHING_SELECTED, filter, gallery: true })
    },
    dispose: () => {
      for (const stop of stops) stop()
    },
  })
}
