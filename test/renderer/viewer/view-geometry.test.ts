import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  betweenViews,
  fitView,
  fitZoom,
  limitView,
  panBy,
  toImage,
  toScreen,
  toUpright,
  transformOf,
  viewOfBox,
  viewShowing,
  visibleBox,
  zoomAround,
  zoomLimits,
  zoomPercent,
  turnAround,
  type Frame,
  type View,
  type ViewTransform,
} from '../../../src/renderer/viewer/view-geometry.ts'
import { applied, turnedCanvas } from '../../../src/renderer/viewer/turned-canvas.ts'
import { arrowOnImage, normalAngle, rotationOf } from '../../../src/renderer/viewer/view-turn.ts'

const length = fc.integer({ min: 40, max: 20_000 })
const frames: fc.Arbitrary<Frame> = fc.record({
  image: fc.record({ width: length, height: length }),
  viewport: fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 200, max: 3000 }) }),
  pixelRatio: fc.constantFrom(1, 1.25, 1.5, 2, 3),
})
const zooms = fc.double({ min: 0.01, max: 64, noNaN: true })
const coordinate = fc.double({ min: -20_000, max: 40_000, noNaN: true })
const points = fc.record({ x: coordinate, y: coordinate })
const angles = fc.oneof(fc.constantFrom(0, 90, 180, -90), fc.double({ min: -179.9, max: 180, noNaN: true }))
const views: fc.Arbitrary<View> = fc.record({ zoom: zooms, centre: points, angle: angles })

/** The transform without its places on whole pixels. */
const exact = (of: View, { viewport }: Frame): ViewTransform => ({
  scale: of.zoom,
  x: viewport.width / 2 - of.centre.x * of.zoom,
  y: viewport.height / 2 - of.centre.y * of.zoom,
  turn: rotationOf(of.angle),
  about: { x: viewport.width / 2, y: viewport.height / 2 },
})

const close = (a: number, b: number, tolerance: number): void => {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(tolerance)
}

describe('screen and image', () => {
  it('are each other’s inverse', () => {
    fc.assert(
      fc.property(views, frames, points, (view, frame, point) => {
        const transform = transformOf(view, frame)
        const back = toImage(transform, toScreen(transform, point))
        close(back.x, point.x, 1e-6)
        close(back.y, point.y, 1e-6)
      }),
    )
  })

  it('put the image on whole device pixels, half a pixel off at most', () => {
    fc.assert(
      fc.property(views, frames, (view, frame) => {
        const { x, y } = transformOf(view, frame)
        close(x * frame.pixelRatio, Math.round(x * frame.pixelRatio), 1e-6)
        const exact = frame.viewport.width / 2 - view.centre.x * view.zoom
        close(x, exact, 0.5 / frame.pixelRatio + 1e-9)
        close(y * frame.pixelRatio, Math.round(y * frame.pixelRatio), 1e-6)
      }),
    )
  })

  it('show what the visible box says', () => {
    fc.assert(
      fc.property(views, frames, (view, frame) => {
        const { x, y, width, height } = visibleBox(view, frame)
        const { viewport, pixelRatio } = frame
        const seen = [0, viewport.width].flatMap((across) =>
          [0, viewport.height].map((down) => toImage(transformOf(view, frame), { x: across, y: down })),
        )
        // The pivot and the offset stand on whole device pixels.
        const slack = 2 / pixelRatio / view.zoom + 1e-6
        close(Math.min(...seen.map((at) => at.x)), x, slack)
        close(Math.max(...seen.map((at) => at.x)), x + width, slack)
        close(Math.min(...seen.map((at) => at.y)), y, slack)
        close(Math.max(...seen.map((at) => at.y)), y + height, slack)
      }),
    )
  })
})

describe('zoom', () => {
  it('leaves the point under the anchor where it is', () => {
    const anchors = fc.record({ x: fc.integer({ min: 0, max: 2000 }), y: fc.integer({ min: 0, max: 2000 }) })
    fc.assert(
      fc.property(views, frames, anchors, zooms, (view, frame, anchor, zoom) => {
        const before = toImage(exact(view, frame), anchor)
        const after = toImage(exact(zoomAround(view, frame, anchor, zoom), frame), anchor)
        close(after.x, before.x, 1e-6 * Math.max(1, Math.abs(before.x)) + 1e-6)
        close(after.y, before.y, 1e-6 * Math.max(1, Math.abs(before.y)) + 1e-6)
      }),
    )
  })

  it('keeps the anchor still all through its motion', () => {
    fc.assert(
      fc.property(views, frames, zooms, fc.double({ min: 0, max: 1, noNaN: true }), (view, frame, zoom, t) => {
        const anchor = { x: frame.viewport.width * 0.2, y: frame.viewport.height * 0.8 }
        const to = zoomAround(view, frame, anchor, zoom)
        const at = betweenViews(view, to, t)
        const under = (of: View): number => toImage(exact(of, frame), anchor).x
        close(under(at), under(view), 1e-5 * Math.max(1, Math.abs(under(view))) + 1e-4)
      }),
    )
  })

  it('begins and ends its motion exactly', () => {
    fc.assert(
      fc.property(views, views, (from, to) => {
        expect(betweenViews(from, to, 1)).toBe(to)
        close(betweenViews(from, to, 0).zoom, from.zoom, 1e-9)
        close(betweenViews(from, to, 0).centre.x, from.centre.x, 1e-6)
      }),
    )
  })

  it('shows 100 % where one image pixel is one device pixel', () => {
    const frame: Frame = { image: { width: 100, height: 100 }, viewport: { width: 800, height: 600 }, pixelRatio: 1.5 }
    expect(zoomPercent({ zoom: 1 / 1.5, centre: { x: 0, y: 0 }, angle: 0 }, frame)).toBeCloseTo(100)
  })
})

