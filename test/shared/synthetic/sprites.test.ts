import { describe, expect, it } from 'vitest'
import { boxesEqual, type Box } from '#shared/geometry/box.ts'
import { createRandom, type Random } from '#shared/random.ts'
import { createBand, type Band } from '#shared/synthetic/band.ts'
import { footprint, outlineFrom, radiusToward } from '#shared/synthetic/outline.ts'
import { redCell } from '#shared/synthetic/red-cell.ts'
import { platelet } from '#shared/synthetic/small-things.ts'
import { type Sprite } from '#shared/synthetic/sprite.ts'
import { randomStain, type Stain } from '#shared/synthetic/stain.ts'
import { whiteCell } from '#shared/synthetic/white-cell.ts'

const MAKERS: Record<string, (random: Random, stain: Stain, diameter: number) => Sprite> = { redCell, whiteCell, platelet }

/** Bounds of what absorbs at least `from` of the green light. */
function bounds(band: Band, redCellGreen: number, from: number): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1]
  for (let i = 0; i < band.green.length; i++) {
    if (band.green[i]! + redCellGreen * band.thickness[i]! < from) continue
    const x = i % band.width
    const y = Math.floor(i / band.width)
    ;[left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), y]
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

describe('sprites', () => {
  it.each(Object.keys(MAKERS))('a %s shows up to its outline and not beyond', (name) => {
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandom(seed)
      const stain = randomStain(random)
      const sprite = MAKERS[name]!(random, stain, 60)
      const band = createBand(200, 0, 200)
      const [x, y] = [random.uniform(20, 180), random.uniform(20, 180)]
      sprite.paint(band, x, y)
      const { box } = footprint(sprite.outline, x, y, 200, 200)
      const seen = bounds(band, stain.redCell[1], 0.03)
      expect(boxesEqual(seen, box!, 1), `seed ${seed}: seen ${JSON.stringify(seen)}, box ${JSON.stringify(box)}`).toBe(true)
    }
  })
})

describe('outline', () => {
  it('of a circle has its radius in every direction, its area and its pixels', () => {
    const circle = outlineFrom(() => 20)
    for (let angle = 0; angle < 7; angle += 0.1) expect(radiusToward(circle, Math.cos(angle), Math.sin(angle))).toBeCloseTo(20, 4)
    expect(Math.abs(circle.area / (Math.PI * 400) - 1)).toBeLessThan(0.001)
    const whole = footprint(circle, 30, 40, 100, 100)
    expect(whole.box).toEqual({ x: 10, y: 20, width: 40, height: 40 })
    expect(Math.abs(whole.pixels / circle.area - 1)).toBeLessThan(0.01)
  })

  it('cut off by the frame keeps what is inside', () => {
    const circle = outlineFrom(() => 20)
    const half = footprint(circle, 0, 50, 100, 100)
    expect(half.box).toEqual({ x: 0, y: 30, width: 20, height: 40 })
    expect(Math.abs(half.pixels / circle.area - 0.5)).toBeLessThan(0.02)
    expect(footprint(circle, -20, 50, 100, 100)).toEqual({ pixels: 0, box: null })
  })
})
