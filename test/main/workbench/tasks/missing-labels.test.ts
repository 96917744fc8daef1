import { describe, expect, it } from 'vitest'
import type { JobLabel } from '#shared/contracts/job.ts'
import { missingClasses, withoutDoubtfulBackground } from '../../../../src/main/workbench/tasks/missing-labels.ts'

const label = (classIndex: number, ignore = false): JobLabel => ({
  shape: { type: 'box', x: 1, y: 2, width: 3, height: 4 },
  classIndex,
  ignore,
})

/** An image with so many red (0) and white (1) cells. */
function sample(red: number, white: number) {
  const labels = [...Array.from({ length: red }, () => label(0)), ...Array.from({ length: white }, () => label(1))]
  return { image: { width: 640, height: 480, state: 'done' as const }, labels }
}

describe('a class that an image lacks', () => {
  it('is named where nearly all other images have several', () => {
    const samples = [...Array.from({ length: 30 }, () => sample(10, 1)), sample(0, 1)]
    expect(missingClasses(samples)).toEqual([...Array.from({ length: 30 }, () => []), [0]])
  })

  it('is not named where it is rare elsewhere, where others lack it too, or where few images are known', () => {
    const rare = [...Array.from({ length: 30 }, () => sample(1, 1)), sample(0, 1)]
    const mixed = [...Array.from({ length: 20 }, () => sample(10, 1)), ...Array.from({ length: 10 }, () => sample(0, 1))]
    const few = [...Array.from({ length: 10 }, () => sample(10, 1)), sample(0, 1)]
    for (const samples of [rare, mixed, few]) expect(missingClasses(samples).flat()).toEqual([])
  })

  it('makes the rest of that image count for nothing, and leaves its labels and all other images as they are', () => {
    const samples = [...Array.from({ length: 30 }, () => sample(10, 1)), sample(0, 2)]
    const settled = withoutDoubtfulBackground(samples)
    expect(settled.slice(0, 30)).toEqual(samples.slice(0, 30))
    const [a, b, rest] = settled[30]!.labels
    expect([a, b]).toEqual(samples[30]!.labels)
    expect(rest).toEqual({ shape: { type: 'box', x: 0, y: 0, width: 640, height: 480 }, classIndex: 0, ignore: true })
  })
})
