import { buildBoundsIndex, extentOf } from '#shared/geometry/box-index.ts'
import { isPlaced, type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { LOCKED } from '#shared/objects/annotation-columns.ts'
import { type CodedColumn } from '#shared/objects/coded.ts'
import { BOX, POLYGON, ringsAt, shapeAt, type ShapeColumns } from '#shared/objects/shape-columns.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { isOutlined, ringsOf } from '../viewer/area-outline.ts'
import { lazily, type Makers, type ObjectId, type SceneRows } from './rows.ts'
import { measuredRows } from './sizes.ts'

interface Columns {
  readonly shapes: ShapeColumns
  readonly classes: CodedColumn
  readonly idAt: (row: number) => ObjectId
  /** Makes what tells of an id its row, or -1. */
  readonly finder: () => (id: ObjectId) => number
  /** Of guesses. */
  readonly scores: Float64Array | null
  /** Of annotations. */
  readonly flags: Uint8Array | null
  readonly levels: Int32Array | null
  readonly makers: Makers | null
}

/** So many of what was made of rows are kept at hand, each as long as it is among those asked for last. */
const AT_HAND = 20_000

/** What was made of rows, made once as long as it is asked for. */
export function atHand<T>(make: (row: number) => T): (row: number) => T {
  let [young, old] = [new Map<number, T>(), new Map<number, T>()]
  return (row) => {
    const known = young.get(row) ?? old.get(row)
    const value = known ?? make(row)
    if (young.size >= AT_HAND) [young, old] = [new Map(), young]
    return young.set(row, value).get(row)!
  }
}

/** Rows of columns as main sent them: shapes are made when they are asked for, lines are drawn from the columns themselves. */
export function rowsOfColumns({ shapes, classes, idAt, finder, scores, flags, levels, makers }: Columns): SceneRows {
  const shapeOf = atHand((row) => placed(shapes, row))
  const find = lazily(finder)
  const rows: Omit<SceneRows, 'sizes'> = {
    count: shapes.count,
    classes: classes.values as readonly ClassId[],
    classCodes: classes.codes,
    kinds: shapes.kinds,
    bounds: shapes.bounds,
    idAt,
    rowOf: (id) => find()(id),
    scoreAt: (row) => scores?.[row] ?? null,
    lockedAt: (row) => flags !== null && (flags[row]! & LOCKED) !== 0,
    levelAt: (row) => levels?.[row] ?? 0,
    shapeAt: shapeOf,
    ringsAt: (row) => {
      if (shapes.kinds[row] === POLYGON) return ringsAt(shapes, row)
      const shape = shapes.kinds[row] === BOX ? null : shapeOf(row)
      return shape !== null && isOutlined(shape) ? ringsOf(shape) : []
    },
    extent: lazily(() => extentOf(shapes.bounds)),
    index: lazily(() => buildBoundsIndex(shapes.bounds)),
    makers: () => makers,
  }
  return { ...rows, sizes: lazily(() => measuredRows(rows)) }
}

function placed(shapes: ShapeColumns, row: number): PlacedShape {
  const shape = shapeAt(shapes, row)
  if (!isPlaced(shape)) throw new Error('The label of a whole image has no place')
  return shape
}
