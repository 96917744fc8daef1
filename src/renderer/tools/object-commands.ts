import { t } from '#shared/i18n/translate.ts'
import { boxAround, boxCentre, boxContainsPoint } from '#shared/geometry/box.ts'
import { frameOfBox } from '#shared/geometry/frame.ts'
import { type Point, type Size } from '#shared/geometry/point.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { BOX } from '#shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type ClassId, type PredictionId } from '#shared/records/ids.ts'
import { coveredRows, idsOf, openRows, uncoveredRows } from '../review/open-rows.ts'
import { type Stores } from '../state/stores.ts'
import { boundsOf } from '../viewer/area-outline.ts'
import {
  boundsOfShapes,
  hitAll,
  isEmptyScene,
  isGuess,
  nextInReading,
  shownOf,
  type ObjectId,
  type Scene,
  type SceneObject,
} from '../viewer/scene.ts'
import { visibleBox } from '../viewer/view-geometry.ts'
import { boxShape, fittedInto, pointShape, shifted } from './box-math.ts'
import { addEdit, relabelEdit, removeEdit, type Deed, type PlacedObject } from './edits.ts'
import { className, copied, draw } from './tool-driver.ts'

// What commands do to objects. Each reads the stores, makes one edit (or decision) and selects what came of it.

function selectedObjects(stores: Stores): SceneObject[] {
  const { byId } = stores.scene.getState().scene
  return [...stores.selection.getState().selected].flatMap((id) => byId.get(id) ?? [])
}

export function selectedRecords(stores: Stores): AnnotationRecord[] {
  const { annotations } = stores.document.getState().tables
  return [...stores.selection.getState().selected].flatMap((id) => (isGuess(id) ? [] : (annotations.get(id) ?? [])))
}

export function selectedGuesses(stores: Stores): PredictionId[] {
  return [...stores.selection.getState().selected].filter(isGuess)
}

const nameOfFirst = (stores: Stores, objects: readonly { readonly classId: ClassId }[]): string | null =>
  objects[0] ? className(stores, objects[0].classId) : null

/** Deletes annotations and rejects predictions among the selected. False where nothing is selected. */
export function deleteSelected(stores: Stores, deed: Deed = 'Delete'): boolean {
  const records = selectedRecords(stores)
  const free = records.filter(({ locked }) => !locked)
  const guesses = selectedGuesses(stores)
  if (records.length === 0 && guesses.length === 0) return false
  if (records.length > 0) {
    const edit = removeEdit(deed, records, nameOfFirst(stores, records))
    void stores.actions.commit(edit).then((committed) => {
      if (committed && free.length > 1) stores.messages.done(t('Deleted {{count}} objects', { count: free.length }), true)
    })
  }
  if (guesses.length > 0) void stores.actions.decide({ predictions: guesses, kind: 'reject', to: null })
  return true
}

/** The selected objects as they are copied. */
const copiesOf = (stores: Stores): PlacedObject[] =>
  selectedObjects(stores).map(({ id, classId, shape }) => ({ classId, shape, ...copied(stores, id) }))

export function copySelected(stores: Stores): boolean {
  const objects = copiesOf(stores)
  if (objects.length > 0) stores.tool.setClipboard(objects)
  return objects.length > 0
}

/** Adds copies to the image, inside its border, and selects them. */
function addCopies(stores: Stores, deed: Deed, objects: readonly PlacedObject[], shift: Point): boolean {
  const stamp = stores.actions.stamp()
  if (stamp === null || objects.length === 0) return false
  const { image } = stores.view.getState().frame
  const known = stores.document.getState().tables.classes
  const copies = objects
    .filter(({ classId }) => known.has(classId))
    .flatMap((object) => {
      const fitted = fittedInto(shifted(object.shape, shift), image)
      return fitted ? [{ ...object, shape: fitted }] : []
    })
  if (copies.length === 0) return false
  const edit = addEdit(deed, copies, nameOfFirst(stores, copies), stamp)
  void stores.actions.commit(edit)
  stores.selection.select(edit.put.annotations?.map(({ id }) => id) ?? [])
  return true
}

