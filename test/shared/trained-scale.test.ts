import { describe, expect, it } from 'vitest'
import { learnedScale, scaledSize, scaleOf } from '#shared/trained-scale.ts'

const images = (...microns: (number | null | undefined)[]) => microns.map((micronsPerPixel) => ({ micronsPerPixel }))

describe('learnedScale', () => {
  it('is known where all images tell the same, roundings aside', () => {
    expect(learnedScale(images(0.5, 0.499, 0.502))).toEqual({ micronsPerPixel: 0.5 })
    expect(learnedScale(images(0.5, 0.25))).toEqual({})
    expect(learnedScale(images(0.5, null, 0.5))).toEqual({})
    expect(learnedScale(images(undefined))).toEqual({})
    expect(learnedScale([])).toEqual({})
  })
})

describe('scaleOf', () => {
  const model = { settings: learnedScale(images(0.5)) }

  it('tells how many pixels of the image are as long as one that was learned from', () => {
    expect(scaleOf(model, { micronsPerPixel: 0.25 })).toBe(2)
    expect(scaleOf(model, { micronsPerPixel: 1 })).toBe(0.5)
  })

  it('is 1 where it is not known, alike, or not to be believed', () => {
    expect(scaleOf(model, {})).toBe(1)
    expect(scaleOf(model, { micronsPerPixel: null })).toBe(1)
    expect(scaleOf(model, { micronsPerPixel: 0.51 })).toBe(1)
    expect(scaleOf(model, { micronsPerPixel: 264.6 })).toBe(1)
    expect(scaleOf({ settings: {} }, { micronsPerPixel: 0.25 })).toBe(1)
    expect(scaleOf({ settings: { micronsPerPixel: 'half' } }, { micronsPerPixel: 0.25 })).toBe(1)
  })

  it('makes frames of whole pixels', () => {
    expect(scaledSize({ width: 640, height: 480 }, 1.9)).toEqual({ width: 1216, height: 912 })
    expect(scaledSize({ width: 3, height: 1 }, 0.2)).toEqual({ width: 1, height: 1 })
  })
})
