import { say } from '#shared/i18n/say.ts'
import { t } from '#shared/i18n/translate.ts'
import { isLine } from '#shared/geometry/line.ts'
import { regionPixels } from '#shared/geometry/regions.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type Point } from '#shared/geometry/point.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import { type ClassId, type RegionId } from '#shared/records/ids.ts'
import { regionNames, type RegionRecord, type RegionShape } from '#shared/records/region.ts'
import { rowsOfList, type ObjectId } from '../objects/rows.ts'
import { regionsOf } from '../state/document.ts'
import { type Stores } from '../state/stores.ts'
import { boundsOf, isOutlined, nearestOnOutline, ringsOf } from '../viewer/area-outline.ts'
import { sceneOfParts, type Scene } from '../viewer/scene.ts'
import { isCornered, withoutCorner } from './corner-gesture.ts'
import { deedTo, type Deed } from './edits.ts'
import { type Effect, type GestureContext } from './gesture.ts'
import { targetIn } from './targets.ts'
import { picks } from './tool-set.ts'

// One region at a time can be moved and reshaped. Meanwhile gestures see it alone, as an object that is selected, so that handles, corners, keys and
// snapping are those of objects; what they want done is done to the region.

/** What the region is of while it is seen as an object. */
const CLASS = 'region of interest' as ClassId
/** CSS pixels from a region's line within which a click takes it. */
const LINE_REACH = 5

const idOf = ({ id }: RegionRecord): ObjectId => id as string as ObjectId

/** The region that is being moved and reshaped; null where none is. */
export function editedRegion({ document, gesture }: Pick<Stores, 'document' | 'gesture'>): RegionRecord | null {
  const { region } = gesture.getState()
  const { tables, imageId } = document.getState()
  const found = region === null ? undefined : tables.regions.get(region)
  return found?.imageId === imageId ? (found ?? null) : null
}

/** Begins to move and reshape a region, or ends it (null). Answers whether that changed anything. */
export function editRegion(stores: Stores, id: RegionId | null): boolean {
  const { gesture, document, selection, tool } = stores
  if (id === gesture.getState().region || (id !== null && document.getState().project?.readOnly !== '')) return false
  if (id !== null) {
    selection.select([])
    if (!picks(tool.getState().tool)) tool.pick('select')
  }
  gesture.setState({ region: id })
  return true
}

/** The next region of the open image, from the first. False where it has none. */
export function editNextRegion(stores: Stores): boolean {
  const regions = regionsOf(stores.document.getState())
  const at = regions.findIndex(({ id }) => id === stores.gesture.getState().region)
  const next = regions[(at + 1) % Math.max(1, regions.length)]
  if (!next) return false
  editRegion(stores, next.id)
  stores.view.reveal(boundsOf(next.shape))
  return true
}

