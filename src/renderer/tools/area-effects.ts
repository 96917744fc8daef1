import { t } from '#shared/i18n/translate.ts'
import { boundsOfPoints, type Box } from '#shared/geometry/box.ts'
import { type Point } from '#shared/geometry/point.ts'
import { splitArea } from '#shared/masks/area-algebra.ts'
import { type BitMask } from '#shared/masks/bit-mask.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type Edit } from '#shared/records/edit.ts'
import { type Shape } from '#shared/records/shape.ts'
import { type Stores } from '../state/stores.ts'
import { isGuess, objectAt, rowsWithin, type ObjectId, type Scene, type SceneObject } from '../viewer/scene.ts'
import { type AreaTarget } from './area-edit.ts'
import { editLabel, type Deed, type Stamp } from './edits.ts'

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
export function applyAreas(stores: Stores, changed: ReadonlyMap<ObjectId, BitMask>, deed: Deed): void {
  applyShapes(stores, new Map([...changed].map(([id, mask]) => [id, maskOf(mask)])), deed)
}

/** Gives objects new shapes, null deleting one, in one edit. */
export function applyShapes(stores: Stores, changed: ReadonlyMap<ObjectId, Shape | null>, deed: Deed): void {
  const edit = shapesEdit(stores, changed, deed)
  if (edit) void stores.actions.commit(edit)
  const { predictions } = stores.predictions.getState()
  for (const [id, shape] of changed) {
    const guess = isGuess(id) ? predictions.get(id) : undefined
    if (!guess) continue
    if (shape === null) void stores.actions.decide({ predictions: [guess.id], kind: 'reject', to: null })
    else void stores.actions.decide({ predictions: [guess.id], kind: 'correct', to: { classId: guess.classId, shape } })
  }
}

function shapesEdit(stores: Stores, changed: ReadonlyMap<ObjectId, Shape | null>, deed: Deed): Edit | null {
  const { annotations, classes } = stores.document.getState().tables
  const records = [...changed].flatMap(([id, shape]) => {
    const record = isGuess(id) ? undefined : annotations.get(id)
    return record ? [{ record, shape }] : []
  })
  const [first] = records
  if (!first) return null
  const updatedAt = new Date().toISOString()
  return {
    label: editLabel(deed, records.length, classes.get(first.record.classId)?.name ?? null),
    put: { annotations: records.flatMap(({ record, shape }) => (shape === null ? [] : [{ ...record, shape, updatedAt }])) },
    remove: { annotations: records.flatMap(({ record, shape }) => (shape === null ? [record.id] : [])) },
  }
}

/**
 * Splits areas along a line, in one edit: the selected ones, where none is selected all that it crosses. The largest piece stays the
 * object that it was, the others become objects with its class and notes; all pieces are selected.
 */
export function splitAlong(stores: Stores, line: readonly Point[]): void {
  const { messages, scene, selection, actions } = stores
  const targets = splitTargets(scene.getState().scene, selection.getState().selected, line)
  const stamp = actions.stamp()
  if (stamp === null) return
  const { annotations, classes } = stores.document.getState().tables
  const changed: AnnotationRecord[] = []
  const fresh: AnnotationRecord[] = []
  for (const { id, shape } of targets) {
    const record = isGuess(id) ? undefined : annotations.get(id)
    const cut = record && splitArea(shape, line)
    if (!cut) continue
    changed.push({ ...record, shape: cut.kept, updatedAt: stamp.now })
    for (const piece of cut.pieces) fresh.push(pieceOf(record, piece, stamp))
  }
  const [first] = changed
  if (first === undefined) {
    const guesses = targets.some(({ id }) => isGuess(id))
    const hint = guesses ? t('Predictions are split once they are accepted.') : t('Draw it from one side to the other.')
    messages.hint(t('The line does not cut an object in two.'), hint)
    return
  }
  const put = [...changed, ...fresh]
  const label = editLabel('Split', changed.length, classes.get(first.classId)?.name ?? null)
  void actions.commit({ label, put: { annotations: put }, remove: {} })
  selection.select(put.map(({ id }) => id))
}

function splitTargets(scene: Scene, selected: ReadonlySet<ObjectId>, line: readonly Point[]): readonly AreaTarget[] {
  const bounds = boundsOfPoints(line)
  const chosen = selectedAreas(scene, selected)
  return chosen.length > 0 || bounds === null ? chosen : areasWithin(scene, bounds)
}

/** A piece that was cut off an object: as the object was, but made now. */
function pieceOf(record: AnnotationRecord, shape: Shape, { newId, now, author }: Stamp): AnnotationRecord {
  return { ...record, id: newId(), shape, origin: 'drawn', predictionId: null, author, createdAt: now, updatedAt: now }
}