describe('limits', () => {
  it('hold for zoom and centre, and change nothing twice', () => {
    fc.assert(
      fc.property(views, frames, (view, frame) => {
        const limited = limitView(view, frame)
        const [low, high] = zoomLimits(frame, view.angle)
        expect(limited.zoom).toBeGreaterThanOrEqual(low)
        expect(limited.zoom).toBeLessThanOrEqual(high)
        expect(limited.centre.x).toBeGreaterThanOrEqual(-1e-9)
        expect(limited.centre.x).toBeLessThanOrEqual(frame.image.width + 1e-9)
        expect(limitView(limited, frame)).toEqual(limited)
      }),
    )
  })

  it('keep the image centred at the fitting zoom, and all of it in sight', () => {
    fc.assert(
      fc.property(frames, points, angles, (frame, centre, angle) => {
        const limited = limitView({ zoom: fitZoom(frame, angle), centre, angle }, frame)
        close(limited.centre.x, frame.image.width / 2, 1e-6)
        const transform = transformOf(fitView(frame, angle), frame)
        for (const x of [0, frame.image.width])
          for (const y of [0, frame.image.height]) {
            const seen = toScreen(transform, { x, y })
            expect(Math.min(seen.x, seen.y)).toBeGreaterThanOrEqual(0)
            expect(seen.x).toBeLessThanOrEqual(frame.viewport.width)
            expect(seen.y).toBeLessThanOrEqual(frame.viewport.height)
          }
      }),
    )
  })

  it('let a small image be seen at 1:1 and any at 64x', () => {
    const frame: Frame = { image: { width: 70, height: 70 }, viewport: { width: 1280, height: 800 }, pixelRatio: 1 }
    expect(limitView({ zoom: 1, centre: { x: 35, y: 35 }, angle: 0 }, frame).zoom).toBe(1)
    expect(limitView({ zoom: 1000, centre: { x: 35, y: 35 }, angle: 0 }, frame).zoom).toBe(64)
  })
})

describe('going to a box', () => {
  const frame: Frame = { image: { width: 2000, height: 1500 }, viewport: { width: 1000, height: 800 }, pixelRatio: 1 }

  it('shifts the view no more than needed, and not at all when the box is in sight', () => {
    const view: View = { zoom: 2, centre: { x: 500, y: 500 }, angle: 0 }
    expect(viewShowing({ x: 480, y: 480, width: 30, height: 30 }, view, frame)).toBe(view)
    const shifted = viewShowing({ x: 760, y: 480, width: 30, height: 30 }, view, frame)
    // The right edge at 790 with 12 px of room (24 on screen) ends at the viewport's right border.
    expect(shifted.centre).toEqual({ x: 790 + 12 - 250, y: 500 })
    expect(shifted.zoom).toBe(2)
  })

  it('brings any box of the image into sight', () => {
    const boxes = fc.record({ x: fc.integer({ min: 0, max: 1900 }), y: fc.integer({ min: 0, max: 1400 }) })
    fc.assert(
      fc.property(boxes, zooms, angles, (corner, zoom, angle) => {
        const view = limitView({ zoom, centre: { x: 100, y: 100 }, angle }, frame)
        const middle = { x: corner.x + 10, y: corner.y + 10 }
        const seen = toScreen(transformOf(viewShowing({ ...corner, width: 20, height: 20 }, view, frame), frame), middle)
        expect(seen.x).toBeGreaterThan(0)
        expect(seen.x).toBeLessThan(frame.viewport.width)
        expect(seen.y).toBeGreaterThan(0)
        expect(seen.y).toBeLessThan(frame.viewport.height)
      }),
    )
  })

  it('does not blow a tiny box up beyond its largest zoom', () => {
    expect(viewOfBox({ x: 10, y: 10, width: 2, height: 2 }, frame).zoom).toBe(8)
    expect(viewOfBox({ x: 0, y: 0, width: 500, height: 100 }, frame, 0.5).zoom).toBeCloseTo(1)
  })

  it('pans by screen pixels', () => {
    const view: View = { zoom: 4, centre: { x: 100, y: 100 }, angle: 0 }
    expect(panBy(view, 40, -8).centre).toEqual({ x: 90, y: 102 })
    // Turned to the right, the image's own right is the screen's foot.
    expect(panBy({ ...view, angle: 90 }, 0, 40).centre).toEqual({ x: 90, y: 100 })
  })
})

