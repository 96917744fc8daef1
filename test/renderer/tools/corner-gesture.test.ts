import { describe, expect, it } from 'vitest'
import { cornerAt, cornerPlaces, withoutCorner } from '../../../src/renderer/tools/corner-gesture.ts'
import { type PolygonShape } from '../../../src/shared/records/shape.ts'
import { polygon } from '../records.ts'
import { contextOf, Hand, objectOf } from './pointer.ts'

const SQUARE = polygon([100, 100, 200, 100, 200, 200, 100, 200])
const A = objectOf('a', SQUARE)

/** A hand on the selected square. */
function hand(): Hand {
  const context = contextOf([A], { selected: new Set([A.id]) })
  return new Hand({
    ...context,
    targetAt: (input) => {
      const place = cornerAt(SQUARE, input.image, 1)
      return place === null ? context.targetAt(input) : { kind: 'corner', id: A.id, place }
    },
  })
}
const reshaped = (one: Hand): unknown => one.changes.map((effect) => (effect.kind === 'reshape' ? effect.shapes.get(A.id) : effect.kind))

describe('corners of a polygon', () => {
  it('are taken where the pointer is near, and so are the middles of long sides', () => {
    expect(cornerAt(SQUARE, { x: 203, y: 98 }, 1)).toMatchObject({ ring: 0, index: 1, middle: false })
    expect(cornerAt(SQUARE, { x: 152, y: 101 }, 1)).toMatchObject({ index: 0, middle: true })
    expect(cornerAt(SQUARE, { x: 100, y: 148 }, 1)).toMatchObject({ index: 3, middle: true })
    expect(cornerAt(SQUARE, { x: 150, y: 150 }, 1)).toBeNull()
    expect(cornerPlaces(SQUARE, 0.2).every(({ middle }) => !middle)).toBe(true)
  })

  it('follow a drag, as one change', () => {
    const dragged = hand().drag([200, 100], [240, 60])
    expect(reshaped(dragged)).toEqual([polygon([100, 100, 240, 60, 200, 200, 100, 200])])
    dragged.isAtRest()
  })

  it('are made by dragging a side', () => {
    expect(reshaped(hand().drag([150, 100], [150, 50]))).toEqual([polygon([100, 100, 150, 50, 200, 100, 200, 200, 100, 200])])
    expect(reshaped(hand().drag([100, 150], [50, 150]))).toEqual([polygon([100, 100, 200, 100, 200, 200, 100, 200, 50, 150])])
  })

  it('stay in the image, and change nothing by a click', () => {
    expect(reshaped(hand().drag([200, 200], [900, 900]))).toEqual([polygon([100, 100, 200, 100, 640, 480, 100, 200])])
    expect(hand().click(200, 200).changes).toEqual([])
    expect(hand().click(200, 200).selected).toEqual(['a'])
  })

  it('go one by one, a triangle as a whole', () => {
    const place = (ring: number, index: number) => ({ ring, index, middle: false, at: { x: 0, y: 0 } })
    const triangle = withoutCorner(SQUARE, place(0, 1)) as PolygonShape
    expect(triangle).toEqual(polygon([100, 100, 200, 200, 100, 200]))
    expect(withoutCorner(triangle, place(0, 0))).toBeNull()
    const hole = [120, 120, 140, 120, 140, 140]
    expect(withoutCorner(polygon(SQUARE.rings[0]!, hole), place(1, 2))).toEqual(SQUARE)
  })
})
