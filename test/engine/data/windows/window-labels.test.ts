import { describe, expect, it } from 'vitest'
import type { JobLabel } from '#shared/contracts/job.ts'
import { shapesToLabelMap, isAreaShape } from '#shared/masks/draw-shape.ts'
import { bitMaskOf, maskOf } from '#shared/masks/mask-shape.ts'
import { discSpans } from '#shared/masks/spans.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import type { Shape } from '#shared/records/shape.ts'
import { translateShape } from '#shared/masks/translate-shape.ts'
import { labelsIn } from '../../../../src/engine/data/windows/window-labels.ts'

const image = { width: 9000, height: 9000 }
const window = { x: 1003, y: 2011, width: 512, height: 600 }
const label = (shape: Shape, ignore = false): JobLabel => ({ shape, classIndex: 0, ignore })

const disc = maskOf(maskOfSpans(discSpans({ x: 1010, y: 2600 }, 90)))!
const triangle: Shape = { type: 'polygon', rings: [[900.3, 2000.2, 1700.9, 2300.4, 1200.5, 2900.1]] }
const ring: Shape = { type: 'polygon', rings: [[1100, 2100, 1300, 2100, 1300, 2300, 1100, 2300], [1150, 2150, 1250, 2150, 1250, 2250]] } // prettier-ignore

describe('labelsIn', () => {
  it('has, of areas that are inside or cut, the very pixels that they have in the window', () => {
    for (const shape of [disc, triangle, ring]) {
      const [seen] = labelsIn({ ...image, labels: [label(shape)] }, window, false)
      const inside = seen!.shape
      if (!isAreaShape(inside)) throw new Error('an area stays one')
      const expected = shapesToLabelMap([shape as typeof disc], window)
      expect(expected.includes(1)).toBe(true)
      expect(shapesToLabelMap([inside], { ...window, x: 0, y: 0 })).toEqual(expected)
      if (inside.type === 'mask') expect(() => bitMaskOf(inside)).not.toThrow()
      expect(seen!.ignore).toBe(false)
    }
  })

  it('drops what lies outside, also where only the bounds reach in', () => {
    const corner: Shape = { type: 'polygon', rings: [[400, 2000, 1100, 1300, 1100, 1400, 500, 2020]] }
    const far: Shape = { type: 'box', x: 10, y: 10, width: 50, height: 50 }
    const point: Shape = { type: 'point', x: 1002, y: 2012 }
    expect(labelsIn({ ...image, labels: [label(corner), label(far), label(point)] }, window, true)).toEqual([])
  })

  it('keeps what is said of the whole image, ignored labels and points inside', () => {
    const everything: Shape = { type: 'box', x: 0, y: 0, ...image }
    const labels = [label({ type: 'image' }), label(everything, true), label({ type: 'point', x: 1010, y: 2020 })]
    expect(labelsIn({ ...image, labels }, window, true)).toEqual([
      label({ type: 'image' }),
      label({ type: 'box', x: 0, y: 0, width: 512, height: 600 }, true),
      label({ type: 'point', x: 7, y: 9 }),
    ])
  })

  it('does not ignore a box for what sticks out of the image', () => {
    const out = label({ type: 'box', x: 8950, y: 8950, width: 60, height: 40 })
    const [seen] = labelsIn({ ...image, labels: [out] }, { x: 8488, y: 8488, width: 512, height: 512 }, true)
    expect(seen).toEqual(label({ type: 'box', x: 462, y: 462, width: 60, height: 40 }))
  })

  it('goes back to the image by being moved', () => {
    for (const shape of [disc, ring]) {
      const there = translateShape(shape, { x: -256, y: -77 })
      expect(translateShape(there, { x: 256, y: 77 })).toEqual(shape)
    }
  })
})
