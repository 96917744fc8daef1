import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNearOutline } from '../../../src/renderer/viewer/area-outline.ts'
import { HANDLES } from '../../../src/renderer/viewer/handles.ts'
import {
  boxShape,
  clampShift,
  drawnBox,
  fittedInto,
  sameShape,
  MIN_SIDE,
  resizedBox,
  shifted,
  stretchedBox,
} from '../../../src/renderer/tools/box-math.ts'
import { bitMaskOf } from '../../../src/shared/masks/mask-shape.ts'
import { emptyMask, maskArea, maskHas, maskSpans, subtractMasks } from '../../../src/shared/masks/bit-mask.ts'
import { bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { clipMask } from '../../../src/shared/masks/paint.ts'
import { box, discMask, point, polygon } from '../records.ts'

const image = { width: 640, height: 480 }
const coordinate = fc.double({ min: -300, max: 1000, noNaN: true })
const inside = fc
  .record({
    x: fc.integer({ min: 0, max: 600 }),
    y: fc.integer({ min: 0, max: 440 }),
    w: fc.integer({ min: 2, max: 300 }),
    h: fc.integer({ min: 2, max: 300 }),
  })
  .map(({ x, y, w, h }) => box(x, y, Math.min(w, 640 - x), Math.min(h, 480 - y)))

/** A shape that covers more than the image, moved as fitting moves it: its corner to the image's. */
const shiftedTo = (shape: ReturnType<typeof polygon>): ReturnType<typeof polygon> =>
  polygon(...shape.rings.map((ring) => ring.map((value) => value + 600)))

const liesIn = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }): boolean =>
  x >= -1e-6 && y >= -1e-6 && x + width <= 640 + 1e-6 && y + height <= 480 + 1e-6

describe('boxes being drawn', () => {
  it('lie in the image, whatever the hand does', () => {
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, fc.boolean(), (x1, y1, x2, y2, square) => {
        const drawn = drawnBox({ x: x1, y: y1 }, { x: x2, y: y2 }, image, square)
        expect(liesIn(drawn)).toBe(true)
        if (square) expect(drawn.width).toBeCloseTo(drawn.height, 6)
      }),
    )
  })
})

describe('boxes being resized', () => {
  const options = fc.record({ ratio: fc.boolean(), centred: fc.boolean() })

  it('lie in the image and keep their smallest size', () => {
    fc.assert(
      fc.property(inside, fc.constantFrom(...HANDLES), coordinate, coordinate, options, (from, handle, dx, dy, chosen) => {
        const resized = resizedBox(from, handle, dx, dy, image, chosen)
        expect(liesIn(resized)).toBe(true)
        expect(Math.min(resized.width, resized.height)).toBeGreaterThanOrEqual(MIN_SIDE - 1e-6)
      }),
      { numRuns: 500 },
    )
  })

  it('stay as they are where the pointer did not move', () => {
    fc.assert(
      fc.property(inside, fc.constantFrom(...HANDLES), options, (from, handle, chosen) => {
        const { x, y, width, height } = resizedBox(from, handle, 0, 0, image, chosen)
        for (const [after, before] of [
          [x, from.x],
          [y, from.y],
          [width, from.width],
          [height, from.height],
        ] as const)
          expect(after).toBeCloseTo(before, 6)
      }),
    )
  })

  it('keep the edges that no handle moves', () => {
    const resized = resizedBox(box(100, 100, 50, 50), 'e', 30, 99, image, { ratio: false, centred: false })
    expect(resized).toEqual({ x: 100, y: 100, width: 80, height: 50 })
  })

  it('keep their ratio at corners', () => {
    fc.assert(
      fc.property(inside, fc.constantFrom('nw', 'ne', 'sw', 'se' as const), coordinate, coordinate, (from, handle, dx, dy) => {
        const resized = resizedBox(from, handle as 'nw', dx, dy, image, { ratio: true, centred: false })
        expect(resized.width / resized.height).toBeCloseTo(from.width / from.height, 4)
      }),
    )
  })

  it('keep their middle with Alt', () => {
    const resized = resizedBox(box(100, 100, 50, 40), 'se', 10, 10, image, { ratio: false, centred: true })
    expect(resized).toEqual({ x: 90, y: 90, width: 70, height: 60 })
  })
})

describe('shifts', () => {
  it('keep everything in the image, and are exact where there is room', () => {
    fc.assert(
      fc.property(inside, coordinate, coordinate, (from, dx, dy) => {
        const shift = clampShift(from, dx, dy, image)
        expect(liesIn({ ...from, x: from.x + shift.x, y: from.y + shift.y })).toBe(true)
        if (liesIn({ ...from, x: from.x + dx, y: from.y + dy })) {
          expect(shift.x).toBeCloseTo(dx, 5)
          expect(shift.y).toBeCloseTo(dy, 5)
        }
      }),
    )
  })

  it('let what sticks out come in, and go no farther out', () => {
    const out = box(-20, 10, 50, 50)
    expect(clampShift(out, -5, 0, image)).toEqual({ x: 0, y: 0 })
    expect(clampShift(out, 25, 0, image)).toEqual({ x: 25, y: 0 })
  })

  it('move points as well', () => {
    expect(shifted(point(5, 5), { x: 1.234, y: 0 })).toEqual(point(6.23, 5))
  })
})

