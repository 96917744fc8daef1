import { t } from '#shared/i18n/translate.ts'
import { framedRing, isFramed } from '#shared/geometry/frame.ts'
import { type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { combineAreas, offsetArea, simplifyArea, type AreaOperation } from '#shared/masks/area-algebra.ts'
import { maskSpans } from '#shared/masks/bit-mask.ts'
import { bitMaskOfShape, type AreaShape } from '#shared/masks/draw-shape.ts'
import { fillMaskHoles } from '#shared/masks/fill-mask-holes.ts'
import { bitMaskOf, maskOf } from '#shared/masks/mask-shape.ts'
import { outlines } from '#shared/masks/outlines.ts'
import { clipMask } from '#shared/masks/paint.ts'
import { simplifyRings } from '#shared/masks/simplify.ts'
import { type MaskShape, type PolygonShape, type Shape } from '#shared/records/shape.ts'
import { type Stores } from '../state/stores.ts'
import { type DistanceOperation } from '../state/tool.ts'
import { type CommandHandlers } from './command-registry.ts'
import { liesInside, type Rings } from '../viewer/area-outline.ts'
import { type ObjectId } from '../viewer/scene.ts'
import { toScreen, transformOf } from '../viewer/view-geometry.ts'
import { round } from './area-math.ts'
import { applyShapes, selectedAreas } from './area-effects.ts'
import { type AreaTarget } from './area-edit.ts'
import { isCornered, withoutCorner } from './corner-gesture.ts'
import { type ToolDriver } from './tool-driver.ts'
import { type Deed } from './edits.ts'
import { keptHere } from './kept-shape.ts'
import { deleteOfRegion } from './region-edit.ts'
import { regionsOfSelected } from './region-commands.ts'
import { picks } from './tool-set.ts'

/** Image pixels by which the sides of a polygon may leave the stairs of the mask that it is made of. */
const SMOOTHING = 1

/** A polygon round a mask: its outline without the stairs of the pixels. */
export function smoothPolygon(shape: MaskShape): PolygonShape {
  return { type: 'polygon', rings: simplifyRings(outlines(maskSpans(bitMaskOf(shape))), SMOOTHING) }
}

/** A polygon without its holes, and without what lies in them. */
export function withoutHoles({ rings }: PolygonShape): PolygonShape {
  const isWithin = (ring: Rings[number], other: Rings[number]): boolean => liesInside([other], { x: ring[0]!, y: ring[1]! })
  return { type: 'polygon', rings: rings.filter((ring) => !rings.some((other) => other !== ring && isWithin(ring, other))) }
}

/** A polygon of what is none; null for a polygon, and for a box where that is what is learned from. */
function asPolygon(stores: Stores, shape: AreaShape): PlacedShape | null {
  if (shape.type === 'box') return keptHere(stores, shape)
  if (isFramed(shape)) return { type: 'polygon', rings: [framedRing(shape).map(round)] }
  return shape.type === 'mask' ? smoothPolygon(shape) : null
}

function filled(shape: AreaShape): Shape | null {
  if (shape.type === 'box' || isFramed(shape)) return null
  if (shape.type === 'mask') return maskOf(fillMaskHoles(bitMaskOf(shape)))
  const whole = withoutHoles(shape)
  return whole.rings.length === shape.rings.length ? null : whole
}

const targetsOf = (stores: Stores): AreaTarget[] => selectedAreas(stores.scene.getState().scene, stores.selection.getState().selected)

/** Gives each selected area another shape; `map` answers null for those that stay. False where none is selected. */
function mapSelected(stores: Stores, deed: Deed, map: (shape: AreaShape) => Shape | null): boolean {
  const targets = targetsOf(stores)
  const changed = new Map<ObjectId, Shape>()
  for (const { id, shape } of targets) {
    const next = map(shape)
    if (next !== null && JSON.stringify(next) !== JSON.stringify(shape)) changed.set(id, next)
  }
  if (targets.length > 0 && changed.size === 0) stores.messages.hint(t('There is nothing to change.'))
  applyShapes(stores, changed, deed)
  return targets.length > 0
}

/** Makes of the first area selected what it is with the others; its class and notes stay. The others go unless they are cut out of it. */
function combineSelected(stores: Stores, operation: AreaOperation, deed: Deed): boolean {
  const [first, ...others] = targetsOf(stores)
  if (first === undefined || others.length === 0) return needsTwo(stores)
  const shape = combineAreas(operation, [first.shape, ...others.map((other) => other.shape)], imageOf(stores))
  if (shape === null && operation === 'intersect') {
    stores.messages.hint(t('The selected objects share no area.'), t('Nothing was changed.'))
    return true
  }
  const gone = operation === 'subtract' ? [] : others.map(({ id }) => [id, null] as const)
  applyShapes(stores, new Map<ObjectId, Shape | null>([[first.id, shape], ...gone]), deed)
  return true
}

const BY_DISTANCE: Readonly<
  Record<DistanceOperation, { readonly deed: Deed; readonly change: (shape: AreaShape, by: number, image: Size) => Shape | null }>
> = {
  expand: { deed: 'Expand', change: offsetArea },
  shrink: { deed: 'Shrink', change: (shape, by, image) => offsetArea(shape, -by, image) },
  simplify: { deed: 'Simplify', change: simplifyArea },
}

/** Expands, shrinks or simplifies the selected areas by a distance in image pixels. Those of which nothing would be left stay as they are. */
export function changeByDistance(stores: Stores, operation: DistanceOperation, by: number): void {
  const { deed, change } = BY_DISTANCE[operation]
  let lost = 0
  mapSelected(stores, deed, (shape) => {
    const next = change(shape, by, imageOf(stores))
    if (next === null) lost++
    return next
  })
  if (lost > 0)
    stores.messages.hint(t('{{count}} objects are smaller than that and stayed as before.', { count: lost }), t('Try a shorter distance.'))
}

/** Whether areas are selected; says what is needed where not. */
export function hasAreas(stores: Stores): boolean {
  if (targetsOf(stores).length > 0) return true
  stores.messages.hint(t('Select one or more areas first.'), t('A click on an area selects it.'))
  return false
}

function needsTwo({ messages }: Stores): boolean {
  messages.hint(t('Select two or more areas first.'), t('Shift adds to what is selected.'))
  return true
}

const imageOf = (stores: Stores): Size => stores.view.getState().frame.image

/** Delete with the pointer on a corner of the selected polygon takes that corner; false where there is none. */
export function deleteCorner(stores: Stores, driver: ToolDriver): boolean {
  if (deleteOfRegion(stores, driver.context())) return true
  const { pointer, gesture } = stores.gesture.getState()
  const { view, frame } = stores.view.getState()
  const { tool } = stores.tool.getState()
  if (pointer === null || gesture.kind !== 'idle' || !picks(tool)) return false
  const target = driver.context().targetAt({ image: pointer, screen: toScreen(transformOf(view, frame), pointer) })
  const shape = target.kind === 'corner' ? stores.scene.getState().scene.byId.get(target.id)?.shape : undefined
  if (target.kind !== 'corner' || target.place.middle || shape === undefined || !isCornered(shape)) return false
  applyShapes(stores, new Map([[target.id, withoutCorner(shape, target.place)]]), 'Reshape')
  return true
}

/** What the commands for areas do. Each is one edit. */
export function areaHandlers(stores: Stores): CommandHandlers {
  return {
    'area.fill-holes': () => mapSelected(stores, 'Fill', filled),
    'area.union': () => combineSelected(stores, 'union', 'Join'),
    'area.subtract': () => combineSelected(stores, 'subtract', 'Cut'),
    'area.intersect': () => combineSelected(stores, 'intersect', 'Intersect'),
    'area.to-polygon': () => mapSelected(stores, 'Polygon', (shape) => asPolygon(stores, shape)),
    'area.to-region': () => hasAreas(stores) && regionsOfSelected(stores),
    'area.to-mask': () =>
      mapSelected(stores, 'Mask', (shape) => (shape.type === 'mask' ? null : maskOf(clipMask(bitMaskOfShape(shape), imageOf(stores))))),
  }
}
