import { type ClassId, type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type Said } from './said.ts'

/** Which images the gallery shows. */
export type GalleryFilter =
  | { readonly kind: 'all' | 'unlabelled' | 'wrong' }
  | { readonly kind: 'class'; readonly classId: ClassId }
  /** Just these: the images behind a number in Count. */
  | { readonly kind: 'images'; readonly images: ReadonlySet<ImageId>; readonly title: string }

/** In the order of the image list, or the least sure first. */
export type GallerySort = 'list' | 'doubt'

export type LabelOf = (id: ImageId) => ClassId | null
export type SaidOf = (id: ImageId) => Said | undefined

function matches({ id }: ImageRecord, filter: GalleryFilter, labelOf: LabelOf, saidOf: SaidOf): boolean {
  const label = labelOf(id)
  switch (filter.kind) {
    case 'all':
      return true
    case 'unlabelled':
      return label === null
    case 'class':
      return label === filter.classId
    case 'images':
      return filter.images.has(id)
    case 'wrong': {
      const said = saidOf(id)?.classId ?? null
      return label !== null && said !== null && said !== label
    }
  }
}

interface GalleryQuery {
  readonly filter: GalleryFilter
  readonly sort: GallerySort
  readonly labelOf: LabelOf
  readonly saidOf: SaidOf
}

/** The images that the gallery shows, in its order; those of which nothing is said come last by doubt. */
export function galleryImages(images: readonly ImageRecord[], { filter, sort, labelOf, saidOf }: GalleryQuery): ImageRecord[] {
  const wanted = images.filter((image) => matches(image, filter, labelOf, saidOf))
  if (sort === 'list') return wanted
  const doubts = new Map(wanted.map(({ id }) => [id, saidOf(id)?.doubt ?? -1]))
  return wanted.sort((a, b) => doubts.get(b.id)! - doubts.get(a.id)!)
}

/** What is selected, the image that the keyboard is at, and the one from which Shift selects. */
export interface GallerySelection {
  readonly selected: ReadonlySet<ImageId>
  readonly cursor: ImageId | null
  readonly anchor: ImageId | null
}

export const NOTHING_SELECTED: GallerySelection = { selected: new Set(), cursor: null, anchor: null }

export type SelectHow = 'one' | 'range' | 'toggle'

/** Selects one image, all from the anchor to it, or turns it on or off beside the others. */
export function selectedTo(state: GallerySelection, ids: readonly ImageId[], id: ImageId, how: SelectHow): GallerySelection {
  if (how === 'toggle') {
    const selected = new Set(state.selected)
    if (!selected.delete(id)) selected.add(id)
    return { selected, cursor: id, anchor: id }
  }
  const from = how === 'range' && state.anchor !== null ? ids.indexOf(state.anchor) : -1
  if (from < 0) return { selected: new Set([id]), cursor: id, anchor: id }
  const to = ids.indexOf(id)
  return { selected: new Set(ids.slice(Math.min(from, to), Math.max(from, to) + 1)), cursor: id, anchor: state.anchor }
}

/** Where a key leads in a grid of so many columns; null for other keys. `page` is how many rows are seen. */
export function steppedTo(
  key: string,
  at: number,
  { count, columns, page }: { count: number; columns: number; page: number },
): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * page,
    PageDown: columns * page,
    Home: -count,
    End: count,
  }
  const step = steps[key]
  if (step === undefined || count === 0) return null
  if (at < 0) return 0
  const next = at + step
  // Up and down stay in their column where there is no row to go to.
  if ((key === 'ArrowUp' || key === 'ArrowDown') && (next < 0 || next >= count)) return at
  return Math.min(count - 1, Math.max(0, next))
}

/** The image after the last selected one that is not selected itself; else the one before the first; null where all are selected. */
export function afterSelected(ids: readonly ImageId[], selected: ReadonlySet<ImageId>): ImageId | null {
  const last = ids.findLastIndex((id) => selected.has(id))
  return ids.slice(last + 1).find((id) => !selected.has(id)) ?? ids.slice(0, Math.max(0, last)).findLast((id) => !selected.has(id)) ?? null
}
