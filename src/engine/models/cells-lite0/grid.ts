/** A map of cells: each `stride` x `stride` pixels of the input, row by row. */
export interface CellMap {
  readonly stride: number
  readonly rows: number
  readonly columns: number
  /** Index of its first cell among the cells of all maps. */
  readonly start: number
}

/** The maps of an input, in the order of the network's rows. Throws RangeError on sides that the strides do not divide. */
export function cellMaps(height: number, width: number, strides: readonly number[]): CellMap[] {
  let start = 0
  return strides.map((stride) => {
    if (height % stride !== 0 || width % stride !== 0) throw new RangeError(`An input of ${width}x${height} has no cells of ${stride} px`)
    const map = { stride, rows: height / stride, columns: width / stride, start }
    start += map.rows * map.columns
    return map
  })
}

export function cellCount(maps: readonly CellMap[]): number {
  return maps.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
}

/** Centre x, centre y and stride of every cell, three arrays. */
export function cellCentres(maps: readonly CellMap[]): {
  readonly x: Float32Array
  readonly y: Float32Array
  readonly stride: Float32Array
} {
  const count = cellCount(maps)
  const cells = { x: new Float32Array(count), y: new Float32Array(count), stride: new Float32Array(count) }
  for (const { stride, rows, columns, start } of maps) {
    for (let i = 0; i < rows * columns; i++) {
      cells.x[start + i] = ((i % columns) + 0.5) * stride
      cells.y[start + i] = (Math.floor(i / columns) + 0.5) * stride
      cells.stride[start + i] = stride
    }
  }
  return cells
}
