import { expect, it } from 'vitest'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { sharpEnough } from '../../../src/renderer/viewer/mass-follow.ts'
import { createSorting, planMass } from '../../../src/renderer/viewer/mass-plan.ts'
import { box, RBC } from '../records.ts'
import { buildScene, shownObjects } from '../scenes.ts'

it('a canvas is sorted anew when anything but the selection is another, and draws the same as without what it remembers', () => {
  const scene = buildScene([
    { id: annotationId.parse('large'), classId: RBC, shape: box(10, 10, 20, 20), score: null },
    { id: predictionId.parse(1), classId: RBC, shape: box(40, 10, 1, 1), score: 0.5 },
    { id: annotationId.parse('small'), classId: RBC, shape: box(90, 10, 1, 1), score: null },
  ])
  const all = [...shownObjects(scene)].map(({ id }) => id)
  const canvas = { width: 1280, height: 800, pixelRatio: 1, isSeen: () => true }
  const request = { scene, hidden: new Set<never>(), transform: { scale: 1, x: 0, y: 0 }, ...canvas }
  const sorting = createSorting()
  const sorted = sorting(request, [scene, 1])
  expect(planMass(request, sorted).selectedDensity.some((count) => count > 0)).toBe(false)
  for (const ids of [all, all.slice(0, 1), all.slice(1), []]) {
    const again = { ...request, selected: new Set(ids) }
    expect(sorting(again, [scene, 1])).toBe(sorted)
    expect(planMass(again, sorted)).toEqual(planMass(again))
  }
  expect(sorting({ ...request, transform: { scale: 0.1, x: 0, y: 0 } }, [scene, 2])).toMatchObject({ single: 0, dense: 3 })
  expect(sorting({ ...request, hidden: new Set(all) as never }, [scene, 3])).toMatchObject({ single: 0, dense: 0 })
  expect(sorting({ ...request, scene: buildScene([]) }, [null, 3])).toMatchObject({ single: 0, dense: 0 })
})

it('few objects are drawn anew in every frame; hundreds of lines, or tens of thousands that are counted, follow the view as a picture', () => {
  expect(sharpEnough({ single: 0, dense: 0 })).toBe(true)
  expect(sharpEnough({ single: 500, dense: 5000 })).toBe(true)
  expect(sharpEnough({ single: 801, dense: 0 })).toBe(false)
  expect(sharpEnough({ single: 0, dense: 100_000 })).toBe(false)
  expect(sharpEnough({ single: 500, dense: 10_000 })).toBe(false)
})
