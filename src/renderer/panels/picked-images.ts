import { type StoreApi } from 'zustand/vanilla'
import { type ImageId } from '#shared/records/ids.ts'
import { type Stores } from '../state/stores.ts'
import { type LibraryState } from './library-store.ts'

/** Images that are picked in the list, the open one among them, to be set or removed together; none where the open one is alone. */
export interface Picking {
  readonly picked: ReadonlySet<ImageId>
  readonly open: ImageId | null
}

/** What a click does to the list's images: opens one alone, turns one on or off beside the open one, or takes all from the open one on. */
export type PickHow = 'one' | 'toggle' | 'range'

export const howPicked = ({ shiftKey, ctrlKey, metaKey }: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): PickHow =>
  shiftKey ? 'range' : ctrlKey || metaKey ? 'toggle' : 'one'

const NONE: ReadonlySet<ImageId> = new Set()

/** What is picked after a click on an image; `listed`: those that the list shows, in its order. */
export function pickedTo(
  { picked: before, open }: Picking,
  listed: () => readonly ImageId[],
  id: ImageId,
  how: PickHow,
): ReadonlySet<ImageId> {
  if (how === 'one' || open === null) return NONE
  const picked = how === 'toggle' ? toggled(before, open, id) : rangeOf(listed(), open, id)
  return picked.size > 1 ? picked : NONE
}

function toggled(before: ReadonlySet<ImageId>, open: ImageId, id: ImageId): ReadonlySet<ImageId> {
  const picked = new Set([...before, open])
  if (id !== open && !picked.delete(id)) picked.add(id)
  return picked
}

function rangeOf(listed: readonly ImageId[], open: ImageId, id: ImageId): ReadonlySet<ImageId> {
  const [from, to] = [listed.indexOf(open), listed.indexOf(id)]
  return from < 0 || to < 0 ? new Set([open, id]) : new Set(listed.slice(Math.min(from, to), Math.max(from, to) + 1))
}

/** As soon as an image is open that is none of those picked, these are forgotten: they must not come back with the next of them that is opened. */
export function forgetPicked({ document }: Pick<Stores, 'document'>, library: StoreApi<Pick<LibraryState, 'picked'>>): void {
  document.subscribe(({ imageId }, before) => {
    if (imageId === before.imageId) return
    const { picked } = library.getState()
    if (picked.size > 0 && (imageId === null || !picked.has(imageId))) library.setState({ picked: NONE })
  })
}
