import { describe, expect, it } from 'vitest'
import { maskArea, maskBounds } from '../../../src/shared/masks/bit-mask.ts'
import { labImage } from '../../../src/shared/masks/lab.ts'
import { likeIn, MOST_PIXELS, tiledWandPart, wandPart } from '../../../src/renderer/viewer/wand-pixels.ts'

const SEEN = { x: 1000, y: 500, width: 1200, height: 800 }

describe('the part that the wand looks at', () => {
  it('is all of a picture that is not too large', () => {
    const size = { width: 1600, height: 1200 }
    expect(wandPart(size, [1600, 800], SEEN)).toEqual({ level: 0, box: { x: 0, y: 0, ...size }, scale: 1 })
  })

  it('is what is in sight of a large one, at full size while that is not too much', () => {
    expect(wandPart({ width: 8000, height: 6000 }, [8000, 4000, 2000], SEEN)).toEqual({ level: 0, box: SEEN, scale: 1 })
  })

  it('is seen at a smaller level where more is in sight', () => {
    const part = wandPart({ width: 8000, height: 6000 }, [8000, 4000, 2000], { x: -100, y: -100, width: 8200, height: 6200 })!
    expect(part).toEqual({ level: 2, box: { x: 0, y: 0, width: 2000, height: 1500 }, scale: 4 })
    expect(part.box.width * part.box.height).toBeLessThanOrEqual(MOST_PIXELS)
  })

  it('is nothing where the image is out of sight', () => {
    expect(wandPart({ width: 8000, height: 6000 }, [8000], { x: 9000, y: 0, width: 100, height: 100 })).toBeNull()
  })

  it('of an image of tiles is what is in sight, at the level on show', () => {
    const size = { width: 30_001, height: 20_000 }
    expect(tiledWandPart(size, 7, 0, SEEN)).toEqual({ level: 0, box: SEEN, scale: 1 })
    expect(tiledWandPart(size, 7, 2, SEEN)).toEqual({ level: 2, box: { x: 250, y: 125, width: 300, height: 200 }, scale: 4 })
    // Too much at the level on show: the next one; the level's last pixel reaches beyond the image.
    const all = { x: -10, y: -10, width: 40_000, height: 30_000 }
    expect(tiledWandPart(size, 7, 3, all)).toEqual({ level: 4, box: { x: 0, y: 0, width: 1876, height: 1250 }, scale: 16 })
    expect(tiledWandPart(size, 7, 0, { x: 40_000, y: 0, width: 100, height: 100 })).toBeNull()
  })
})

describe('what looks alike', () => {
  /** Grey with a red square of 8 by 6 pixels from (10, 5), in it a dark speck. */
  const picture = (() => {
    const [width, height] = [40, 30]
    const pixels = new Uint8ClampedArray(4 * width * height)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const isRed = x >= 10 && x < 18 && y >= 5 && y < 11 && !(x === 14 && y === 8)
        pixels.set(isRed ? [200, 40, 40, 255] : [128, 128, 128, 255], 4 * (y * width + x))
      }
    return labImage(pixels, width, height, 4)
  })()
  const box = { x: 100, y: 50, width: 40, height: 30 }

  it('is in pixels of the image, its specks filled', () => {
    const like = likeIn(picture, { level: 0, box, scale: 1 }, { x: 112.5, y: 57.5 }, 30, { width: 640, height: 480 })!
    expect(maskBounds(like)).toEqual({ x: 110, y: 55, width: 8, height: 6 })
    expect(maskArea(like)).toBe(48)
  })

  it('is enlarged from a smaller level', () => {
    const like = likeIn(picture, { level: 1, box, scale: 2 }, { x: 225, y: 115 }, 30, { width: 640, height: 480 })!
    expect(maskBounds(like)).toEqual({ x: 220, y: 110, width: 16, height: 12 })
  })

  it('is nothing beside the part', () => {
    expect(likeIn(picture, { level: 0, box, scale: 1 }, { x: 20, y: 20 }, 30, { width: 640, height: 480 })).toBeNull()
  })
})
