import { type ImageId } from '#shared/records/ids.ts'

/** Images that are picked in the list beside the open one, to be set or removed together with it. */
export interface Picking {
  readonly picked: ReadonlySet<ImageId>
  readonly open: ImageId | null
}

/** What a click does to the list's images: opens one alone, turns one on or off beside the open one, or takes all from the open one on. */
export type PickHow = 'one' | 'toggle' | 'range'

export const howPicked = ({ shiftKey, ctrlKey, metaKey }: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): PickHow =>
  shiftKey ? 'range' : ctrlKey || metaKey ? 'toggle' : 'one'

/** Those that are picked now: the open one among them. As soon as an image is open that is none of them they are forgotten. */
export const pickedNow = ({ picked, open }: Picking): ReadonlySet<ImageId> =>
  open !== null && picked.has(open) && picked.size > 1 ? picked : NONE

const NONE: ReadonlySet<ImageId> = new Set()

/** What is picked after a click on an image; `listed`: those that the list shows, in its order. The open one is always among them. */
export function pickedTo(before: Picking, listed: readonly ImageId[], id: ImageId, how: PickHow): ReadonlySet<ImageId> {
  const { open } = before
  if (how === 'one' || open === null) return NONE
  if (how === 'toggle') {
    const picked = new Set([...pickedNow(before), open])
    if (id !== open && !picked.delete(id)) picked.add(id)
    return picked
  }
  const [from, to] = [listed.indexOf(open), listed.indexOf(id)]
  return from < 0 || to < 0 ? new Set([open, id]) : new Set(listed.slice(Math.min(from, to), Math.max(from, to) + 1))
}
