const HALF = 0x10000

/**
 * The rows from 0 on in the order of their keys, rising; of equal keys those that stood first come first. Of several columns of keys the last
 * counts most. Sorted by halves of their 32 bits (a radix sort), since a million rows by a comparison of texts take seconds.
 */
export function rowOrder(count: number, keys: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  let order = new Uint32Array(count)
  for (let row = 0; row < count; row++) order[row] = row
  for (const key of keys) for (const shift of [0, 16]) order = byHalf(order, key, shift)
  return order
}

function byHalf(order: Uint32Array<ArrayBuffer>, key: Uint32Array, shift: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(HALF + 1)
  for (const row of order) starts[((key[row]! >>> shift) & (HALF - 1)) + 1]!++
  // All alike, as the time of an import is.
  if (order.length === 0 || starts[((key[0]! >>> shift) & (HALF - 1)) + 1] === order.length) return order
  for (let at = 1; at <= HALF; at++) starts[at]! += starts[at - 1]!
  const sorted = new Uint32Array(order.length)
  for (const row of order) sorted[starts[(key[row]! >>> shift) & (HALF - 1)]!++] = row
  return sorted
}

/** Whether an order leaves every row where it is. */
export const isInPlace = (order: Uint32Array): boolean => order.every((row, at) => row === at)

type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

/** Numbers of rows in another order; `width`: how many each row has. */
export function inOrder<A extends Numbers>(values: A, order: Uint32Array, width = 1): A {
  const Kind = values.constructor as new (length: number) => A
  const moved = new Kind(values.length)
  for (let at = 0; at < order.length; at++) for (let i = 0; i < width; i++) moved[width * at + i] = values[width * order[at]! + i]!
  return moved
}

/** The place of a row among some rows, rising, of which it is one. */
export function placeAmong(rows: Uint32Array, row: number): number {
  let [low, high] = [0, rows.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]! < row) low = middle + 1
    else high = middle
  }
  return low
}
