import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobLabel } from '#shared/contracts/job.ts'
import { type Box, boxContainsBox } from '#shared/geometry/box.ts'
import { LEAST_WINDOW, WINDOW_SIDE, windowsAround } from '../../../../src/engine/data/windows/plan-windows.ts'
import { labelsIn } from '../../../../src/engine/data/windows/window-labels.ts'

const SIDES = { min: 1, max: 20_000 }

const scene = fc
  .record({ width: fc.integer(SIDES), height: fc.integer({ min: 8001, max: 20_000 }) })
  .chain((image) => fc.record({ image: fc.constant(image), boxes: fc.array(boxIn(image, 2500), { maxLength: 60 }) }))

function boxIn(image: { width: number; height: number }, longest: number): fc.Arbitrary<Box> {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  return fc.record({ x: share, y: share, width: share, height: share }).map((drawn) => {
    const width = Math.min(image.width, 0.5 + drawn.width * longest)
    const height = Math.min(image.height, 0.5 + drawn.height * longest)
    return { x: drawn.x * (image.width - width), y: drawn.y * (image.height - height), width, height }
  })
}

const longest = ({ width, height }: Box): number => Math.max(width, height)

describe('windowsAround', () => {
  it('gives whole pixels within the image, no window above the limit and none too small', () => {
    fc.assert(
      fc.property(scene, fc.boolean(), ({ image, boxes }, areas) => {
        for (const window of windowsAround(image, boxes, areas)) {
          expect(boxContainsBox({ x: 0, y: 0, ...image }, window)).toBe(true)
          expect(Object.values(window).every(Number.isInteger)).toBe(true)
          expect(longest(window)).toBeLessThanOrEqual(WINDOW_SIDE)
          expect(window.width).toBeGreaterThanOrEqual(Math.min(LEAST_WINDOW, image.width))
          expect(window.height).toBeGreaterThanOrEqual(Math.min(LEAST_WINDOW, image.height))
        }
      }),
    )
  })

  it('holds each label that fits whole in at least one window; where it is cut it is ignored', () => {
    fc.assert(
      fc.property(scene, ({ image, boxes }) => {
        const windows = windowsAround(image, boxes, false)
        const labels = boxes.map((box, classIndex): JobLabel => ({ shape: { type: 'box', ...box }, classIndex, ignore: false }))
        const seen = windows.map((window) => labelsIn({ ...image, labels }, window, true))
        for (const [classIndex, box] of boxes.entries()) {
          const own = seen.flatMap((list) => list.filter((label) => label.classIndex === classIndex))
          const whole = own.filter(({ ignore }) => !ignore)
          // A box that is longer, or touches more pixels than a window has, cannot be held.
          if (longest(box) <= WINDOW_SIDE - 1) expect(whole.length).toBeGreaterThan(0)
          for (const { shape } of whole) if (shape.type === 'box') expect([shape.width, shape.height]).toEqual([box.width, box.height])
        }
        for (const [i, list] of seen.entries())
          for (const { shape, classIndex, ignore } of list) {
            const cut = !boxContainsBox(windows[i]!, boxes[classIndex]!)
            expect(ignore).toBe(cut)
            if (shape.type === 'box') expect(boxContainsBox({ x: 0, y: 0, ...sizeOf(windows[i]!) }, grown(shape))).toBe(true)
          }
      }),
    )
  })

  it('covers long areas with windows side by side, all of their pixels', () => {
    const area = { x: 1000, y: 500, width: 5000, height: 3000 }
    const windows = windowsAround({ width: 9000, height: 9000 }, [area], true)
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 5999 }), fc.integer({ min: 500, max: 3499 }), (x, y) => {
        expect(windows.some((window) => boxContainsBox(window, { x, y, width: 1, height: 1 }))).toBe(true)
      }),
    )
    expect(windowsAround({ width: 9000, height: 9000 }, [area], false)).toEqual([])
  })

  it('is the same for labels in any order, and lets near ones share a window', () => {
    fc.assert(
      fc.property(scene, ({ image, boxes }) => {
        expect(windowsAround(image, boxes.toReversed(), true)).toEqual(windowsAround(image, boxes, true))
      }),
    )
    const near = [0, 1, 2, 3].map((i) => ({ x: 3000 + 300 * i, y: 4000 + 40 * i, width: 30, height: 30 }))
    expect(windowsAround({ width: 9000, height: 9000 }, near, false)).toHaveLength(1)
    expect(windowsAround({ width: 9000, height: 9000 }, [], true)).toEqual([])
    const far = near.map((box, i) => ({ ...box, x: 3000 + 600 * i }))
    expect(windowsAround({ width: 9000, height: 9000 }, far, false)).toHaveLength(4)
  })
})

const sizeOf = ({ width, height }: Box): { width: number; height: number } => ({ width, height })
/** Within the rounding of a subtraction. */
const grown = ({ x, y, width, height }: Box): Box => ({ x: x + 1e-6, y: y + 1e-6, width: width - 2e-6, height: height - 2e-6 })
