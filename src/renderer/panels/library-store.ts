import { createStore, type StoreApi } from 'zustand/vanilla'
import { type FlagRecord } from '#shared/records/flag.ts'
import { type ClassId, type FlagId, type ImageId, type RunId } from '#shared/records/ids.ts'
import { type ImageRecord, type ImageState } from '#shared/records/image.ts'
import { type Split } from '#shared/records/task.ts'
import { nameOrder } from '#shared/i18n/formats.ts'
import { type Names } from '../state/names.ts'
import { type ProjectClient } from '../state/clients.ts'

export type SortKey = 'name' | 'state' | 'count' | 'doubt'

/** Which images the list shows, and in which order. */
export interface ListSettings {
  readonly text: string
  readonly state: ImageState | 'all'
  readonly split: Split | 'none' | 'all'
  /** Only images with a flag on them or on something of theirs. */
  readonly flagged: boolean
  readonly sort: SortKey
  readonly descending: boolean
}

export interface LibraryState extends ListSettings {
  /** Uncertain predictions (score 0.3 to 0.7) an image; empty where no run exists. */
  readonly doubt: ReadonlyMap<ImageId, number>
  /** How often a thumbnail was made anew: an image that could not be shown is asked for again. */
  readonly thumbnails: ReadonlyMap<ImageId, number>
  /** Images that are picked together (`Picking`). */
  readonly picked: ReadonlySet<ImageId>
  /** Images whose file can't be found. */
  readonly missing: ReadonlySet<ImageId>
  /** An import that runs: how far it is. */
  readonly importing: { readonly done: number; readonly total: number; readonly name: string } | null
}

export const ALL_IMAGES: ListSettings = { text: '', state: 'all', split: 'all', flagged: false, sort: 'name', descending: false }

export function emptyLibrary(): LibraryState {
  return { ...ALL_IMAGES, doubt: new Map(), thumbnails: new Map(), missing: new Set(), picked: new Set(), importing: null }
}

export type Counts = ReadonlyMap<ImageId, ReadonlyMap<ClassId, number>>

/** All annotations of an image. */
export function totalOf(counts: Counts, id: ImageId): number {
  let total = 0
  for (const count of counts.get(id)?.values() ?? []) total += count
  return total
}

const STATE_ORDER: readonly ImageState[] = ['unlabelled', 'in-work', 'done', 'reviewed']
const names = nameOrder()

function matches(image: ImageRecord, { text, state, split }: ListSettings, shown: Shown): boolean {
  if (state !== 'all' && image.state !== state) return false
  if (split !== 'all' && (image.split ?? 'none') !== split) return false
  const wanted = text.trim().toLowerCase()
  return wanted === '' || [shown.of(image), shown.originOf(image) ?? ''].some((name) => name.toLowerCase().includes(wanted))
}

function rankOf(sort: SortKey, counts: Counts, doubt: LibraryState['doubt']): (image: ImageRecord) => number {
  switch (sort) {
    case 'name':
      return () => 0
    case 'state':
      return ({ state }) => STATE_ORDER.indexOf(state)
    case 'count':
      return ({ id }) => totalOf(counts, id)
    case 'doubt':
      return ({ id }) => doubt.get(id) ?? 0
  }
}

type Shown = Pick<Names, 'of' | 'originOf'>

/** Where only flagged images are asked for: those with a flag on them or on something of theirs. */
export function flaggedOnly(
  images: readonly ImageRecord[],
  flags: ReadonlyMap<FlagId, FlagRecord>,
  { flagged }: Pick<ListSettings, 'flagged'>,
): readonly ImageRecord[] {
  if (!flagged) return images
  const seen = new Set([...flags.values()].map(({ imageId }) => imageId))
  return images.filter(({ id }) => seen.has(id))
}

/** The images that the list shows, in its order; equals stand by the name that is shown (numbers in names by value). */
export function visibleImages(
  images: readonly ImageRecord[],
  counts: Counts,
  settings: ListSettings & Pick<LibraryState, 'doubt'>,
  shown: Shown,
): ImageRecord[] {
  const rank = rankOf(settings.sort, counts, settings.doubt)
  const sign = settings.descending ? -1 : 1
  return images
    .filter((image) => matches(image, settings, shown))
    .map((image) => ({ image, rank: rank(image), name: shown.of(image) }))
    .sort((a, b) => sign * (a.rank - b.rank || names.compare(a.name, b.name)) || (a.image.id < b.image.id ? -1 : 1))
    .map(({ image }) => image)
}

