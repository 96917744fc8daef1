import { describe, expect, test } from 'vitest'
import { RowSet } from '../../../src/renderer/objects/row-set.ts'
import { selectAll } from '../../../src/renderer/tools/object-commands.ts'
import { liesInside } from '../../../src/renderer/viewer/area-outline.ts'
import { middlesInside, middlesWithin, rowsWithin, type ObjectId } from '../../../src/renderer/viewer/scene.ts'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { type Point } from '../../../src/shared/geometry/point.ts'
import { annotationOf, box, PLATELET, polygon, RBC, WBC } from '../records.ts'
import { openSession } from '../session.ts'

// Enough objects that a selection of them is a set of rows.

const [COLUMNS, COUNT] = [60, 3000]
const CLASSES = [RBC, WBC, PLATELET]
const middleOf = (i: number): Point => ({ x: 10 * (i % COLUMNS) + 20, y: 9 * Math.floor(i / COLUMNS) + 20 })

/** Squares of 8 pixels with a hole round their middle, in rows; each seventh locked. */
const annotations: readonly AnnotationRecord[] = Array.from({ length: COUNT }, (_, i) => {
  const { x, y } = middleOf(i)
  const square = (half: number): number[] => [x - half, y - half, x + half, y - half, x + half, y + half, x - half, y + half]
  return { ...annotationOf(`o${String(i)}`, polygon(square(4), square(2)), CLASSES[i % 3]), locked: i % 7 === 0 }
})

const idsOf = (passes: (middle: Point, i: number) => boolean): Set<string> =>
  new Set(annotations.filter((_, i) => passes(middleOf(i), i)).map(({ id }) => id))
const isIn = ({ x, y }: Point, left: number, top: number, right: number, bottom: number): boolean =>
  x >= left && y >= top && x <= right && y <= bottom

/** A line by a free hand: a star with many corners, whose notches cut through objects. */
const STAR = Array.from({ length: 300 }, (_, k) => {
  const [turn, far] = [(2 * Math.PI * k) / 300, k % 20 < 10 ? 190 : 120]
  return [310.3 + 1.5 * far * Math.cos(turn), 240.7 + far * Math.sin(turn)]
}).flat()
/** Its two halves turn against each other: even-odd, and inside of both. */
const BOW = [12, 12, 600, 460, 600, 12, 12, 460]

const scene = async (prepare: (stores: Awaited<ReturnType<typeof openSession>>['stores']) => void = () => undefined) => {
  const { stores } = await openSession({ annotations, predictions: [] })
  prepare(stores)
  return { stores, of: stores.scene.getState().scene }
}
const plain = (ids: ReadonlySet<ObjectId>): Set<string> => new Set([...ids].map(String))

describe('many objects at once', () => {
  test('are taken by where their middle lies, be they partly inside, and be the middle in their hole', async () => {
    const { of } = await scene()
    for (const [left, top, right, bottom] of [
      [0, 0, 640, 480],
      [40, 47, 620, 461],
      [40.5, 47.5, 310, 300],
    ] as const) {
      // prettier-ignore
      const taken = middlesWithin(of, box(left, top, right - left, bottom - top))
      expect(plain(taken)).toEqual(idsOf((middle) => isIn(middle, left, top, right, bottom)))
    }
    for (const ring of [STAR, BOW, [0, 0, 640, 0, 640, 480, 0, 480], [40, 40, 300, 40, 300, 40]])
      expect(plain(middlesInside(of, ring))).toEqual(idsOf((middle) => liesInside([ring], middle)))
    expect(middlesInside(of, STAR)).toBeInstanceOf(RowSet)
  })

  test('leave out hidden classes and what the filter keeps back, and take in what is locked', async () => {
    const { of, stores } = await scene(({ display, filter }) => {
      display.toggleClass(WBC)
      filter.set({ classes: new Set([RBC, WBC]) })
    })
    const shown = (i: number): boolean => i % 3 === 0
    expect(plain(middlesWithin(of, box(0, 0, 640, 480)))).toEqual(idsOf((_, i) => shown(i)))
    expect(plain(middlesWithin(of, box(0, 0, 500, 400)))).toEqual(idsOf((middle, i) => shown(i) && isIn(middle, 0, 0, 500, 400)))
    expect(plain(middlesInside(of, STAR))).toEqual(idsOf((middle, i) => shown(i) && liesInside([STAR], middle)))
    selectAll(stores)
    expect(plain(stores.selection.getState().selected)).toEqual(idsOf((_, i) => shown(i)))
  })

  test('are found in the order of their rows, whether each is looked at or the index is asked', async () => {
    const { of } = await scene(({ display }) => {
      display.toggleClass(RBC)
    })
    const part = of.parts.find(({ rows }) => rows.count === COUNT)!
    for (const [left, top, right, bottom] of [
      [-9, -9, 700, 500],
      [17, 17, 600, 450],
      [44, 44, 400, 320],
      [44, 44, 60, 60],
      [-9, 0, 15, 480],
    ] as const) {
      // prettier-ignore
      const meeting = annotations.flatMap((_, i) => {
        const { x, y } = middleOf(i)
        return i % 3 !== 0 && x + 4 >= left && y + 4 >= top && x - 4 <= right && y - 4 <= bottom ? i : []
      })
      expect([...rowsWithin(part, box(left, top, right - left, bottom - top))]).toEqual(meeting)
    }
  })
})
