import { describe, expect, it } from 'vitest'
import { byTrust, markedTwice } from '../../src/shared/counts/marked-twice.ts'
import { classId } from '../../src/shared/records/ids.ts'
import type { Shape } from '../../src/shared/records/shape.ts'

const [RBC, WBC] = [classId.parse('rbc'), classId.parse('wbc')]
const box = (x: number, y: number, width = 20, height = 20): Shape => ({ type: 'box', x, y, width, height })
const polygon = (...ring: number[]): Shape => ({ type: 'polygon', rings: [ring] })
const marked = (...shapes: Shape[]) => markedTwice(shapes.map((shape) => ({ classId: RBC, shape })))

describe('objects that are marked twice', () => {
  it('are those of one class that lie on one another, or in one another', () => {
    expect(marked(box(0, 0), box(2, 0), box(14, 0), box(200, 0))).toEqual([[0, 1]])
    expect(marked(box(0, 0, 60, 60), box(20, 20))).toEqual([[0, 1]])
    // A guess at the middle of a cell beside one of the whole of it: an IoU of 0.43, but 0.8 of the smaller.
    expect(marked(box(0, 0, 30, 30), box(14, 0, 20, 27))).toEqual([[0, 1]])
    // Neighbours that overlap by a half are two cells.
    expect(marked(box(0, 0), box(10, 0))).toEqual([])
    expect(markedTwice([{ classId: RBC, shape: box(0, 0) }, { classId: WBC, shape: box(0, 0) }])).toEqual([]) // prettier-ignore
  })

  it('go by the pixels of outlines, not by the boxes round them', () => {
    const corner = polygon(0, 0, 60, 0, 60, 8, 8, 8, 8, 60, 0, 60)
    expect(marked(corner, polygon(30, 30, 50, 30, 50, 50, 30, 50))).toEqual([])
    expect(marked(corner, polygon(0, 0, 60, 0, 60, 9, 9, 9, 9, 60, 0, 60))).toEqual([[0, 1]])
    expect(marked(polygon(0, 0, 60, 0, 60, 60, 0, 60), { type: 'ellipse', cx: 30, cy: 30, width: 20, height: 10, angle: 0 })).toEqual([[0, 1]]) // prettier-ignore
  })

  it('are no points and no lines', () => {
    expect(marked({ type: 'point', x: 5, y: 5 }, { type: 'point', x: 5, y: 5 })).toEqual([])
    expect(marked(box(0, 0), { type: 'point', x: 5, y: 5 })).toEqual([])
  })

  it('stay as labels before predictions, and as the surer of two predictions', () => {
    expect([{ score: 0.2 }, { score: Number.NaN }, { score: 0.9 }].sort(byTrust).map(({ score }) => score)).toEqual([Number.NaN, 0.9, 0.2])
  })
})
