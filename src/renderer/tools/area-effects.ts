import { type Box } from '#shared/geometry/box.ts'
import { type BitMask } from '#shared/masks/bit-mask.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { type Edit } from '#shared/records/edit.ts'
import { type Shape } from '#shared/records/shape.ts'
import { type Stores } from '../state/stores.ts'
import { isGuess, objectAt, rowsWithin, type ObjectId, type Scene, type SceneObject } from '../viewer/scene.ts'
import { type AreaTarget } from './area-edit.ts'
import { editLabel } from './edits.ts'

// What areas do to the objects of the open image. One edit each, however many objects it touches.

const asTarget = ({ id, shape }: SceneObject): AreaTarget[] => (isAreaShape(shape) ? [{ id, shape }] : [])

/** Annotations that cover an area whose bounds meet a box, in the scene's order. Guesses are left to the model until they are selected. */
export function areasWithin({ parts }: Scene, box: Box): AreaTarget[] {
  const truth = parts.filter(({ guess }) => !guess)
  return truth.flatMap((part) => [...rowsWithin(part, box)].flatMap((row) => asTarget(objectAt({ part, row }))))
}

/** The selected objects that cover an area, in the order of their selection. */
export function selectedAreas({ byId }: Scene, selected: Iterable<ObjectId>): AreaTarget[] {
  return [...selected].flatMap((id) => {
    const object = byId.get(id)
    return object ? asTarget(object) : []
  })
}

/** Gives objects new masks; an empty one deletes its object. Corrected predictions are decisions of their own. */
export function applyAreas(stores: Stores, changed: ReadonlyMap<ObjectId, BitMask>, verb: string): void {
  applyShapes(stores, new Map([...changed].map(([id, mask]) => [id, maskOf(mask)])), verb)
}

/** Gives objects new shapes, null deleting one, in one edit. */
export function applyShapes(stores: Stores, changed: ReadonlyMap<ObjectId, Shape | null>, verb: string): void {
  const edit = shapesEdit(stores, changed, verb)
  if (edit) void stores.actions.commit(edit)
  const { predictions } = stores.predictions.getState()
  for (const [id, shape] of changed) {
    const guess = isGuess(id) ? predictions.get(id) : undefined
    if (!guess) continue
    if (shape === null) void stores.actions.decide({ predictions: [guess.id], kind: 'reject', to: null })
    else void stores.actions.decide({ predictions: [guess.id], kind: 'correct', to: { classId: guess.classId, shape } })
  }
}

function shapesEdit(stores: Stores, changed: ReadonlyMap<ObjectId, Shape | null>, verb: string): Edit | null {
  const { annotations, classes } = stores.document.getState().tables
  const records = [...changed].flatMap(([id, shape]) => {
    const record = isGuess(id) ? undefined : annotations.get(id)
    return record ? [{ record, shape }] : []
  })
  const [first] = records
  if (!first) return null
  const updatedAt = new Date().toISOString()
  return {
    label: editLabel(verb, records.length, classes.get(first.record.classId)?.name ?? null),
    put: { annotations: records.flatMap(({ record, shape }) => (shape === null ? [] : [{ ...record, shape, updatedAt }])) },
    remove: { annotations: records.flatMap(({ record, shape }) => (shape === null ? [record.id] : [])) },
  }
}
