import { createStore, type StoreApi } from 'zustand/vanilla'
import { createCommandRegistry, type CommandRegistry } from '../tools/command-registry.ts'
import { createActions, type Actions } from './actions.ts'
import { type Clients } from './clients.ts'
import { createMapStore, type MapStore } from '../maps/map-store.ts'
import { followMaps } from '../maps/follow-maps.ts'
import { createBesideStore, type BesideStore } from './beside.ts'
import { createBesideObjectsStore, followBesideObjects, type BesideObjectsState } from './beside-objects.ts'
import { createChannelsStore, type ChannelsStore } from './channels.ts'
import { createDisplayStore, type DisplayStore } from './display.ts'
import { emptyDocument, type DocumentState } from './document.ts'
import { createFilterStore, type FilterStore } from './filter.ts'
import { followFilter } from './filter-follow.ts'
import { followFilterRuns } from './filter-runs.ts'
import { createKeysStore, type KeysStore } from './keys.ts'
import { createGestureStore, type GestureStore } from './gesture-store.ts'
import { createMessagesStore, type MessagesStore } from './messages.ts'
import { createPredictionsStore, type PredictionsStore } from './predictions.ts'
import { createSceneStore, type SceneState } from './scene-store.ts'
import { createSelectionStore, type SelectionStore } from './selection.ts'
import { createPictureAhead, type PictureAhead } from '../viewer/picture-ahead.ts'
import { createToolStore, type ToolStore } from './tool.ts'
import { createViewStore, type ViewStore } from './view.ts'

/** The small stores of one window. Each is changed by its own functions only; what needs main goes through `actions`. */
export interface StoreSet {
  readonly document: StoreApi<DocumentState>
  readonly predictions: PredictionsStore
  readonly scene: StoreApi<SceneState>
  readonly selection: SelectionStore
  readonly tool: ToolStore
  readonly gesture: GestureStore
  readonly view: ViewStore
  readonly channels: ChannelsStore
  readonly beside: BesideStore
  readonly besideObjects: StoreApi<BesideObjectsState>
  /** What is drawn of them. */
  readonly besideScene: StoreApi<SceneState>
  readonly display: DisplayStore
  readonly filter: FilterStore
  readonly maps: MapStore
  readonly messages: MessagesStore
  readonly keys: KeysStore
}

export interface Stores extends StoreSet {
  readonly clients: Clients
  readonly actions: Actions
  readonly commands: CommandRegistry
  readonly pictureAhead: PictureAhead
  /** Stops listening to main. */
  readonly dispose: () => void
}

function createStoreSet(): StoreSet {
  const document = createStore<DocumentState>(emptyDocument)
  const predictions = createPredictionsStore()
  const display = createDisplayStore()
  const filter = createFilterStore()
  const view = createViewStore()
  const besideObjects = createBesideObjectsStore()
  return {
    document,
    predictions,
    display,
    filter,
    maps: createMapStore(),
    scene: createSceneStore({ document, predictions, display, filter }),
    selection: createSelectionStore(),
    tool: createToolStore(),
    gesture: createGestureStore(),
    view,
    channels: createChannelsStore(),
    beside: createBesideStore({ document, view }),
    besideObjects,
    besideScene: createSceneStore({ document: besideObjects, predictions: besideObjects, display, filter }),
    messages: createMessagesStore(),
    keys: createKeysStore(),
  }
}

/** What one store follows of another: selection keeps to objects that exist, the current class to classes that exist, the view to the open image. */
function link(set: StoreSet): void {
  const { document, scene, selection, tool, view } = set
  scene.subscribe((state) => {
    selection.prune(state.scene)
  })
  document.subscribe((state, before) => {
    if (state.classes !== before.classes) tool.keepClass(state.classes)
    if (state.project !== null && state.project.task !== before.project?.task) tool.keepTool(state.project.task)
    if (state.imageId === before.imageId) return
    selection.select([])
    const image = state.imageId === null ? undefined : state.tables.images.get(state.imageId)
    if (image) view.setImage(image.id, image)
  })
  followFilter(set)
}

/** The stores of a window, linked with each other and with main. */
export function createStores(clients: Clients): Stores {
  const set = createStoreSet()
  link(set)
  const { actions, dispose } = createActions(set, clients)
  const pictureAhead = createPictureAhead(clients)
  const stopMaps = followMaps(set, clients)
  const stopBeside = followBesideObjects(set, clients)
  const stopRuns = followFilterRuns(set, clients)
  const commands = createCommandRegistry()
  commands.register({ 'edit.undo': () => void actions.undo(), 'edit.redo': () => void actions.redo() })
  const disposeAll = (): void => {
    stopMaps()
    stopBeside()
    stopRuns()
    pictureAhead.clear()
    dispose()
  }
  return { ...set, clients, actions, commands, pictureAhead, dispose: disposeAll }
}
