import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyImage, mirror, mirrored, probabilities } from '../../../src/engine/inference/classify.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import { createCnn70Preset } from '../../../src/engine/models/cnn-70/preset.ts'
import type { ClassificationPreset } from '../../../src/engine/models/classification-preset.ts'
import type { InputSize } from '../../../src/engine/models/preset.ts'

describe('probabilities', () => {
  it('of several logits are their softmax, however large', () => {
    const logits = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(logits, fc.double({ min: -1e3, max: 1e3, noNaN: true }), (values, shift) => {
        const found = probabilities(values, values.length)
        expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10)
        expect(found.every((p) => p >= 0 && p <= 1)).toBe(true)
        const best = values.indexOf(Math.max(...values))
        expect(found[best]).toBe(Math.max(...found))
        const shifted = probabilities(values.map((v) => v + shift), values.length) // prettier-ignore
        for (const [k, p] of found.entries()) expect(shifted[k]).toBeCloseTo(p, 6)
      }),
    )
    expect(probabilities([Math.log(1), Math.log(2), Math.log(5)], 3).map((p) => Number(p.toFixed(6)))).toEqual([0.125, 0.25, 0.625])
  })

  it('of one logit are the sigmoid, for the second class', () => {
    expect(probabilities([0], 2)).toEqual([0.5, 0.5])
    expect(probabilities([Math.log(3)], 2)[1]).toBeCloseTo(0.75, 12)
    expect(probabilities([-1000], 2)).toEqual([1, 0])
    expect(probabilities([1000], 2)).toEqual([0, 1])
  })
})

describe('mirrors', () => {
  const size = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }))

  it('move every pixel to the other side, its channels together, and undo themselves', () => {
    fc.assert(
      fc.property(size, fc.boolean(), fc.boolean(), ([height, width, channels], flipX, flipY) => {
        const pixels = Float32Array.from({ length: height * width * channels }, (_, i) => i)
        const turned = mirror(pixels, [height, width], channels, flipX, flipY)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const [fromX, fromY] = [flipX ? width - 1 - x : x, flipY ? height - 1 - y : y]
            const at = (row: number, column: number): number => (row * width + column) * channels
            expect([...turned.subarray(at(y, x), at(y, x) + channels)]).toEqual([
              ...pixels.subarray(at(fromY, fromX), at(fromY, fromX) + channels),
            ])
          }
        expect(mirror(turned, [height, width], channels, flipX, flipY)).toEqual(pixels)
      }),
    )
  })

  it('are four, the plain one first', () => {
    const [a, b, c, d] = [1, 2, 3, 4]
    expect(mirrored(Float32Array.of(a, b, c, d), [2, 2], 1).map((one) => [...one])).toEqual([
      [a, b, c, d],
      [b, a, d, c],
      [c, d, a, b],
      [d, c, b, a],
    ])
  })
})

describe('classifying an image', () => {
  /** A stand-in for a network: its logit is what `see` makes of the input. */
  function classifier(see: (pixels: Float32Array, size: InputSize) => number[], sizes: readonly InputSize[] = [[2, 2]]) {
    const asked: InputSize[] = []
    const session: InferenceSession = {
      runtime: 'test',
      run: (pixels, batch, height, width) => {
        asked.push([height, width])
        const logits = see(pixels, [height, width])
        return Promise.resolve({ logits: { shape: [batch, logits.length], data: Float32Array.from(logits) } })
      },
      dispose: () => Promise.resolve(),
    }
    const preset: ClassificationPreset = { ...createCnn70Preset(), inferenceSizes: sizes }
    return { session, preset, asked }
  }

  const odds = (p: number): number => Math.log(p / (1 - p))
  // Grey, 4 x 2: dark on the left, light on the right.
  const source = rasterSource({ width: 4, height: 2, channels: 1, data: Uint8Array.of(0, 0, 200, 200, 0, 0, 200, 200) })

  it('sees the whole image at the size of the network, in its channels', async () => {
    const seen: number[][] = []
    const { session, preset } = classifier((pixels) => {
      seen.push([...pixels])
      return [0]
    })
    expect(await classifyImage(session, preset, source, { classes: 2, flips: false })).toEqual([0.5, 0.5])
    // The triangle filter is as wide as an output pixel, so that a little of the other side is in each.
    const [dark, light] = [200 / 7, 1200 / 7].map((value) => expect.closeTo(value, 3) as number)
    expect(seen).toEqual([[dark, light, dark, light]])
  })

  it('averages the probabilities of the sizes', async () => {
    const sizes: InputSize[] = [[2, 2], [4, 4]] // prettier-ignore
    const { session, preset, asked } = classifier((_pixels, [height]) => [odds(height === 2 ? 0.9 : 0.5)], sizes)
    expect((await classifyImage(session, preset, source, { classes: 2, flips: false }))[1]).toBeCloseTo(0.7, 6)
    expect(asked).toEqual(sizes)
  })

  it('averages over mirrors where asked for: a net that only looks to the left sees both sides', async () => {
    const { session, preset, asked } = classifier((pixels) => [pixels[0]! > 100 ? odds(0.9) : odds(0.1)])
    expect((await classifyImage(session, preset, source, { classes: 2, flips: false }))[1]).toBeCloseTo(0.1, 6)
    expect((await classifyImage(session, preset, source, { classes: 2, flips: true }))[1]).toBeCloseTo(0.5, 6)
    expect(asked).toHaveLength(5)
  })
})
