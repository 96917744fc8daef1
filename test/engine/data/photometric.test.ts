import { describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { distortPhotometrically, jitterColors, varyStain } from '../../../src/engine/data/photometric.ts'
import type { Canvas } from '../../../src/engine/data/resample.ts'

const SIDE = 32

function picture(): Canvas {
  const random = createRandom(3)
  const data = Float32Array.from({ length: SIDE * SIDE * 3 }, (_, i) =>
    Math.min(255, Math.max(0, [180, 120, 160][i % 3]! + random.normal(0, 20))),
  )
  return { data, offset: 0, height: SIDE, width: SIDE, channels: 3 }
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length

describe('varyStain', () => {
  it('changes brightness and contrast, about the mean, within its ranges', () => {
    const before = picture()
    const brightness: number[] = []
    const contrast: number[] = []
    const spread = ({ data }: Canvas): number => {
      const centre = mean(data)
      return Math.sqrt(mean(data.map((v) => (v - centre) ** 2)))
    }
    for (let seed = 0; seed < 60; seed++) {
      const canvas = picture()
      varyStain(canvas, createRandom(seed), { blur: 0, noise: 0 })
      brightness.push(mean(canvas.data) / mean(before.data))
      contrast.push(spread(canvas) / spread(before))
    }
    expect(Math.min(...brightness)).toBeGreaterThan(0.8)
    expect(Math.max(...brightness)).toBeLessThan(1.22)
    expect(Math.max(...brightness) - Math.min(...brightness)).toBeGreaterThan(0.2)
    expect(Math.max(...contrast) - Math.min(...contrast)).toBeGreaterThan(0.4)
    expect(mean(brightness)).toBeCloseTo(1, 1)
  })

  it('blurs and adds noise in the given shares', () => {
    const rough = ({ data }: Canvas): number => mean(data.map((v, i) => (i >= 3 ? Math.abs(v - data[i - 3]!) : 0)))
    const changed = (blur: number, noise: number): number[] =>
      Array.from({ length: 30 }, (_, seed) => {
        const canvas = picture()
        varyStain(canvas, createRandom(seed), { blur, noise })
        return rough(canvas)
      })
    expect(mean(changed(1, 0))).toBeLessThan(0.8 * mean(changed(0, 0)))
    expect(mean(changed(0, 1))).toBeGreaterThan(mean(changed(0, 0)))
  })

  it('leaves the rest of a batch alone', () => {
    const data = new Float32Array(3 * SIDE * SIDE * 3).fill(100)
    varyStain({ data, offset: SIDE * SIDE * 3, height: SIDE, width: SIDE, channels: 3 }, createRandom(1), { blur: 1, noise: 1 })
    expect(data.subarray(0, SIDE * SIDE * 3).every((v) => v === 100)).toBe(true)
    expect(data.subarray(2 * SIDE * SIDE * 3).every((v) => v === 100)).toBe(true)
    expect(data.subarray(SIDE * SIDE * 3, 2 * SIDE * SIDE * 3).every((v) => v === 100)).toBe(false)
  })
})

describe('jitterColors', () => {
  it('varies saturation, contrast and brightness of every picture within the ranges of the study, and all of them', () => {
    const gentle = (): Canvas => {
      const canvas = picture()
      for (const [i, value] of canvas.data.entries()) canvas.data[i] = 128 + (value - 128) / 4
      return canvas
    }
    const facts = ({ data }: Canvas) => {
      const luma = Array.from({ length: SIDE * SIDE }, (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!)
      const level = mean(luma)
      const color = mean(Array.from({ length: SIDE * SIDE }, (_, i) => data[3 * i]! - data[3 * i + 1]!))
      return { level, spread: Math.sqrt(mean(luma.map((value) => (value - level) ** 2))), color }
    }
    const before = facts(gentle())
    const drawn = Array.from({ length: 80 }, (_, seed) => {
      const canvas = gentle()
      jitterColors(canvas, createRandom(seed))
      const { level, spread, color } = facts(canvas)
      const brightness = level / before.level
      const contrast = spread / before.spread / brightness
      return { brightness, contrast, saturation: color / before.color / contrast / brightness }
    })
    const within = (name: 'brightness' | 'contrast' | 'saturation', low: number, high: number): void => {
      const values = drawn.map((one) => one[name])
      const share = 0.1 * (high - low)
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low - 1e-4)
      expect(Math.max(...values)).toBeLessThanOrEqual(high + 1e-4)
      expect(Math.min(...values)).toBeLessThan(low + share)
      expect(Math.max(...values)).toBeGreaterThan(high - share)
    }
    within('saturation', 0.6, 1.4)
    within('contrast', 0.7, 1.3)
    within('brightness', 0.9, 1.1)
  })
})

describe('distortPhotometrically', () => {
  it('leaves some pictures as they are and swaps the channels of others', () => {
    const before = picture()
    let [same, swapped] = [0, 0]
    for (let seed = 0; seed < 200; seed++) {
      const canvas = picture()
      distortPhotometrically(canvas, createRandom(seed))
      const [r, g, b] = [0, 1, 2].map((c) => mean(canvas.data.filter((_, i) => i % 3 === c)))
      if (canvas.data.every((v, i) => v === before.data[i])) same++
      if (!(r! > b! && b! > g!)) swapped++
      expect(canvas.data.every((v) => v >= 0 && v <= 255)).toBe(true)
    }
    // 1/32 of the pictures have nothing done (1/6 of the swaps change nothing); in 5/12 the order of the channels is another.
    expect(same).toBeGreaterThan(1)
    expect(same).toBeLessThan(25)
    expect(swapped).toBeGreaterThan(50)
    expect(swapped).toBeLessThan(120)
  })

  it('turns the hue without changing how bright or colourful a picture is', () => {
    // Grey has no hue: it stays grey unless channels are scaled apart, which nothing here does.
    for (let seed = 0; seed < 50; seed++) {
      const data = new Float32Array(4 * 4 * 3).fill(90)
      distortPhotometrically({ data, offset: 0, height: 4, width: 4, channels: 3 }, createRandom(seed))
      for (let i = 0; i < data.length; i += 3)
        expect(Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!)).toBeLessThan(1e-3)
    }
  })
})
