import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countedPoints } from '../../../src/renderer/objects/count-points.ts'
import { displayMemoryOf, displayRemembered } from '../../../src/renderer/state/display-memory.ts'
import { createDisplayStore, defaultDisplay } from '../../../src/renderer/state/display.ts'
import { readMemory } from '../../../src/renderer/app/view-memory.ts'
import { CLOSEST, gridCount, gridPlaces, gridStep } from '../../../src/renderer/viewer/count-grid.ts'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { box, point, RBC, WBC } from '../records.ts'
import { buildScene } from '../scenes.ts'

describe('the count grid', () => {
  test('stands half a step from the edge and a step from cross to cross', () => {
    const picture = { image: { width: 400, height: 249 }, step: 100, canvas: { width: 400, height: 249 }, pixelRatio: 1 }
    const places = gridPlaces({ ...picture, transform: { scale: 1, x: 0, y: 0 } })
    expect(places).toEqual({ xs: [50, 150, 250, 350], ys: [50, 150] })
    expect(gridCount(picture.image, 100)).toBe(8)
    expect(gridCount({ width: 40, height: 300 }, 100)).toBe(0)
  })

  test('shows in any view those crosses of the whole grid that the canvas has, and no others', () => {
    const views = fc.record({ step: fc.double({ min: 3, max: 90, noNaN: true }), scale: fc.double({ min: 0.3, max: 9, noNaN: true }), x: fc.integer({ min: -900, max: 300 }) }) // prettier-ignore
    fc.assert(
      fc.property(views, ({ step, scale, x }) => {
        const image = { width: 500, height: 500 }
        const canvas = { width: 300, height: 300 }
        const places = gridPlaces({ image, step, transform: { scale, x, y: x }, canvas, pixelRatio: 1 })
        if (step * scale < CLOSEST) {
          expect(places).toBe(null)
          return
        }
        const all = Array.from({ length: gridCount({ width: 500, height: step }, step) }, (_, k) => (k + 0.5) * step * scale + x)
        const inside = all.filter((at) => at >= 0 && at <= 300)
        const found = places?.xs.filter((at) => at >= 0 && at <= 300) ?? []
        expect(found).toHaveLength(inside.length)
        for (const [i, at] of inside.entries()) expect(found[i]).toBeCloseTo(at, 6)
        expect(places?.xs.every((at) => at > -scale * step - 20 && at < 320 + scale * step)).toBe(true)
      }),
    )
  })

  test('goes by micrometres where the scale is known, else by pixels, and both are remembered with the project', () => {
    const display = createDisplayStore()
    display.toggle('grid')
    display.spaceGrid('gridMicrons', 20)
    display.spaceGrid('gridPixels', 0)
    expect(gridStep(display.getState(), 0.25)).toBe(80)
    expect(gridStep(display.getState(), null)).toBe(1)
    const remembered = displayRemembered(readMemory(JSON.parse(JSON.stringify({ display: displayMemoryOf(display.getState()) }))).display)
    expect(remembered).toMatchObject({ grid: true, gridMicrons: 20, gridPixels: 1 })
    const damaged = displayRemembered(readMemory({ display: { grid: 'yes', gridMicrons: -4 } }).display)
    expect(damaged).toMatchObject({ grid: false, gridMicrons: defaultDisplay().gridMicrons })
  })

  test('counts points on show by class, neither boxes nor guesses', () => {
    const shapes = [point(1, 1), point(2, 2), box(3, 3, 5, 5), point(4, 4)]
    const truth = shapes.map((shape, at) => ({
      id: annotationId.parse(`p${String(at)}`),
      classId: at === 3 ? WBC : RBC,
      shape,
      score: null,
    }))
    const guess = { id: predictionId.parse(1), classId: RBC, shape: point(9, 9), score: 0.9 }
    expect(countedPoints(buildScene([...truth, guess]))).toEqual(new Map([[RBC, 2], [WBC, 1]])) // prettier-ignore
  })
})