/** The image `step` places on from the open one, not beyond the ends; the first where none is open. */
export function neighbour(visible: readonly ImageRecord[], open: ImageId | null, step: 1 | -1): ImageRecord | null {
  const at = visible.findIndex(({ id }) => id === open)
  if (at < 0) return (step === 1 ? visible[0] : visible.at(-1)) ?? null
  return visible[at + step] ?? null
}

/** The next image after the open one that is not done yet, round the end; null where all are. */
export function nextUndone(visible: readonly ImageRecord[], open: ImageId | null): ImageRecord | null {
  const at = visible.findIndex(({ id }) => id === open)
  const rest = [...visible.slice(at + 1), ...visible.slice(0, Math.max(0, at))]
  return rest.find(({ state }) => state === 'unlabelled' || state === 'in-work') ?? null
}

export type LibraryStore = StoreApi<LibraryState> & {
  readonly set: (settings: Partial<ListSettings>) => void
  readonly clear: () => void
  readonly findMissing: () => Promise<void>
  /** Counts the uncertain predictions of a run that are still to be decided on, image by image; `images`: of these anew. */
  readonly measureDoubt: (run: RunId | null, images: readonly ImageId[] | null) => Promise<void>
  readonly found: (id: ImageId) => void
  readonly dispose: () => void
}

/** Scores between which a prediction is uncertain. */
const UNCERTAIN = { from: 0.3, to: 0.7 } as const

/** As Review asks: nothing on an image that is done, nothing that was decided on or that a label shows. The labels are in both numbers. */
async function doubtOf(project: ProjectClient, runId: RunId, images: readonly ImageId[] | null): Promise<ReadonlyMap<ImageId, number>> {
  const asked = images === null ? null : [...images]
  const [from, to] = await Promise.all(
    [UNCERTAIN.from, UNCERTAIN.to].map((score) => project.counts({ source: { kind: 'corrected', runId, score }, images: asked })),
  )
  const total = (counts: readonly { readonly count: number }[]): number => counts.reduce((sum, { count }) => sum + count, 0)
  const doubt = new Map((from ?? []).map(({ imageId, counts }) => [imageId, total(counts)]))
  for (const { imageId, counts } of to ?? []) doubt.set(imageId, (doubt.get(imageId) ?? 0) - total(counts))
  return doubt
}

/** Milliseconds for which thumbnails that are ready are gathered. */
const GATHER = 200

export function createLibraryStore(project: ProjectClient): LibraryStore {
  const store = createStore<LibraryState>(emptyLibrary)
  let ready = new Set<ImageId>()
  let measured: RunId | null = null
  const show = (): void => {
    const fresh = ready
    ready = new Set()
    store.setState(({ thumbnails }) => {
      const next = new Map(thumbnails)
      for (const id of fresh) next.set(id, (next.get(id) ?? 0) + 1)
      return { thumbnails: next }
    })
  }
  const showAgain = (id: ImageId): void => {
    if (ready.size === 0) setTimeout(show, GATHER)
    ready.add(id)
  }
  const stops = [
    project.onThumbnail(({ imageId }) => {
      showAgain(imageId)
    }),
    project.onImported((importing) => {
      store.setState({ importing: importing.done >= importing.total ? null : importing })
    }),
  ]
  return Object.assign(store, {
    set: (settings: Partial<ListSettings>) => {
      store.setState(settings)
    },
    clear: () => {
      store.setState(emptyLibrary())
    },
    findMissing: async () => {
      const missing = new Set(await project.missing({}))
      // Of those that are back the thumbnails are asked for again.
      for (const id of store.getState().missing) if (!missing.has(id)) showAgain(id)
      store.setState({ missing })
    },
    measureDoubt: async (run: RunId | null, images: readonly ImageId[] | null) => {
      measured = run
      const doubt = run === null ? new Map<ImageId, number>() : await doubtOf(project, run, images)
      // Of another run by now.
      if (run === measured) store.setState((state) => ({ doubt: images === null ? doubt : new Map([...state.doubt, ...doubt]) }))
    },
    found: (id: ImageId) => {
      store.setState(({ missing }) => ({ missing: new Set([...missing].filter((other) => other !== id)) }))
    },
    dispose: () => {
      for (const stop of stops) stop()
    },
  })
}
