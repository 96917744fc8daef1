import { type Box } from '#shared/geometry/box.ts'
import { buildBoundsIndex, extentOf, type BoxIndex } from '#shared/geometry/box-index.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type CodedColumn } from '#shared/objects/coded.ts'
import { SHAPE_KINDS } from '#shared/objects/shape-columns.ts'
import { type AnnotationId, type ClassId, type PredictionId } from '#shared/records/ids.ts'
import { boundsOf, isOutlined, ringsOf, type Rings } from '../viewer/area-outline.ts'
import { measuredRows } from './sizes.ts'

/** An object on the canvas: truth has an annotation's id (text), a guess a prediction's (number). */
export type ObjectId = AnnotationId | PredictionId

export interface SceneObject {
  readonly id: ObjectId
  readonly classId: ClassId
  readonly shape: PlacedShape
  /** Score of a guess, null for truth. */
  readonly score: number | null
  /** Not to be changed by hand; left out: it may. */
  readonly locked?: boolean
  /** Those of a higher level lie above; left out: 0. */
  readonly level?: number
}

/** Objects in rows, as the canvas looks through them: nothing is made of a row that is not asked for. They never change. */
export interface SceneRows {
  readonly count: number
  /** Classes that occur, and for every row the place of its class among them. */
  readonly classes: readonly ClassId[]
  readonly classCodes: ArrayLike<number>
  /** For every row the place of its kind in `SHAPE_KINDS`. */
  readonly kinds: Uint8Array
  /** x, y, width, height of every row, image pixels; of a point without size. */
  readonly bounds: Float64Array
  readonly idAt: (row: number) => ObjectId
  /** -1 where it is none of these. */
  readonly rowOf: (id: ObjectId) => number
  readonly scoreAt: (row: number) => number | null
  readonly lockedAt: (row: number) => boolean
  readonly levelAt: (row: number) => number
  /** The same one each time while it is in use. Not to be asked of the label of a whole image. */
  readonly shapeAt: (row: number) => PlacedShape
  /** The outline of an area, or a line itself; of boxes and points none. */
  readonly ringsAt: (row: number) => Rings
  /** The box round the bounds of all rows, or null for none. */
  readonly extent: () => Box | null
  /** Over the bounds of all rows; built at the first search. */
  readonly index: () => BoxIndex
  /** How large each row is (`measuredRows`); measured when it is first asked for. */
  readonly sizes: () => Float64Array
  /** How each row came to be; null where all are guesses. */
  readonly makers: () => Makers | null
}

/** How annotations came to be, row by row. */
export interface Makers {
  readonly origins: CodedColumn
  readonly authors: CodedColumn
  /** NaN where it came from no prediction. */
  readonly predictionIds: Float64Array
}

const NO_RINGS: Rings = []

export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** Rows of a list of objects. */
export function rowsOfList(objects: readonly SceneObject[], makers: () => Makers | null = () => null): SceneRows {
  const classes = [...new Set(objects.map(({ classId }) => classId))]
  const codes = new Map(classes.map((classId, code) => [classId, code]))
  const bounds = new Float64Array(4 * objects.length)
  for (const [row, { shape }] of objects.entries()) {
    const { x, y, width, height } = boundsOf(shape)
    bounds.set([x, y, width, height], 4 * row)
  }
  const places = lazily(() => new Map(objects.map(({ id }, row) => [id, row])))
  const rows: Omit<SceneRows, 'sizes'> = {
    count: objects.length,
    classes,
    classCodes: objects.map(({ classId }) => codes.get(classId)!),
    kinds: Uint8Array.from(objects, ({ shape }) => SHAPE_KINDS.indexOf(shape.type)),
    bounds,
    idAt: (row) => objects[row]!.id,
    rowOf: (id) => places().get(id) ?? -1,
    scoreAt: (row) => objects[row]!.score,
    lockedAt: (row) => objects[row]!.locked ?? false,
    levelAt: (row) => objects[row]!.level ?? 0,
    shapeAt: (row) => objects[row]!.shape,
    ringsAt: (row) => {
      const { shape } = objects[row]!
      return isOutlined(shape) ? ringsOf(shape) : NO_RINGS
    },
    extent: lazily(() => extentOf(bounds)),
    index: lazily(() => buildBoundsIndex(bounds)),
    makers: lazily(makers),
  }
  return { ...rows, sizes: lazily(() => measuredRows(rows)) }
}
