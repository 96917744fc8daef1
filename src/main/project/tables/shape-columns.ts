import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { numbersOf, SHAPE_KINDS, type ShapeWriter } from '#shared/objects/shape-columns.ts'
import type { Shape } from '#shared/records/shape.ts'
import {
  checkedNumbers,
  eachRing,
  packNumbers,
  packRings,
  packTiles,
  tilesJson,
  unpackNumbers,
  unpackRings,
  unpackTiles,
} from '../geometry.ts'
import type { Row, RowReader, SqlValue } from '../rows.ts'

/** The columns that a shape lies in, in the order of `shapeColumns`. */
export const SHAPE_COLUMNS = ['kind', 'x', 'y', 'width', 'height', 'geometry'] as const

/** A shape as its columns; bounds stand in the columns for every shape that has a place, so that a region can be asked for. */
export function shapeColumns(shape: Shape): SqlValue[] {
  if (shape.type === 'image') return ['image', null, null, null, null, null]
  const { x, y, width, height } = shapeBounds(shape)
  // + 0 turns -0 into 0, which is what SQLite gives back.
  const place = [shape.type, x + 0, y + 0]
  switch (shape.type) {
    case 'point':
      return [...place, null, null, null]
    case 'box':
      return [...place, width, height, null]
    case 'polygon':
      return [...place, width, height, packRings(shape.rings)]
    case 'mask':
      return [...place, width, height, packTiles(shape)]
    case 'ellipse':
    case 'rotated-box':
    case 'polyline':
    case 'ruler':
      return [...place, width, height, packNumbers(numbersOf(shape))]
  }
}

export function shapeOf(row: Row, read: RowReader): Shape {
  const type = read.word(row, 'kind', SHAPE_KINDS)
  if (type === 'image') return { type }
  if (type === 'polygon') return { type, rings: read.bytes(row, 'geometry', unpackRings) }
  if (type !== 'point' && type !== 'box' && type !== 'mask') return read.bytes(row, 'geometry', (bytes) => unpackNumbers(type, bytes))
  const [x, y] = [read.number(row, 'x'), read.number(row, 'y')]
  if (type === 'point') return { type, x, y }
  const size = { width: read.number(row, 'width'), height: read.number(row, 'height') }
  if (type === 'box') return { type, x, y, ...size }
  return { type, x, y, ...size, tiles: read.bytes(row, 'geometry', unpackTiles) }
}

/** The same, written down as a row of columns: without a record of each. */
export function addShapeOf(row: Row, read: RowReader, shapes: ShapeWriter): void {
  const type = read.word(row, 'kind', SHAPE_KINDS)
  const kind = SHAPE_KINDS.indexOf(type)
  if (type === 'image') {
    shapes.addPlace(kind, 0, 0, 0, 0)
    return
  }
  const size = type === 'point' ? [0, 0] : [read.number(row, 'width'), read.number(row, 'height')]
  shapes.addPlace(kind, read.number(row, 'x'), read.number(row, 'y'), size[0]!, size[1]!)
  if (type === 'polygon') {
    read.bytes(row, 'geometry', (bytes) => {
      eachRing(bytes, (numbers) => {
        shapes.addRingBytes(numbers)
      })
    })
  }
  if (type === 'mask') shapes.addTiles(read.bytes(row, 'geometry', tilesJson))
  if (type === 'ellipse' || type === 'rotated-box' || type === 'polyline' || type === 'ruler')
    read.bytes(row, 'geometry', (bytes) => {
      shapes.addRingBytes(checkedNumbers(type, bytes))
    })
}
