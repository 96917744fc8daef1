import { t } from '#shared/i18n/translate.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { namesNow } from '../state/names.ts'
import { type Stores } from '../state/stores.ts'
import { IDLE, type Gesture, type OutlineGesture, type PolygonGesture } from './gesture.ts'

/** What is left unfinished on an image and goes on when it is open again. */
export type Unfinished = PolygonGesture | OutlineGesture

/** The polygon in the making that a gesture holds, as it can lie: no button is held. Null where there is none. */
export function polygonIn(gesture: Gesture): PolygonGesture | null {
  if (gesture.kind === 'pan') return polygonIn(gesture.then)
  return gesture.kind === 'polygon' ? { ...gesture, held: null, freehand: false } : null
}

/** What of a gesture can be laid aside, as it can lie: a polygon, or a smart outline of which something was found. Null where there is none. */
export function unfinishedIn(gesture: Gesture): Unfinished | null {
  if (gesture.kind === 'pan') return unfinishedIn(gesture.then)
  if (gesture.kind !== 'outline') return polygonIn(gesture)
  // An answer that is still waited for is of an image that is no longer seen.
  return gesture.found === null ? null : { ...gesture, held: null, waiting: false, ending: false }
}

/** Lays what is unfinished aside for its image; false where nothing is. */
export function layAside({ gesture, document, display, messages }: Stores, imageId: ImageId | null): boolean {
  const { gesture: now, drafts } = gesture.getState()
  const unfinished = unfinishedIn(now)
  if (unfinished === null || imageId === null) return false
  gesture.setState({ gesture: IDLE, drafts: new Map(drafts).set(imageId, unfinished) })
  const { project, tables } = document.getState()
  const image = tables.images.get(imageId)
  if (project !== null && image !== undefined)
    messages.hint(
      t('The outline that you began on {{name}} is kept.', { name: namesNow({ document, display }).of(image) }),
      t('It goes on where it was when you come back to the image.'),
    )
  return true
}

/** Goes on with what was laid aside for an image. */
export function takeUp({ gesture, tool }: Stores, imageId: ImageId | null): void {
  const { gesture: now, drafts } = gesture.getState()
  const unfinished = imageId === null ? undefined : drafts.get(imageId)
  if (unfinished === undefined || imageId === null || now.kind !== 'idle') return
  const rest = new Map(drafts)
  rest.delete(imageId)
  tool.pick(unfinished.kind === 'polygon' && unfinished.region === true ? 'region' : unfinished.kind)
  gesture.setState({ gesture: unfinished, drafts: rest })
}

type Corners = Readonly<Record<string, readonly number[]>>

/** The corners [x0, y0, x1, y1, ...] of every polygon in the making, by image: as they are stored with the project. */
export function draftCorners({ gesture, document }: Pick<Stores, 'gesture' | 'document'>): Corners {
  const { gesture: now, drafts } = gesture.getState()
  const { imageId } = document.getState()
  const running = polygonIn(now)
  const all = new Map(drafts)
  if (running && imageId !== null) all.set(imageId, running)
  // One that becomes a region is not kept: read again it would be taken for an object.
  const objects = [...all].flatMap(([id, draft]) =>
    draft.kind === 'polygon' && draft.region !== true ? [[id, draft.corners] as const] : [],
  )
  return Object.fromEntries(objects.map(([id, corners]) => [id, corners.flatMap(({ x, y }) => [x, y])]))
}

/** Polygons in the making from their corners. */
export function draftsOf(stored: Corners): ReadonlyMap<ImageId, PolygonGesture> {
  const drafts = new Map<ImageId, PolygonGesture>()
  for (const [id, numbers] of Object.entries(stored)) {
    const corners = Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }))
    const at = corners.at(-1)
    if (at) drafts.set(id as ImageId, { kind: 'polygon', corners, at, held: null, freehand: false, before: corners.length })
  }
  return drafts
}
