import { describe, expect, it } from 'vitest'
import type { TrainImage } from '../../../src/engine/data/batch-pipeline.ts'
import type { Augmentation } from '../../../src/engine/models/preset.ts'
import { trainedFrame, trainFrames, trainSizes, validationInterval } from '../../../src/engine/training/training-setup.ts'

const image = (width: number, height: number, sides: readonly number[]): TrainImage => ({
  path: '',
  width,
  height,
  labels: sides.map((side) => ({ shape: { type: 'box', x: 0, y: 0, width: side, height: side }, classIndex: 0, ignore: false })),
})

const input: readonly (readonly [number, number])[] = [
  [288, 384],
  [384, 512],
]

describe('trainedFrame', () => {
  it('is the middle size of the images where their objects are large enough', () => {
    const images = [image(640, 480, [100, 90, 40]), image(480, 640, [100]), image(800, 600, [100])]
    expect(trainedFrame(images, input)).toEqual({ width: 640, height: 480 })
    expect(trainFrames(images, { width: 640, height: 480 })).toHaveLength(3)
  })

  it('is a part of large images, such that small objects stay visible', () => {
    const images = [image(4000, 3000, Array.from({ length: 20 }, (_, i) => (i < 5 ? 40 : 120)))] // prettier-ignore
    const frame = trainedFrame(images, input)
    // sqrt(384 * 512) / 16 * 40 px a side, in the images' own proportions.
    expect(frame.width / frame.height).toBeCloseTo(4 / 3, 2)
    expect(Math.sqrt(frame.width * frame.height)).toBeCloseTo((Math.sqrt(384 * 512) / 16) * 40, 0)
    const frames = trainFrames(images, frame)
    expect(frames.length).toBeGreaterThan(12)
    for (const { region } of frames) {
      expect(region.x >= 0 && region.y >= 0 && region.x + region.width <= 4000 && region.y + region.height <= 3000).toBe(true)
      expect({ width: region.width, height: region.height }).toEqual(frame)
    }
  })

  it('does without labels', () => {
    expect(trainedFrame([image(300, 200, [])], input)).toEqual({ width: 300, height: 200 })
  })
})

describe('trainSizes', () => {
  const augmentation = { sizes: input, quarterTurns: true } as unknown as Augmentation

  it('turns landscape sizes where quarter turns are allowed, each once', () => {
    expect(trainSizes(augmentation)).toEqual([...input, [384, 288], [512, 384]]) // prettier-ignore
    expect(trainSizes({ ...augmentation, quarterTurns: false })).toEqual(input)
    expect(trainSizes({ ...augmentation, sizes: [[300, 300], [64, 32], [32, 64]] })).toEqual([[300, 300], [64, 32], [32, 64]]) // prettier-ignore
  })
})

describe('validationInterval', () => {
  it('keeps validations to a tenth of the time, but there are at least five', () => {
    expect(validationInterval(205, 87, 36)).toBe(2)
    expect(validationInterval(205, 20, 36)).toBe(1)
    expect(validationInterval(20, 5, 36)).toBe(3)
    expect(validationInterval(10, 1000, 36)).toBe(7)
    expect(validationInterval(10, 1000, 1)).toBe(1)
  })
})