describe('single steps', () => {
  it('stretch within the border', () => {
    expect(stretchedBox(box(600, 10, 39, 10), 'end', 10, 0, image)).toEqual(box(600, 10, 40, 10))
    expect(stretchedBox(box(1, 10, 39, 10), 'start', -10, 0, image)).toEqual(box(0, 10, 40, 10))
    expect(stretchedBox(box(10, 10, 5, 5), 'start', 10, 10, image)).toEqual(box(13, 13, 2, 2))
  })

  it('fit pasted shapes into a smaller image', () => {
    expect(fittedInto(box(630, 470, 30, 30), image)).toEqual(box(610, 450, 30, 30))
    expect(fittedInto(box(-5, 0, 1000, 30), image)).toEqual(box(0, 0, 640, 30))
    expect(fittedInto(point(700, -3), image)).toEqual(point(640, 0))
  })

  it('fit polygons into the image: moved in, and cut where they are larger', () => {
    expect(fittedInto(polygon([620, 10, 660, 10, 660, 50]), image)).toEqual(polygon([600, 10, 640, 10, 640, 50]))
    const large = fittedInto(polygon([0, 0, 1280, 0, 1280, 480, 0, 480], [600, 100, 700, 100, 700, 200, 600, 200]), image)
    expect(large?.type).toBe('polygon')
    const mask = bitMaskOfShape(large as Extract<typeof large, { type: 'polygon' }>)
    expect(maskArea(mask)).toBe(640 * 480 - 40 * 100)
    expect(maskHas(mask, 620, 150)).toBe(false)
    expect(maskHas(mask, 599, 150)).toBe(true)
  })

  it('cut polygons to exactly what of them lies in the image', () => {
    const corner = fc.tuple(fc.integer({ min: -600, max: 1300 }), fc.integer({ min: -600, max: 1300 }))
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 9 }), (corners) => {
        // A ring round everything keeps it from being moved; what is checked is the cut of the other one.
        const frame = [-600, -600, 1300, -600, 1300, 1300, -600, 1300]
        const shape = polygon(frame, corners.flat())
        const fitted = fittedInto(shape, image)
        const moved = shiftedTo(shape)
        const found = fitted === null ? emptyMask() : bitMaskOfShape(fitted as typeof shape)
        const expected = clipMask(bitMaskOfShape(moved), image)
        // Only a pixel whose centre lies on a side may differ: the cut adds a rounding to the side's place.
        for (const wrong of [subtractMasks(found, expected), subtractMasks(expected, found)])
          maskSpans(wrong)((y, from, to) => {
            for (let x = from; x < to; x++) expect(isNearOutline(moved.rings, { x: x + 0.5, y: y + 0.5 }, 1e-6)).toBe(true)
          })
      }),
      { numRuns: 40 },
    )
  })

  it('fit masks into the image', () => {
    expect(fittedInto(discMask(635, 100, 20), image)).toEqual(discMask(620, 100, 20))
    const cut = fittedInto(discMask(320, 240, 400), image)
    expect(cut).toMatchObject({ type: 'mask', x: 0, y: 0, width: 640, height: 480 })
    expect(maskArea(bitMaskOf(cut as ReturnType<typeof discMask>))).toBe(maskArea(clipMask(bitMaskOf(discMask(400, 400, 400)), image)))
    expect(fittedInto(polygon([0, 0, 2000, 0, 2000, 2000, 1900, 2000, 1900, 1, 0, 1]), { width: 5, height: 5 })).not.toBeNull()
    expect(fittedInto(polygon([0, 2000, 2000, 2000, 2000, 0, 1999, 0, 1999, 1999, 0, 1999]), image)).toBeNull()
  })

  it('tell the same area from another one with the same bounds', () => {
    const triangle = polygon([0, 0, 10, 0, 10, 10])
    expect(sameShape(triangle, polygon([0, 0, 10, 0, 10, 10]))).toBe(true)
    expect(sameShape(triangle, polygon([0, 0, 10, 10, 0, 10]))).toBe(false)
    expect(sameShape(discMask(50, 50, 10), discMask(50, 50, 10))).toBe(true)
    expect(sameShape(discMask(50, 50, 10), discMask(51, 50, 10))).toBe(false)
    expect(sameShape(box(0, 0, 10, 10), triangle)).toBe(false)
  })

  it('keep hundredths of a pixel', () => {
    expect(boxShape({ x: 1.23456, y: 2, width: 10.00001, height: 3.999 })).toEqual(box(1.23, 2, 10, 4))
  })
})