/** Pastes with the middle under the pointer; without one at the place the objects came from, or beside it if they are still there. */
export function paste(stores: Stores): boolean {
  const { clipboard } = stores.tool.getState()
  const bounds = boundsOfShapes(clipboard.map(({ shape }) => shape))
  if (!bounds) return false
  const { pointer } = stores.gesture.getState()
  const { frame } = stores.view.getState()
  if (pointer !== null && boxContainsPoint({ x: 0, y: 0, ...frame.image }, pointer)) {
    const centre = boxCentre(bounds)
    return addCopies(stores, 'Paste', clipboard, { x: pointer.x - centre.x, y: pointer.y - centre.y })
  }
  return addCopies(stores, 'Paste', clipboard, isOccupied(stores, clipboard) ? beside(stores) : { x: 0, y: 0 })
}

function isOccupied(stores: Stores, objects: readonly PlacedObject[]): boolean {
  const same = (a: PlacedShape, b: PlacedShape): boolean => JSON.stringify(boundsOf(a)) === JSON.stringify(boundsOf(b))
  const { scene } = stores.scene.getState()
  const there = (shape: PlacedShape): PlacedShape[] => hitAll(scene, boxCentre(boundsOf(shape)), 1).map((object) => object.shape)
  return objects.some(({ shape }) => there(shape).some((other) => same(other, shape)))
}

/** Twelve pixels of the screen to the right and down, in image pixels. */
function beside(stores: Stores): Point {
  const distance = 12 / stores.view.getState().view.zoom
  return { x: distance, y: distance }
}

export function duplicateSelected(stores: Stores): boolean {
  const objects = copiesOf(stores)
  return addCopies(stores, 'Duplicate', objects, beside(stores))
}

export function selectAll(stores: Stores): boolean {
  const { scene } = stores.scene.getState()
  const truth = shownOf(scene, false)
  stores.selection.select(truth.size > 0 ? truth : shownOf(scene, true))
  return true
}

/** Digit keys: the class of the selected objects, or of the next ones. */
export function pickClass(stores: Stores, digit: number): boolean {
  const to = stores.document.getState().classes.find((record) => record.digit === digit)
  if (!to) return false
  const { selected, fresh } = stores.selection.getState()
  if (selected.size === 0 || fresh) {
    stores.tool.setClass(to.id)
    return true
  }
  relabelSelected(stores, to.id)
  return true
}

/** Gives the selected annotations a class; selected predictions are corrected to it, or accepted where they have it. */
export function relabelSelected(stores: Stores, classId: ClassId): void {
  const to = stores.document.getState().tables.classes.get(classId)
  if (!to) return
  const edit = relabelEdit(selectedRecords(stores), to, new Date().toISOString())
  if (edit) void stores.actions.commit(edit)
  const { predictions } = stores.predictions.getState()
  for (const id of selectedGuesses(stores)) {
    const guess = predictions.get(id)
    if (guess?.classId === classId) void stores.actions.decide({ predictions: [id], kind: 'accept', to: null })
    else if (guess) void stores.actions.decide({ predictions: [id], kind: 'correct', to: { classId, shape: guess.shape } })
  }
}

/** Accepts or rejects the selected predictions. False where none is selected. */
export function decideSelected(stores: Stores, kind: 'accept' | 'reject'): boolean {
  const predictions = selectedGuesses(stores)
  if (predictions.length === 0) return false
  void stores.actions.decide({ predictions, kind, to: null })
  return true
}

/**
 * Accepts or rejects the predictions of the open image that are at or above the threshold. What is labelled already is not accepted once more, as in
 * the panel of predictions.
 */
export function decideAll(stores: Stores, kind: 'accept' | 'reject'): boolean {
  const { predictions, threshold } = stores.predictions.getState()
  const { tables, decided } = stores.document.getState()
  const covered = kind === 'accept' ? coveredRows(predictions, tables.annotations) : uncoveredRows(predictions)
  const open = idsOf(openRows(predictions, covered, decided, threshold, stores.scene.getState().passes).above)
  if (open.length === 0) return false
  void stores.actions.decide({ predictions: open, kind, to: null }).then((done) => {
    const count = done.length
    if (count === 0) return
    const text = kind === 'accept' ? t('Accepted {{count}} predictions', { count }) : t('Rejected {{count}} predictions', { count })
    stores.messages.done(text, true)
  })
  return true
}

