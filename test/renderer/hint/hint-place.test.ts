import { describe, expect, it } from 'vitest'
import { hintPlace, type Area } from '../../../src/renderer/hint/hint-place.ts'

const WINDOW = { width: 1280, height: 800 }
const HINT = { width: 120, height: 24 }
const button = (left: number, top: number): Area => ({ left, top, width: 28, height: 28 })
const covers = (place: { left: number; top: number }, { left, top, width, height }: Area): boolean =>
  place.left < left + width && left < place.left + HINT.width && place.top < top + height && top < place.top + HINT.height

describe('hintPlace', () => {
  it('stands above where nothing is in the way, in the middle', () => {
    expect(hintPlace(button(600, 400), HINT, [], WINDOW)).toEqual({ left: 554, top: 370 })
  })

  it('leaves a column of buttons free', () => {
    const column = [0, 1, 2, 3].map((i) => button(12, 100 + 30 * i))
    for (const target of column) {
      const place = hintPlace(
        target,
        HINT,
        column.filter((other) => other !== target),
        WINDOW,
      )
      expect(column.filter((each) => covers(place, each))).toEqual([])
    }
  })

  it('leaves a row of buttons free, with a list below it and a bar above', () => {
    const row = [0, 1, 2].map((i) => button(160 + 30 * i, 50))
    const list = { left: 0, top: 84, width: 250, height: 600 }
    const bar = { left: 0, top: 0, width: 400, height: 40 }
    const place = hintPlace(row[2]!, HINT, [row[0]!, row[1]!, list, bar], WINDOW)
    expect([...row, list, bar].filter((each) => covers(place, each))).toEqual([])
  })

  it('never lies over its own control, nor out of the window, at any edge', () => {
    for (const left of [0, 640, 1252])
      for (const top of [0, 400, 772]) {
        const place = hintPlace(button(left, top), HINT, [], WINDOW)
        expect(covers(place, button(left, top))).toBe(false)
        expect(place.left).toBeGreaterThanOrEqual(0)
        expect(place.top).toBeGreaterThanOrEqual(0)
        expect(place.left + HINT.width).toBeLessThanOrEqual(WINDOW.width)
        expect(place.top + HINT.height).toBeLessThanOrEqual(WINDOW.height)
      }
  })

  it('covers the least where it cannot but cover something', () => {
    const around = [
      { left: 500, top: 360, width: 228, height: 40 },
      { left: 500, top: 428, width: 228, height: 40 },
      { left: 628, top: 400, width: 300, height: 28 },
      { left: 594, top: 400, width: 4, height: 28 },
    ]
    const { left, top } = hintPlace(button(600, 400), HINT, around, WINDOW)
    expect({ left, top }).toEqual({ left: 600 - 6 - HINT.width, top: 402 })
  })

  it('stays in a window that is smaller than it', () => {
    expect(hintPlace(button(4, 4), { width: 300, height: 60 }, [], { width: 200, height: 50 })).toEqual({ left: 6, top: 6 })
  })
})
