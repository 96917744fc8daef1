import { describe, expect, it } from 'vitest'
import type { JobLabel } from '#shared/contracts/job.ts'
import type { AreaShape } from '#shared/masks/draw-shape.ts'
import { intersectBoxes } from '#shared/geometry/box.ts'
import type { TrainImage } from '../../../src/engine/data/batch-pipeline.ts'
import { createUnetLite0Preset } from '../../../src/engine/models/unet-lite0/preset.ts'
import { segmentationTask } from '../../../src/engine/tasks/segmentation.ts'
import { areaFactsOf } from '../../../src/engine/training/area-facts.ts'
import { neckDepthOf, NEVER } from '../../../src/engine/training/neck-depth.ts'
import { areaFrames } from '../../../src/engine/training/area-frames.ts'

const preset = createUnetLite0Preset()

function square(x: number, y: number, side: number, classIndex = 0): JobLabel {
  const ring = [x, y, x + side, y, x + side, y + side, x, y + side]
  return { shape: { type: 'polygon', rings: [ring] }, classIndex, ignore: false }
}

const imageOf = (labels: readonly JobLabel[], width = 1000, height = 800): TrainImage => ({ path: 'a.png', width, height, labels })

describe('areaFactsOf', () => {
  it('chooses the scale at which the middle object takes a third of the input', () => {
    const images = [imageOf([square(0, 0, 20), square(300, 300, 256), square(600, 0, 300)])]
    expect(areaFactsOf(images, preset).pixelsPerInput).toBeCloseTo(3, 6)
  })

  it('magnifies small objects up to twice, and never shrinks an image below the input', () => {
    expect(areaFactsOf([imageOf([square(0, 0, 40)])], preset).pixelsPerInput).toBe(1)
    expect(areaFactsOf([imageOf([square(0, 0, 24)])], preset).pixelsPerInput).toBe(0.75)
    expect(areaFactsOf([imageOf([square(0, 0, 10)])], preset).pixelsPerInput).toBe(0.5)
    expect(areaFactsOf([imageOf([square(0, 0, 700)])], preset).pixelsPerInput).toBeCloseTo(1000 / 256, 6)
    expect(areaFactsOf([imageOf([square(0, 0, 100)], 120, 120)], preset).pixelsPerInput).toBe(1)
    expect(areaFactsOf([imageOf([])], preset)).toEqual({ pixelsPerInput: 1, instances: false, neckDepth: NEVER, leastAreas: [] })
    expect(areaFactsOf([imageOf([square(0, 0, 700)])], { ...preset, pixelsPerInput: 2 }).pixelsPerInput).toBe(2)
  })

  it('tells objects apart where labels of one class touch', () => {
    const instances = (labels: readonly JobLabel[]): boolean => areaFactsOf([imageOf(labels)], preset).instances
    expect(instances([square(10, 10, 20), square(30, 10, 20)])).toBe(true)
    // At a corner only, and one over the other.
    expect(instances([square(10, 10, 20), square(30, 30, 20)])).toBe(true)
    expect(instances([square(10, 10, 20), square(15, 15, 5)])).toBe(true)
    expect(instances([square(10, 10, 20), square(32, 10, 20)])).toBe(false)
    expect(instances([square(10, 10, 20), square(30, 10, 20, 1)])).toBe(false)
    // Bounds that meet are not enough.
    const triangle = (ring: number[]): JobLabel => ({ ...square(0, 0, 1), shape: { type: 'polygon', rings: [ring] } })
    expect(instances([triangle([0, 0, 40, 0, 0, 40]), triangle([44, 4, 44, 44, 4, 44])])).toBe(false)
    const apart = Array.from({ length: 200 }, (_, i) => square((i % 20) * 40, Math.floor(i / 20) * 40, 20))
    expect(instances([...apart, square(20, 0, 10)])).toBe(false)
    expect(areaFactsOf([imageOf(apart)], { ...preset, instances: true }).instances).toBe(true)
  })

  it('takes for specks what is far smaller than the smallest labels of a class', () => {
    const labels = [square(0, 0, 20), square(100, 0, 40), square(200, 0, 10, 2)]
    expect(areaFactsOf([imageOf(labels)], preset).leastAreas).toEqual([100, 0, 25])
  })
})

describe('neckDepthOf', () => {
  const polygon = (...ring: number[]): AreaShape => ({ type: 'polygon', rings: [ring] })
  const squares = Array.from({ length: 30 }, (_, i) => polygon(i, 0, i + 20, 0, i + 20, 20, i, 20))
  // Two squares of 20 joined by a bridge of 8: the distance goes down from 10 to 4.
  const dumbbell = polygon(0, 0, 20, 0, 20, 6, 30, 6, 30, 0, 50, 0, 50, 20, 30, 20, 30, 14, 20, 14, 20, 20, 0, 20)

  it('is the least where objects are round, and more than the necks that single objects have', () => {
    expect(neckDepthOf(squares)).toBe(1)
    expect(neckDepthOf([dumbbell, dumbbell])).toBe(6)
    // One odd label in many does not count.
    expect(neckDepthOf([dumbbell, ...squares])).toBe(1)
  })
})

describe('a preset suited to its images', () => {
  it('has inputs no larger than the images at their scale', () => {
    const suited = segmentationTask(preset).suited!([imageOf([square(0, 0, 100)], 120, 110)])
    expect(suited.defaults.augmentation.sizes).toEqual([[128, 128]])
    expect(segmentationTask(preset).suited!([imageOf([square(0, 0, 40)])]).defaults.augmentation.sizes).toEqual([[256, 256]])
  })
})

describe('areaFrames', () => {
  const frame = { width: 300, height: 300 }

  it('lays frames of one size over all of an image', () => {
    const frames = areaFrames([imageOf([square(0, 0, 1000)])], frame)
    expect(frames.length).toBe(20)
    for (const { region } of frames) expect(region).toMatchObject(frame)
    const left = frames.map(({ region }) => region.x)
    expect([Math.min(...left), Math.max(...left)]).toEqual([0, 700])
  })

  it('lies in the middle of an image that is smaller', () => {
    expect(areaFrames([imageOf([square(0, 0, 50)], 100, 800)], frame)[0]!.region).toEqual({ x: -100, y: 0, ...frame })
  })

  it('keeps as many frames without a label as there are with one', () => {
    const frames = areaFrames([imageOf([square(10, 10, 50)], 6000, 6000)], frame)
    const label = { x: 10, y: 10, width: 50, height: 50 }
    const labelled = frames.filter(({ region }) => intersectBoxes(region, label) !== null)
    expect(labelled.length).toBe(1)
    expect(frames.length).toBe(2)
    expect(areaFrames([imageOf([], 900, 300)], frame).length).toBe(1)
  })
})