const middleOf = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0

/** Size of a box as this class has on show (median), else as any class has, else a tenth of the image's shorter side. Makes no object of a row. */
export function typicalSize(scene: Scene, classId: ClassId, image: Size): Size {
  const own = { widths: [] as number[], heights: [] as number[] }
  const all = { widths: [] as number[], heights: [] as number[] }
  for (const { rows, isShown } of scene.parts) {
    const code = rows.classes.indexOf(classId)
    for (let row = 0; row < rows.count; row++) {
      if (rows.kinds[row] !== BOX || !isShown(row)) continue
      for (const { widths, heights } of rows.classCodes[row] === code ? [own, all] : [all]) {
        widths.push(rows.bounds[4 * row + 2]!)
        heights.push(rows.bounds[4 * row + 3]!)
      }
    }
  }
  const { widths, heights } = own.widths.length > 0 ? own : all
  const side = Math.max(2, Math.min(image.width, image.height) / 10)
  return widths.length === 0 ? { width: side, height: side } : { width: middleOf(widths), height: middleOf(heights) }
}

/** Drawing without a mouse: an object of typical size at the middle of the view, to be moved and stretched by arrow keys. */
export function insertObject(stores: Stores): boolean {
  const { tool, classId } = stores.tool.getState()
  const { view, frame } = stores.view.getState()
  if (classId === null || stores.document.getState().imageId === null) return false
  const { scene } = stores.scene.getState()
  const centre = boxCentre(visibleBox(view, frame))
  const box = boxShape(boxAround(centre, typicalSize(scene, classId, frame.image)))
  const areal = tool === 'ellipse' ? ({ type: 'ellipse', ...frameOfBox(box) } as const) : box
  const fitted = fittedInto(tool === 'point' ? pointShape(centre) : areal, frame.image)
  if (fitted) draw(stores, fitted, false)
  return true
}

/** Selects an object and brings it into view. */
function goTo(stores: Stores, id: ObjectId): void {
  const object = stores.scene.getState().scene.byId.get(id)
  if (!object) return
  stores.selection.select([id])
  stores.view.reveal(boundsOf(object.shape))
}

/**
 * Tab: among objects that overlap under the pointer the next one below; else the next object in reading order.
 * Once the keys lead, they go on leading until the mouse moves, so that a pointer left on a pile does not catch them.
 */
export function selectNext(stores: Stores, direction: 1 | -1): boolean {
  const { scene } = stores.scene.getState()
  if (isEmptyScene(scene)) return false
  const pile = pileUnderPointer(stores)
  if (pile.length === 0) stores.gesture.setState({ lead: 'keys' })
  const [current] = stores.selection.getState().selected
  const id = pile.length > 0 ? nextOf(pile, current, direction) : nextInReading(scene, current, direction)
  if (id !== null) goTo(stores, id)
  return true
}

function nextOf(order: readonly ObjectId[], current: ObjectId | undefined, direction: 1 | -1): ObjectId | null {
  const at = current === undefined ? -1 : order.indexOf(current)
  const next = at < 0 ? (direction === 1 ? 0 : order.length - 1) : (at + direction + order.length) % order.length
  return order[next] ?? null
}

/** Two or more objects under the pointer, smallest first, if the selection is empty or one of them. */
function pileUnderPointer(stores: Stores): ObjectId[] {
  const { pointer, lead } = stores.gesture.getState()
  if (pointer === null || lead === 'keys') return []
  const pile = hitAll(stores.scene.getState().scene, pointer, stores.view.getState().view.zoom).map(({ id }) => id)
  const { selected } = stores.selection.getState()
  const [only] = selected
  const fits = selected.size === 0 || (selected.size === 1 && only !== undefined && pile.includes(only))
  return pile.length > 1 && fits ? pile : []
}

/** Zooms to the selected objects, or to the whole image where none is. */
export function zoomToSelection(stores: Stores): boolean {
  const bounds = boundsOfShapes(selectedObjects(stores).map(({ shape }) => shape))
  if (bounds) stores.view.zoomTo(bounds, 0.5)
  else stores.view.fit()
  return true
}
