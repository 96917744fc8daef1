import { z } from 'zod'
import { imageId, runId } from '#shared/records/ids.ts'
import { displayMemory, displayMemoryOf } from '../state/display-memory.ts'
import { mapMemory, mapMemoryOf, mapsRemembered } from '../maps/map-memory.ts'
import { draftCorners, draftsOf, polygonIn } from '../tools/drafts.ts'
import { type Stores } from '../state/stores.ts'
import { type ObjectId } from '../viewer/scene.ts'
import { type LibraryStore } from '../panels/library-store.ts'
import { type CountStore } from '../count/count-store.ts'
import { type LabelStore } from '../labels/label-store.ts'
import { type ShellStore } from './shell-store.ts'

/** At most so many selected objects are remembered. */
const REMEMBERED_SELECTION = 50

/** How a project was left, as it is stored with the project. Every part may be missing: another version wrote it, or nobody did. */
const viewMemory = z.object({
  place: z.enum(['label', 'train', 'review', 'count']).optional().catch(undefined),
  left: z.boolean().optional().catch(undefined),
  right: z.boolean().optional().catch(undefined),
  imageId: imageId.nullable().optional().catch(undefined),
  runId: runId.nullable().optional().catch(undefined),
  threshold: z.number().min(0).max(1).optional().catch(undefined),
  view: z.object({ zoom: z.number().positive(), x: z.number(), y: z.number() }).nullable().optional().catch(undefined),
  /** Degrees by which the view is turned. */
  angle: z.number().optional().catch(undefined),
  selected: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
  sort: z.enum(['name', 'state', 'count', 'doubt']).optional().catch(undefined),
  descending: z.boolean().optional().catch(undefined),
  gallery: z.boolean().optional().catch(undefined),
  /** What Count counts, and predictions of which score. */
  counted: z
    .object({ kind: z.enum(['truth', 'predictions', 'corrected']), score: z.number().min(0).max(1) })
    .optional()
    .catch(undefined),
  map: mapMemory.optional().catch(undefined),
  snapping: z.boolean().optional().catch(undefined),
  display: displayMemory.optional().catch(undefined),
  /** Corners of polygons that were left unfinished, by image. */
  drafts: z.record(z.string(), z.array(z.number()).max(20_000)).optional().catch(undefined),
})
export type ViewMemory = z.infer<typeof viewMemory>

export interface Remembered {
  readonly stores: Stores
  readonly shell: ShellStore
  readonly library: LibraryStore
  readonly labels: LabelStore
  readonly count: CountStore
}

export function readMemory(stored: unknown): ViewMemory {
  return viewMemory.catch({}).parse(stored)
}

/** The first of many, without a look at the others. */
function firstOf<T>(all: Iterable<T>, most: number): T[] {
  const first: T[] = []
  for (const one of all) if (first.push(one) >= most) break
  return first
}

/** How the project looks now. */
export function memoryOf({ stores, shell, library, labels, count }: Remembered): Record<string, unknown> {
  const { place, left, right } = shell.getState()
  const { view, fitted, imageId: seen } = stores.view.getState()
  const open = stores.document.getState().imageId
  const { onShow, threshold } = stores.predictions.getState()
  const { sort, descending } = library.getState()
  const { kind, score } = count.getState()
  return {
    place,
    left,
    right,
    imageId: open,
    runId: onShow,
    threshold,
    view: fitted || seen !== open ? null : { zoom: view.zoom, x: view.centre.x, y: view.centre.y },
    angle: seen === open ? view.angle : 0,
    selected: firstOf(stores.selection.getState().selected, REMEMBERED_SELECTION),
    sort,
    descending,
    gallery: labels.getState().gallery,
    counted: { kind, score },
    map: mapMemoryOf(stores.maps.getState()),
    snapping: stores.tool.getState().snapping,
    display: displayMemoryOf(stores.display.getState()),
    drafts: draftCorners(stores),
  }
}

/** Brings back how the project was left: place and panels, run, image with its view and selection. */
export async function restore({ stores, shell, library, labels, count }: Remembered, memory: ViewMemory): Promise<void> {
  const { place = 'label', left = true, right = true, threshold, sort = 'name', descending = false, gallery = false } = memory
  shell.setState({ place, left, right })
  library.set({ sort, descending })
  labels.setState({ gallery })
  count.setState(memory.counted ?? {})
  const { wish, looks } = mapsRemembered(memory.map)
  stores.maps.restore(wish, looks)
  stores.tool.setSnapping(memory.snapping ?? false)
  if (threshold !== undefined) stores.predictions.setThreshold(threshold)
  stores.gesture.setState({ drafts: draftsOf(memory.drafts ?? {}) })
  const { images, runs } = stores.document.getState()
  const run = runs.find(({ id }) => id === memory.runId)
  if (run) await stores.actions.chooseRun(run.id)
  // The person may have opened one meanwhile.
  if (stores.document.getState().imageId !== null) return
  const image = images.find(({ id }) => id === memory.imageId) ?? images[0]
  if (!image) return
  const opening = stores.actions.openImage(image.id)
  if (image.id === memory.imageId) {
    const { view: seen, angle = 0 } = memory
    if (seen) stores.view.set({ zoom: seen.zoom, centre: { x: seen.x, y: seen.y }, angle })
    else stores.view.turnTo(angle)
  }
  await opening
  // In Review what is asked about is selected.
  if (shell.getState().place === 'review' || stores.document.getState().imageId !== image.id) return
  const { byId } = stores.scene.getState().scene
  const selected = (memory.selected ?? []).filter((id): id is ObjectId => byId.has(id as ObjectId))
  if (image.id === memory.imageId && selected.length > 0) stores.selection.select(selected)
}

/** Milliseconds of calm after which the view is stored. */
const CALM = 600

/** Stores at once how the open project looks: before it is left. */
export async function remember(remembered: Remembered): Promise<void> {
  const { document, clients } = remembered.stores
  if (document.getState().project === null) return
  // How a project looked is no work: failing to store it is not worth a word.
  await clients.project.saveView({ view: memoryOf(remembered) }).catch(() => undefined)
}

/** Stores how the project looks whenever that changed, and when the window closes; the returned function stops. */
export function keepMemory(remembered: Remembered): () => void {
  const { stores, shell, library, labels, count } = remembered
  let timer: ReturnType<typeof setTimeout> | null = null
  const save = (): void => {
    timer = null
    void remember(remembered)
  }
  const leave = (): void => {
    if (timer !== null) clearTimeout(timer)
    save()
  }
  window.addEventListener('pagehide', leave)
  const stopHearing = stores.clients.app.onLeaving(leave)
  const later = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(save, CALM)
  }
  const stops = [stores.view, shell, library, labels, stores.predictions, stores.selection, stores.maps, stores.display].map((store) =>
    store.subscribe(later),
  )
  stops.push(
    count.subscribe((state, before) => {
      if (state.kind !== before.kind || state.score !== before.score) later()
    }),
    stores.tool.subscribe((state, before) => {
      if (state.snapping !== before.snapping) later()
    }),
    // The pointer's way is no change of how the project looks; a corner is.
    stores.gesture.subscribe((state, before) => {
      if (state.drafts !== before.drafts || polygonIn(state.gesture)?.corners.length !== polygonIn(before.gesture)?.corners.length) later()
    }),
  )
  return () => {
    for (const stop of stops) stop()
    window.removeEventListener('pagehide', leave)
    stopHearing()
    if (timer !== null) clearTimeout(timer)
  }
}
