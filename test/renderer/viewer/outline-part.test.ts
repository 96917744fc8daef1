import { describe, expect, it } from 'vitest'
import { type Picture } from '../../../src/renderer/viewer/picture.ts'
import { holds, outlinePart, promptIn } from '../../../src/renderer/viewer/outline-part.ts'

const levels = (...widths: number[]): Picture['levels'] => widths.map((width) => ({ width, height: width / 2, close: () => undefined }))
const picture = (standin: boolean, ...widths: number[]): Picture => ({
  size: { width: widths[0]!, height: widths[0]! / 2 },
  levels: levels(...widths),
  standin,
})

describe('the part that an object is outlined on', () => {
  const small = picture(false, 800)
  const large = picture(false, 8000, 4000, 2000, 1000)

  it('is what is in sight and some more, at the size on screen', () => {
    expect(outlinePart(small, { x: 0, y: 0, width: 800, height: 400 }, 1)).toEqual({
      level: 0,
      box: { x: 0, y: 0, width: 800, height: 400 },
      scale: 1,
    })
    const part = outlinePart(large, { x: 2000, y: 1000, width: 4000, height: 2000 }, 0.25)
    expect(part).toEqual({ level: 2, box: { x: 250, y: 0, width: 1500, height: 1000 }, scale: 4 })
  })

  it('reaches beyond a view that is zoomed far in', () => {
    const part = outlinePart(large, { x: 4000, y: 2000, width: 100, height: 60 }, 10)!
    expect(part.level).toBe(0)
    expect(part.box.height).toBeGreaterThanOrEqual(512)
  })

  it('is coarser where it would be too large, and nothing of a stand-in', () => {
    const part = outlinePart(large, { x: 0, y: 0, width: 8000, height: 4000 }, 1)!
    expect(part.box.width * part.box.height).toBeLessThanOrEqual(1_500_000)
    expect(outlinePart(picture(true, 200), { x: 0, y: 0, width: 200, height: 100 }, 1)).toBeNull()
    expect(outlinePart(small, { x: 5000, y: 5000, width: 10, height: 10 }, 1)).toBeNull()
  })

  it('takes what was said to its own pixels, and knows what lies beyond it', () => {
    const part = { level: 1, box: { x: 10, y: 20, width: 100, height: 100 }, scale: 2 }
    const said = { clicks: [{ x: 40, y: 60, inside: false }], box: { x: 30, y: 50, width: 20, height: 10 } }
    expect(promptIn(part, said)).toEqual({ clicks: [{ x: 10, y: 10, inside: false }], box: { x: 5, y: 5, width: 10, height: 5 } })
    expect(holds(part, said)).toBe(true)
    expect(holds(part, { clicks: [{ x: 400, y: 60, inside: true }], box: null })).toBe(false)
  })
})
