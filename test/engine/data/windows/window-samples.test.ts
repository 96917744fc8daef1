import { describe, expect, it } from 'vitest'
import type { JobLabel, JobSample, JobSamples } from '#shared/contracts/job.ts'
import { regionPixels, regionTest } from '#shared/geometry/regions.ts'
import type { RegionShape } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import { imageId } from '#shared/records/ids.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { onWholeImages } from '../../../../src/engine/data/windows/on-whole-image.ts'
import { WINDOW_SIDE } from '../../../../src/engine/data/windows/plan-windows.ts'
import { translateShape } from '#shared/masks/translate-shape.ts'
import { hasLarge, type TissueFinder, windowedSamples } from '../../../../src/engine/data/windows/window-samples.ts'

const sample = (name: string, side: number, labels: JobLabel[]): JobSample => ({
  id: imageId.parse(name),
  path: `/${name}.tif`,
  width: side,
  height: side,
  micronsPerPixel: 0.25,
  labels,
})
const list = (task: TaskKind, train: JobSample[], val: JobSample[] = []): JobSamples => ({ task, classes: ['a', 'b'], train, val })
const label = (shape: Shape, classIndex = 0, ignore = false): JobLabel => ({ shape, classIndex, ignore })
const box = (x: number, y: number, side = 40): Shape => ({ type: 'box', x, y, width: side, height: side })
const square = (x: number, y: number, side: number): Shape => ({ type: 'polygon', rings: [[x, y, x + side, y, x + side, y + side, x, y + side]] }) // prettier-ignore
/** Tissue in the left half only. */
const leftHalf: TissueFinder = () => Promise.resolve({ isGlass: ({ x }) => x >= 10_000, glassShare: 0.5 })
const noTissue: TissueFinder = () => Promise.reject(new Error('not asked for'))

