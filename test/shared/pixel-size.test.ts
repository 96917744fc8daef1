import { describe, expect, it } from 'vitest'
import { imageRecord } from '#shared/records/image.ts'
import { IMAGES_MEANT, isPixelSize, pixelSizeOfLine, statedSize, withPixelSize } from '#shared/pixel-size.ts'
import { plainImage } from '../../bench/plain-image.ts'

const AT = '2026-02-03T04:05:06.000Z'
const photo = plainImage('photo')
const slide = plainImage('slide', { micronsPerPixel: 0.5 })

describe('the pixel size of a line', () => {
  it('is its known length by its pixels', () => {
    expect(pixelSizeOfLine(400, 100, 'µm')).toBe(0.25)
    expect(pixelSizeOfLine(800, 0.1, 'mm')).toBe(0.125)
    expect(pixelSizeOfLine(3, 1, 'µm')).toBe(0.333333)
  })
  it('is not known of nothing, nor where it would be no size of a pixel', () => {
    for (const [pixels, distance] of [[0, 10], [10, 0], [10, -1], [NaN, 10], [10, NaN], [10, Infinity], [1, 2000], [1e6, 0.01]] as const) expect(pixelSizeOfLine(pixels, distance, 'µm')).toBeNull() // prettier-ignore
  })
})

it('refuses sizes that no pixel has', () => {
  expect([0.0001, 0.25, 1000].every(isPixelSize)).toBe(true)
  expect([0, -0.25, 0.00001, 1001, 1e9, NaN, Infinity].some(isPixelSize)).toBe(false)
})

describe('an image with another pixel size', () => {
  it('keeps what its file states, through one size after the other, and has it back', () => {
    const set = withPixelSize(slide, 0.25, AT)
    expect(set).toEqual({ ...slide, micronsPerPixel: 0.25, pixelSizeBy: 'person', statedMicrons: 0.5, pixelSizeAt: AT })
    const again = withPixelSize(set, 0.125, AT)
    expect([again.micronsPerPixel, statedSize(again)]).toEqual([0.125, 0.5])
    expect(withPixelSize(again, null, AT)).toEqual({ ...slide, pixelSizeAt: AT })
    // The very number of the file is the file's.
    expect(withPixelSize(again, 0.5, AT)).toMatchObject({ micronsPerPixel: 0.5, pixelSizeBy: 'file', statedMicrons: null })
  })
  it('has none again where its file states none', () => {
    const set = withPixelSize(photo, 0.25, AT)
    expect(set).toMatchObject({ micronsPerPixel: 0.25, pixelSizeBy: 'person', statedMicrons: null })
    expect(withPixelSize(set, null, AT)).toMatchObject({ micronsPerPixel: null, pixelSizeBy: 'file' })
  })
  it('is the very same where that is what it has', () => {
    expect(withPixelSize(slide, 0.5, AT)).toBe(slide)
    expect(withPixelSize(photo, null, AT)).toBe(photo)
    const set = withPixelSize(photo, 0.25, AT)
    expect(withPixelSize(set, 0.25, '2027-01-01T00:00:00.000Z')).toBe(set)
  })
})

it('means images by a word', () => {
  const set = withPixelSize(photo, 0.25, AT)
  const meant = (word: keyof typeof IMAGES_MEANT): boolean[] => [photo, slide, set].map(IMAGES_MEANT[word])
  expect([meant('missing'), meant('unstated'), meant('all')]).toEqual([[true, false, false], [true, false, true], [true, true, true]]) // prettier-ignore
})

it('of a record from before it could be set is the file’s', () => {
  const { pixelSizeBy: _by, statedMicrons: _stated, pixelSizeAt: _at, ...old } = slide
  expect(imageRecord.parse(old)).toEqual(slide)
})
