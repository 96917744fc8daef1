import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { activationMap, shownActivation, writeActivation } from '../../../src/engine/inference/activation-map.ts'

const features = { shape: [1, 2, 3, 2], data: Float32Array.of(1, 0, 0, 1, 2, 2, 0, 0, 3, 1, 0.5, 4) }
const values = (kernel: readonly number[], units: number, classIndex: number, classes: number): number[] => [
  ...activationMap(features, { shape: [2, units], data: Float32Array.from(kernel) }, classIndex, classes).values,
]
const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length

describe('class activation maps', () => {
  it('weigh each feature as the class does, so that their mean is its logit', () => {
    const kernel = [1, -1, 2, 0.5, 3, -2]
    const pooled = [0, 1].map((n) => mean([0, 1, 2, 3, 4, 5].map((place) => features.data[2 * place + n]!)))
    for (const classIndex of [0, 1, 2]) {
      const logit = pooled[0]! * kernel[classIndex]! + pooled[1]! * kernel[3 + classIndex]!
      expect(mean(values(kernel, 3, classIndex, 3))).toBeCloseTo(logit, 5)
    }
    expect(values(kernel, 3, 0, 3)).toEqual([1, 0.5, 3, 0, 3.5, 2.5])
  })

  it('of two classes with one output speak for the first what speaks against the second', () => {
    const second = values([1, -2], 1, 1, 2)
    expect(second).toEqual([1, -2, -2, 0, 1, -7.5])
    expect(values([1, -2], 1, 0, 2)).toEqual(second.map((value) => -value))
  })

  it.each([
    [[2, 3], 0, 2],
    [[3, 2], 0, 2],
    [[2, 1], 0, 3],
    [[2, 2], 2, 2],
  ])('refuse a kernel %j for class %i of %i', (shape, classIndex, classes) => {
    const kernel = { shape, data: new Float32Array(shape[0]! * shape[1]!) }
    expect(() => activationMap(features, kernel, classIndex, classes)).toThrow(RangeError)
  })

  it('are shown from nothing to the strongest place, together for several models', () => {
    const map = (...numbers: number[]) => ({ width: numbers.length, height: 1, values: Float32Array.from(numbers) })
    expect([...shownActivation([map(-3, 0, 1, 2)])]).toEqual([0, 0, 128, 255])
    expect([...shownActivation([map(-3, 0, 1, 2), map(5, -1, 0, 2)])]).toEqual([128, 0, 64, 255])
    expect([...shownActivation([map(-3, -1)])]).toEqual([0, 0])
  })

  it('are written as grey pictures of the size asked for', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = path.join(folder, 'heat.png')
    const map = { width: 2, height: 2, values: Float32Array.of(0, 1, 0, 1) }
    const written = await writeActivation([map], { width: 40, height: 30 }, { file: 'heat.png', path: file })
    expect(written).toEqual({ kind: 'heat', file: 'heat.png', classIndex: null, width: 40, height: 30 })
    expect(await sharp(file).metadata()).toMatchObject({ width: 40, height: 30, channels: 1, depth: 'uchar' })
    const data = await sharp(file).extractChannel(0).raw().toBuffer()
    const row = [...data.subarray(0, 40)]
    expect(row[0]).toBe(0)
    expect(row[39]).toBe(255)
    expect(row).toEqual([...row].sort((a, b) => a - b))
  })
})
