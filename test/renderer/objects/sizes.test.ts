import { expect, it } from 'vitest'
import { shapeArea } from '../../../src/renderer/objects/sizes.ts'
import { discMask } from '../records.ts'

it('measures what shapes cover, holes left out', () => {
  expect(shapeArea({ type: 'box', x: 0, y: 0, width: 20, height: 10 })).toBe(200)
  const hole = [5, 5, 8, 5, 8, 8, 5, 8]
  expect(shapeArea({ type: 'polygon', rings: [[0, 0, 20, 0, 20, 10, 0, 10], hole] })).toBe(191)
  expect(shapeArea({ type: 'ellipse', cx: 50, cy: 50, width: 20, height: 10, angle: 30 })).toBeCloseTo(Math.PI * 50)
  const disc = shapeArea(discMask(100, 100, 30))
  expect(Math.abs(disc / (Math.PI * 900) - 1)).toBeLessThan(0.02)
  expect(shapeArea({ type: 'point', x: 3, y: 4 })).toBeNaN()
})
