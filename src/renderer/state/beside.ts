import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { inverse, relationOf, viewInStep, type Relation } from '../viewer/beside-geometry.ts'
import { type View } from '../viewer/view-geometry.ts'
import { openImageOf, type DocumentState } from './document.ts'
import { createViewStore, type ViewStore } from './view.ts'

/** A second image beside the open one, to be looked at: a serial section, or the same in another stain. */
export interface BesideState {
  /** Null where there is none. */
  readonly imageId: ImageId | null
  /** Both move in step. */
  readonly linked: boolean
  /** What of the open image belongs to what of the other. */
  readonly relation: Relation
}

export interface BesideActions {
  /** How the second image is seen. */
  readonly view: ViewStore
  readonly show: (imageId: ImageId) => void
  readonly close: () => void
  /** In step from here on, as both are seen now, or each for itself. */
  readonly link: (linked: boolean) => void
  /** In step again as at the beginning: the middles of both images together. */
  readonly align: () => void
  /** The view that a person wants of the second image: the first goes along where they move in step. */
  readonly move: (view: View) => void
}

export type BesideStore = StoreApi<BesideState> & BesideActions

interface Means {
  readonly document: StoreApi<DocumentState>
  /** How the open image is seen. */
  readonly view: ViewStore
}

const UPRIGHT: View = { zoom: 1, centre: { x: 0, y: 0 }, angle: 0 }

/** Follows the open image and its view as long as the window lives. */
export function createBesideStore({ document, view }: Means): BesideStore {
  const second = createViewStore()
  const store = createStore<BesideState>(() => ({ imageId: null, linked: true, relation: { from: UPRIGHT, to: UPRIGHT } }))
  const imageOf = (id: ImageId | null): ImageRecord | undefined => (id === null ? undefined : document.getState().tables.images.get(id))
  const follow = (): void => {
    const { imageId, linked, relation } = store.getState()
    // Not limited to the second image: the two would no longer be in step at its border.
    if (imageId !== null && linked) second.setState({ view: viewInStep(relation, view.getState().view), fitted: false })
  }
  const align = (): void => {
    const [first, other] = [openImageOf(document.getState()), imageOf(store.getState().imageId)]
    if (!first || !other) return
    store.setState({ linked: true, relation: relationOf(first, other) })
    follow()
  }
  const close = (): void => {
    store.setState({ imageId: null })
  }
  view.subscribe((state, before) => {
    if (state.view !== before.view) follow()
  })
  document.subscribe((state, before) => {
    const { imageId, linked } = store.getState()
    if (imageId !== null && !state.tables.images.has(imageId)) close()
    if (state.imageId !== before.imageId && linked) align()
  })
  return Object.assign(store, {
    view: second,
    show: (imageId: ImageId) => {
      const image = imageOf(imageId)
      if (!image) return
      store.setState({ imageId })
      second.setImage(imageId, image)
      align()
    },
    close,
    link: (linked: boolean) => {
      const relation = { from: view.getState().view, to: second.getState().view }
      store.setState(linked ? { linked, relation } : { linked })
    },
    align,
    move: (wanted: View) => {
      const { linked, relation } = store.getState()
      if (linked) view.set(viewInStep(inverse(relation), wanted))
      else second.set(wanted)
    },
  })
}