describe('windowedSamples', () => {
  it('leaves small images as they are, and puts windows in the place of large ones', async () => {
    const [small, large] = [sample('small', 8000, [label(box(1, 1))]), sample('large', 20_000, [label(box(5000, 6000)), label(box(15_000, 6010))])] // prettier-ignore
    const { samples, notes } = await windowedSamples(list('detection', [small, large], [large]), noTissue)
    expect(samples.train[0]).toBe(small)
    expect(samples.train).toHaveLength(3)
    expect(new Set(samples.train.map(({ id }) => id)).size).toBe(3)
    for (const { width, height, window, path, micronsPerPixel, labels } of samples.train.slice(1)) {
      expect(Math.max(width, height)).toBeLessThanOrEqual(WINDOW_SIDE)
      expect({ path, micronsPerPixel, window }).toMatchObject({ path: '/large.tif', micronsPerPixel: 0.25, window: { imageId: 'large', of: { width: 20_000, height: 20_000 } } }) // prettier-ignore
      expect(labels).toHaveLength(1)
    }
    expect(samples.val).toEqual(samples.train.slice(1))
    expect(notes.join(' ')).toMatch(/2 windows .* For validation: 2 windows/)
  })

  it('takes windows of tissue of an image without labels, the same ones each time', async () => {
    const empty = list('segmentation', [sample('empty', 20_000, [])])
    const { samples } = await windowedSamples(empty, leftHalf)
    expect(samples.train).toHaveLength(8)
    expect(samples.train.every(({ window, labels }) => window!.x < 10_000 && labels.length === 0)).toBe(true)
    expect((await windowedSamples(empty, leftHalf)).samples).toEqual(samples)
  })

  it('covers a long area by windows that each have a part of it, and names boxes that are too long', async () => {
    const area = await windowedSamples(list('segmentation', [sample('area', 20_000, [label(square(100, 100, 5000))])]), noTissue)
    expect(area.samples.train).toHaveLength(9)
    expect(area.samples.train.every(({ labels }) => labels.length === 1)).toBe(true)
    const long = await windowedSamples(list('detection', [sample('long', 20_000, [label(box(0, 0, 3000)), label(box(0, 0))])]), noTissue)
    expect(long.samples.train).toHaveLength(1)
    expect(long.samples.train[0]!.labels.map(({ ignore }) => ignore)).toEqual([true, false])
    expect(long.notes.join(' ')).toContain('1 box of /long.tif longer than 2,048 pixels')
  })

  it('learns what is normal from tissue, and judges what is abnormal where it was drawn', async () => {
    const normal = sample('normal', 20_000, [label({ type: 'image' })])
    const drawn = sample('drawn', 20_000, [label({ type: 'image' }, 1), label(square(500, 500, 100), 1), label(square(9000, 9000, 50), 0)])
    const undrawn = sample('undrawn', 20_000, [label({ type: 'image' }, 1)])
    const { samples, notes } = await windowedSamples(list('anomaly', [normal], [drawn, undrawn]), leftHalf)
    expect(samples.train).toHaveLength(32)
    expect(samples.train.every(({ labels }) => labels.length === 1 && labels[0]!.shape.type === 'image')).toBe(true)
    expect(samples.val.map(({ window }) => window?.imageId)).toEqual(['drawn'])
    expect(notes.join(' ')).toContain('/undrawn.tif was left out')
  })

  it('covers regions by windows, empty places in them too, and goes nowhere else', async () => {
    const regions = [square(4000, 4000, 1000), square(12_000, 200, 3000)] as RegionShape[]
    const labels = [label(box(4100, 4100)), label(box(13_990, 1000)), label(box(9000, 9000), 0, true)]
    const { samples } = await windowedSamples(list('detection', [{ ...sample('slide', 20_000, labels), regions }]), noTissue)
    const { touches } = regionTest(regions)
    for (const { window, regions: parts, width, height, labels: seen } of samples.train) {
      expect(touches({ x: window!.x, y: window!.y, width, height })).toBe(true)
      expect(parts!.length).toBeGreaterThan(0)
      expect(seen.filter(({ ignore }) => !ignore).length).toBeLessThanOrEqual(1)
    }
    // Every pixel of both regions is in a window, at its own place.
    const covered = samples.train.flatMap(({ window, regions: parts }) =>
      parts!.map((part) => translateShape(part, window!) as RegionShape),
    )
    expect(regionPixels(covered, { width: 20_000, height: 20_000 })).toBe(1000 ** 2 + 3000 ** 2)
    expect(regionPixels([...covered, ...regions], { width: 20_000, height: 20_000 })).toBe(1000 ** 2 + 3000 ** 2)
    // A label at the edge of one window lies whole in its neighbour.
    expect(samples.train.some(({ window, labels: seen }) => seen.some(({ shape, ignore }) => !ignore && shape.type === 'box' && shape.x + window!.x === 13_990))).toBe(true) // prettier-ignore
  })

  it('takes of a huge region some empty windows, the same ones each time', async () => {
    const huge = list('segmentation', [{ ...sample('slide', 90_000, []), regions: [square(0, 0, 89_000)] as RegionShape[] }])
    const { samples } = await windowedSamples(huge, noTissue)
    expect(samples.train).toHaveLength(32)
    expect((await windowedSamples(huge, noTissue)).samples).toEqual(samples)
  })

  it('has no windows for what is a class of the whole image', () => {
    const large = sample('large', 20_000, [label({ type: 'image' })])
    expect(hasLarge(list('classification', [large]))).toBe(false)
    expect(hasLarge(list('detection', [], [large]))).toBe(true)
    expect(hasLarge(list('detection', [sample('small', 8000, [])]))).toBe(false)
  })
})

describe('onWholeImages', () => {
  it('moves what was found in windows to their place, and joins those of one image', async () => {
    const large = sample('large', 20_000, [label(box(5000, 6000)), label(box(15_000, 6010))])
    const small = sample('small', 100, [])
    const { samples } = await windowedSamples(list('detection', [small, large]), noTissue)
    const shown = samples.train.map(({ id, labels }) => ({
      imageId: id,
      found: labels.map(({ shape, classIndex }) => ({ shape, classIndex, score: 1 })),
      result: null,
    }))
    expect(onWholeImages(shown, samples.train)).toEqual([
      { imageId: 'small', found: [], result: null },
      { imageId: 'large', found: large.labels.map(({ shape }) => ({ shape, classIndex: 0, score: 1 })), result: null },
    ])
    expect(onWholeImages(shown, [small])).toBe(shown)
  })
})
