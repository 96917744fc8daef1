import { describe, expect, it } from 'vitest'
import { SIZE_OF_FILE } from '#shared/records/image.ts'
import { factRows, shownAssociated } from '../../../src/renderer/panels/image-fact-rows.ts'

const SLIDE = {
  width: 46_000,
  height: 32_914,
  micronsPerPixel: 0.499,
  ...SIZE_OF_FILE,
  objective: 20,
  scannedAt: '2009-12-29T09:59:15',
  bitDepth: 8,
  channels: 3,
}

describe('what is told of an image', () => {
  it('is what its file states', () => {
    const levels = [1, 4, 16.0027].map((downsample) => ({ width: 1, height: 1, downsample }))
    const rows = factRows(SLIDE, { reader: 'openslide: aperio', levels, associated: [], channels: [] })
    expect(rows.map(({ name, value, extra }) => [name, value, extra].join('|'))).toEqual([
      'Size|46,000 × 32,914 px|22.95 × 16.42 mm',
      'Pixel|0.499 µm/px|',
      'Objective|20x|',
      'Scanned|2009-12-29 09:59:15|',
      'Colours|RGB, 8 bit|',
      'File|Aperio slide|',
      'Levels|3|4, 16 times smaller',
    ])
  })

  it('says so where the file states nothing, and waits for what has to be read', () => {
    const bare = { ...SLIDE, width: 640, height: 480, micronsPerPixel: null, objective: null, scannedAt: null, channels: 1, bitDepth: 16 }
    expect(factRows(bare, null).map(({ value }) => value)).toEqual([
      '640 × 480 px',
      'not stated',
      'not stated',
      'not stated',
      'grey, 16 bit',
    ])
  })

  it('tells whose the pixel size is where a person set it, and what the file says to it', () => {
    const pixel = (change: object): string[] =>
      factRows({ ...SLIDE, ...change }, null).flatMap(({ name, value, extra }) => (name === 'Pixel' ? [value, extra] : []))
    const set = { micronsPerPixel: 0.25, pixelSizeBy: 'person' as const }
    expect(pixel({ ...set, statedMicrons: null })).toEqual(['0.25 µm/px', 'set by hand'])
    expect(pixel({ ...set, statedMicrons: 0.499 })).toEqual(['0.25 µm/px', 'set by hand; the file states 0.499 µm'])
  })

  it('offers the label first, and no thumbnail', () => {
    expect(shownAssociated({ associated: ['macro', 'overview', 'thumbnail', 'label'] })).toEqual(['label', 'macro', 'overview'])
  })
})