/** Ends it when something else begins: another tool, image or selection, or when the region is gone. The returned function stops. */
export function followEditedRegion(stores: Stores): () => void {
  const end = (): void => void editRegion(stores, null)
  const stops = [
    stores.document.subscribe(() => {
      if (stores.gesture.getState().region !== null && editedRegion(stores) === null) end()
    }),
    stores.selection.subscribe(({ selected }) => {
      if (selected.size > 0) end()
    }),
    stores.tool.subscribe(({ tool }) => {
      if (!picks(tool)) end()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
    end()
  }
}

/** The region alone as the canvas shows objects. */
export function sceneOfRegion(region: RegionRecord): Scene {
  const rows = rowsOfList([{ id: idOf(region), classId: CLASS, shape: region.shape, score: null }])
  return sceneOfParts([{ rows, guess: false, isShown: () => true }])
}

/** What the edit layer shows in place of the objects that are dealt with. */
export function regionPicture(stores: Pick<Stores, 'document' | 'gesture'>, color: string) {
  const region = editedRegion(stores)
  if (region === null) return null
  const name = regionNames(regionsOf(stores.document.getState())).get(region.id) ?? ''
  const [colors, names] = [new Map([[CLASS, color]]), new Map([[CLASS, name]])]
  return { scene: sceneOfRegion(region), selected: new Set([idOf(region)]), colors, names }
}

/** What gestures know while a region is edited: it is the only object, and a drag beside it moves the view. */
export function regionContext(context: GestureContext, region: RegionRecord): GestureContext {
  const scene = sceneOfRegion(region)
  const selected = new Set([idOf(region)])
  const none = (): readonly never[] => []
  const nothing = (): ReadonlySet<never> => new Set()
  return {
    ...context,
    ...{ tool: 'move', selected, object: (id) => scene.byId.get(id) },
    targetAt: ({ image }) => targetIn(scene, selected, image, context.view.zoom),
    ...{ middlesWithin: nothing, middlesInside: nothing, areasWithin: none, selectedAreas: none },
  }
}

/** Does to the region what a gesture wants done to the object that it seems to be. False: it is none of that. */
export function performOnRegion(stores: Stores, effect: Effect): boolean {
  const region = editedRegion(stores)
  if (region === null) return false
  if (effect.kind === 'select') {
    // A click beside it ends it; a rubber band takes nothing.
    if (effect.ids.size === 0 && stores.gesture.getState().gesture.kind === 'press') editRegion(stores, null)
    return true
  }
  if (effect.kind !== 'reshape' && effect.kind !== 'copy') return false
  const shape = effect.shapes.get(idOf(region))
  if (shape !== undefined && isRegionShape(shape)) reshapeRegion(stores, region, shape, effect.kind === 'copy' ? 'Move' : effect.verb)
  return true
}

const isRegionShape = (shape: PlacedShape): shape is RegionShape => isAreaShape(shape)

/** Another shape in one edit. What was said to be fully labelled is so no longer where new ground came in. */
function reshapeRegion(stores: Stores, region: RegionRecord, shape: RegionShape, deed: Deed): void {
  const image = stores.view.getState().frame.image
  const grows = (): boolean => regionPixels([region.shape, shape], image) > regionPixels([region.shape], image)
  const fullyLabelled = region.fullyLabelled && !grows()
  const regions = [{ ...region, shape, fullyLabelled, updatedAt: new Date().toISOString() }]
  void stores.actions.commit({ label: deedTo(deed, say('region')), put: { regions }, remove: {} })
  if (fullyLabelled === region.fullyLabelled) return
  const text = t('New ground came into it. Say so again when everything there is labelled.')
  stores.messages.hint(t('This region no longer counts as fully labelled.'), text)
}

/** Delete: the corner under the pointer, else the region. False while none is edited. */
export function deleteOfRegion(stores: Stores, context: GestureContext): boolean {
  const region = editedRegion(stores)
  if (region === null || stores.gesture.getState().gesture.kind !== 'idle') return false
  const { pointer } = stores.gesture.getState()
  const target = pointer === null ? null : context.targetAt({ image: pointer, screen: pointer })
  if (target?.kind !== 'corner' || target.place.middle || !isCornered(region.shape)) {
    void stores.actions.commit({ label: say('Delete region'), put: {}, remove: { regions: [region.id] } })
    return true
  }
  const shape = withoutCorner(region.shape, target.place)
  if (shape !== null && !isLine(shape)) reshapeRegion(stores, region, shape, 'Reshape')
  else stores.messages.hint(t('A region has three corners at least.'))
  return true
}

/** The region whose line is at a place where no object is. */
export function regionAt({ document, view }: Pick<Stores, 'document' | 'view'>, point: Point): RegionRecord | null {
  const reach = LINE_REACH / view.getState().view.zoom
  const isNear = ({ shape }: RegionRecord): boolean => {
    const { x, y, width, height } = boundsOf(shape)
    const rings = isOutlined(shape) ? ringsOf(shape) : [[x, y, x + width, y, x + width, y + height, x, y + height]]
    const nearest = nearestOnOutline(rings, point)
    return nearest !== null && nearest.square <= reach * reach
  }
  return regionsOf(document.getState()).findLast(isNear) ?? null
}
