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
  transformOf,
  viewOfBox,
  viewShowing,
  visibleBox,
  zoomAround,
  zoomLimits,
  zoomPercent,
  type Frame,
  type View,
} from '../../../src/renderer/viewer/view-geometry.ts'

const length = fc.integer({ min: 40, max: 20_000 })
const frames: fc.Arbitrary<Frame> = fc.record({
  image: fc.record({ width: length, height: length }),
  viewport: fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 200, max: 3000 }) }),
  pixelRatio: fc.constantFrom(1, 1.25, 1.5, 2, 3),
})
const zooms = fc.double({ min: 0.01, max: 64, noNaN: true })
const coordinate = fc.double({ min: -20_000, max: 40_000, noNaN: true })
const points = fc.record({ x: coordinate, y: coordinate })
const views: fc.Arbitrary<View> = fc.record({ zoom: zooms, centre: points })

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
        const { scale } = transformOf(view, frame)
        close(width * scale, frame.viewport.width, 1e-6 * frame.viewport.width)
        close(x + width / 2, view.centre.x, 1e-6)
        close(y + height / 2, view.centre.y, 1e-6)
      }),
    )
  })
})

describe('zoom', () => {
  it('leaves the point under the anchor where it is', () => {
    const anchors = fc.record({ x: fc.integer({ min: 0, max: 2000 }), y: fc.integer({ min: 0, max: 2000 }) })
    fc.assert(
      fc.property(views, frames, anchors, zooms, (view, frame, anchor, zoom) => {
        const exact = (of: View) => ({
          scale: of.zoom,
          x: frame.viewport.width / 2 - of.centre.x * of.zoom,
          y: frame.viewport.height / 2 - of.centre.y * of.zoom,
        })
        const before = toImage(exact(view), anchor)
        const after = toImage(exact(zoomAround(view, frame, anchor, zoom)), anchor)
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
        const under = (of: View): number => of.centre.x + (anchor.x - frame.viewport.width / 2) / of.zoom
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
    expect(zoomPercent({ zoom: 1 / 1.5, centre: { x: 0, y: 0 } }, frame)).toBeCloseTo(100)
  })
})

describe('limits', () => {
  it('hold for zoom and centre, and change nothing twice', () => {
    fc.assert(
      fc.property(views, frames, (view, frame) => {
        const limited = limitView(view, frame)
        const [low, high] = zoomLimits(frame)
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
      fc.property(frames, points, (frame, centre) => {
        const limited = limitView({ zoom: fitZoom(frame), centre }, frame)
        close(limited.centre.x, frame.image.width / 2, 1e-6)
        const seen = visibleBox(fitView(frame), frame)
        expect(seen.x).toBeLessThanOrEqual(0)
        expect(seen.y + seen.height).toBeGreaterThanOrEqual(frame.image.height)
      }),
    )
  })

  it('let a small image be seen at 1:1 and any at 64x', () => {
    const frame: Frame = { image: { width: 70, height: 70 }, viewport: { width: 1280, height: 800 }, pixelRatio: 1 }
    expect(limitView({ zoom: 1, centre: { x: 35, y: 35 } }, frame).zoom).toBe(1)
    expect(limitView({ zoom: 1000, centre: { x: 35, y: 35 } }, frame).zoom).toBe(64)
  })
})

describe('going to a box', () => {
  const frame: Frame = { image: { width: 2000, height: 1500 }, viewport: { width: 1000, height: 800 }, pixelRatio: 1 }

  it('shifts the view no more than needed, and not at all when the box is in sight', () => {
    const view: View = { zoom: 2, centre: { x: 500, y: 500 } }
    expect(viewShowing({ x: 480, y: 480, width: 30, height: 30 }, view, frame)).toBe(view)
    const shifted = viewShowing({ x: 760, y: 480, width: 30, height: 30 }, view, frame)
    // The right edge at 790 with 12 px of room (24 on screen) ends at the viewport's right border.
    expect(shifted.centre).toEqual({ x: 790 + 12 - 250, y: 500 })
    expect(shifted.zoom).toBe(2)
  })

  it('brings any box of the image into sight', () => {
    const boxes = fc.record({ x: fc.integer({ min: 0, max: 1900 }), y: fc.integer({ min: 0, max: 1400 }) })
    fc.assert(
      fc.property(boxes, zooms, (corner, zoom) => {
        const box = { ...corner, width: 20, height: 20 }
        const view = limitView({ zoom, centre: { x: 100, y: 100 } }, frame)
        const { x, y } = box
        const seen = visibleBox(viewShowing(box, view, frame), frame)
        expect(x + 10).toBeGreaterThan(seen.x)
        expect(x + 10).toBeLessThan(seen.x + seen.width)
        expect(y + 10).toBeGreaterThan(seen.y)
        expect(y + 10).toBeLessThan(seen.y + seen.height)
      }),
    )
  })

  it('does not blow a tiny box up beyond its largest zoom', () => {
    expect(viewOfBox({ x: 10, y: 10, width: 2, height: 2 }, frame).zoom).toBe(8)
    expect(viewOfBox({ x: 0, y: 0, width: 500, height: 100 }, frame, 0.5).zoom).toBeCloseTo(1)
  })

  it('pans by screen pixels', () => {
    const view: View = { zoom: 4, centre: { x: 100, y: 100 } }
    expect(panBy(view, 40, -8).centre).toEqual({ x: 90, y: 102 })
  })
})