describe('a turned view', () => {
  it('shows the image’s right at the foot of the screen after a turn to the right', () => {
    const frame: Frame = { image: { width: 300, height: 200 }, viewport: { width: 801, height: 600 }, pixelRatio: 1 }
    const transform = transformOf({ zoom: 2, centre: { x: 100, y: 100 }, angle: 90 }, frame)
    const middle = toScreen(transform, { x: 100, y: 100 })
    const right = toScreen(transform, { x: 110, y: 100 })
    expect({ x: right.x - middle.x, y: right.y - middle.y }).toEqual({ x: 0, y: 20 })
  })

  it('turns about the point under the anchor', () => {
    const anchors = fc.record({ x: fc.integer({ min: 0, max: 2000 }), y: fc.integer({ min: 0, max: 2000 }) })
    fc.assert(
      fc.property(views, frames, anchors, angles, (view, frame, anchor, angle) => {
        const before = toImage(exact(view, frame), anchor)
        const after = toImage(exact(turnAround(view, frame, anchor, angle), frame), anchor)
        close(after.x, before.x, 1e-5)
        close(after.y, before.y, 1e-5)
      }),
    )
  })

  it('is drawn where the pointer finds it: an upright canvas and its matrix are the same as the transform', () => {
    fc.assert(
      fc.property(views, frames, points, fc.constantFrom(0, 256), (view, frame, point, margin) => {
        const { viewport, pixelRatio } = frame
        const real = { width: (viewport.width + 2 * margin) * pixelRatio, height: (viewport.height + 2 * margin) * pixelRatio }
        const transform = transformOf(view, frame)
        const { transform: upright, matrix } = turnedCanvas(transform, real, pixelRatio, margin)
        const drawn = applied(matrix, toUpright(upright, point))
        const seen = toScreen(transform, point)
        // Far from the screen the numbers are large, and so is their rounding.
        const near = 1e-5 * Math.max(1, Math.hypot(drawn.x, drawn.y) / 1e4)
        close(drawn.x, (seen.x + margin) * pixelRatio, near)
        close(drawn.y, (seen.y + margin) * pixelRatio, near)
      }),
    )
  })

  it('has all that the screen shows on its upright canvas, so that no tile is missing', () => {
    fc.assert(
      fc.property(
        views,
        frames,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (view, frame, across, down) => {
          const { viewport } = frame
          const transform = transformOf(view, { ...frame, pixelRatio: 1 })
          const { transform: upright, canvas } = turnedCanvas(transform, viewport, 1)
          const at = toUpright(upright, toImage(transform, { x: across * viewport.width, y: down * viewport.height }))
          expect(at.x).toBeGreaterThanOrEqual(-1e-4)
          expect(at.y).toBeGreaterThanOrEqual(-1e-4)
          expect(at.x).toBeLessThanOrEqual(canvas.width + 1e-4)
          expect(at.y).toBeLessThanOrEqual(canvas.height + 1e-4)
        },
      ),
    )
  })

  it('keeps pixels on pixels at quarter turns, also where width and height differ by an odd number', () => {
    for (const angle of [0, 90, 180, -90])
      for (const viewport of [
        { width: 801, height: 600 },
        { width: 800, height: 600 },
        { width: 333, height: 77 },
      ]) {
        const frame: Frame = { image: { width: 300, height: 200 }, viewport, pixelRatio: 1 }
        const { matrix, transform } = turnedCanvas(transformOf({ zoom: 3, centre: { x: 51, y: 40 }, angle }, frame), viewport, 1)
        for (const value of [matrix.e, matrix.f, transform.x, transform.y]) expect(value).toBe(Math.round(value))
      }
  })

  it('keeps angles above -180 and up to 180', () => {
    expect([0, 180, -180, 190, -190, 360, 725, -90].map(normalAngle)).toEqual([0, 180, 180, -170, 170, 0, 5, -90])
    expect(
      [180.00000000000003, -180.00000000000003, 540.0000000001].map((angle) => normalAngle(normalAngle(angle)) - normalAngle(angle)),
    ).toEqual([0, 0, 0])
  })

  it('turns the shorter way round', () => {
    const view: View = { zoom: 1, centre: { x: 0, y: 0 }, angle: 170 }
    expect(betweenViews(view, { ...view, angle: -170 }, 0.5).angle).toBe(180)
  })

  it('takes an arrow of the screen along the image’s nearest axis', () => {
    expect(arrowOnImage(0, 1, 0)).toEqual({ x: 1, y: 0 })
    expect(arrowOnImage(90, 1, 0)).toEqual({ x: 0, y: -1 })
    expect(arrowOnImage(-95, 0, 10)).toEqual({ x: -10, y: 0 })
    expect(arrowOnImage(180, 0, 1)).toEqual({ x: 0, y: -1 })
    expect(arrowOnImage(30, 1, 0)).toEqual({ x: 1, y: 0 })
  })
})
