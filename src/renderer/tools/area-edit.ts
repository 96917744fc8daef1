import { type BitMask, emptyMask, intersectMasks, maskBounds, maskIsEmpty } from '#shared/masks/bit-mask.ts'
import { bitMaskOfShape, type AreaShape } from '#shared/masks/draw-shape.ts'
import { erase, maskOfSpans, paint } from '#shared/masks/paint.ts'
import { type Spans } from '#shared/masks/spans.ts'
import { type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { type ObjectId } from '../viewer/scene.ts'

/** Whether an area becomes an object of its own, part of the selected one, or is taken away. */
export type AreaMode = 'new' | 'add' | 'subtract'

/** An object that an area may be added to or taken from. */
export interface AreaTarget {
  readonly id: ObjectId
  readonly shape: AreaShape
}

/** What an area makes of the image: a new object (empty: none), and objects as they become (empty: gone). */
export interface Areas {
  readonly fresh: BitMask
  readonly changed: ReadonlyMap<ObjectId, BitMask>
}

export const NO_AREAS: Areas = { fresh: emptyMask(), changed: new Map() }

/** Where an area may go. */
export interface AreaField {
  readonly image: Size
  readonly selectedAreas: () => readonly AreaTarget[]
  readonly areasWithin: (box: Box) => readonly AreaTarget[]
}

/** The mode that the keys held and the selection mean: without a selected area there is none to add to. */
export function areaMode(held: { readonly shift: boolean; readonly alt: boolean }, adding: boolean, field: AreaField): AreaMode {
  if (held.alt) return 'subtract'
  return (held.shift || adding) && field.selectedAreas().length > 0 ? 'add' : 'new'
}

/**
 * What was made so far with one more area of whole pixels (from the top): added to a new object, to the first of the selected, or
 * taken from the selected objects, where none is from all. Costs what the area touches.
 */
export function withArea(areas: Areas, mode: AreaMode, spans: Spans, field: AreaField): Areas {
  if (mode === 'new') return { ...areas, fresh: paint(areas.fresh, spans, field.image) }
  const selected = field.selectedAreas()
  if (mode === 'subtract') return without(areas, maskOfSpans(spans, field.image), spans, selected, field)
  const [target] = selected
  if (target === undefined) return areas
  const changed = new Map(areas.changed).set(target.id, paint(maskNow(areas, target), spans, field.image))
  return { ...areas, changed }
}

const maskNow = ({ changed }: Areas, { id, shape }: AreaTarget): BitMask => changed.get(id) ?? bitMaskOfShape(shape)

function without(areas: Areas, area: BitMask, spans: Spans, selected: readonly AreaTarget[], field: AreaField): Areas {
  const bounds = maskBounds(area)
  if (bounds === null) return areas
  const changed = new Map(areas.changed)
  for (const target of selected.length > 0 ? selected : field.areasWithin(bounds)) {
    const mask = maskNow(areas, target)
    if (!maskIsEmpty(intersectMasks(mask, area))) changed.set(target.id, erase(mask, spans, field.image))
  }
  return { ...areas, changed }
}

/** Whether nothing would come of it. */
export const isNothing = ({ fresh, changed }: Areas): boolean => maskIsEmpty(fresh) && changed.size === 0
