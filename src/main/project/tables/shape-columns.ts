import { z } from 'zod'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { maskTile, type Shape } from '#shared/records/shape.ts'
import type { Row, RowReader, SqlValue } from '../rows.ts'

/** The columns that a shape lies in, in the order of `shapeColumns`. */
export const SHAPE_COLUMNS = ['kind', 'x', 'y', 'width', 'height', 'geometry'] as const

const KINDS = ['box', 'point', 'polygon', 'mask', 'image'] as const

const rings = z.array(z.array(z.number()))
const tiles = z.array(maskTile)

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
      return [...place, width, height, JSON.stringify(shape.rings)]
    case 'mask':
      return [...place, width, height, JSON.stringify(shape.tiles)]
  }
}

export function shapeOf(row: Row, read: RowReader): Shape {
  const type = read.word(row, 'kind', KINDS)
  if (type === 'image') return { type }
  if (type === 'polygon') return { type, rings: read.json(row, 'geometry', (value) => rings.parse(value)) }
  const [x, y] = [read.number(row, 'x'), read.number(row, 'y')]
  if (type === 'point') return { type, x, y }
  const size = { width: read.number(row, 'width'), height: read.number(row, 'height') }
  if (type === 'box') return { type, x, y, ...size }
  return { type, x, y, ...size, tiles: read.json(row, 'geometry', (value) => tiles.parse(value)) }
}
