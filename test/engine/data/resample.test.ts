import { describe, expect, it } from 'vitest'
import { plainFrameMap } from '../../../src/engine/data/frame-geometry.ts'
import { type Canvas, fillOutside, type FrameMap, resample } from '../../../src/engine/data/resample.ts'
import type { Raster } from '../../../src/imaging/raster.ts'

const canvasOf = (height: number, width: number, channels: 1 | 3): Canvas => ({
  data: new Float32Array(height * width * channels).fill(-1),
  offset: 0,
  height,
  width,
  channels,
})

const grey = (rows: readonly (readonly number[])[]): Raster => ({
  width: rows[0]!.length,
  height: rows.length,
  channels: 1,
  data: Uint8Array.from(rows.flat()),
})

const whole = ({ width, height }: Raster): FrameMap => plainFrameMap({ x: 0, y: 0, width, height })

const rowsOf = ({ data, width }: Canvas): number[][] =>
  Array.from({ length: data.length / width }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((v) => Math.round(v * 1000) / 1000),
  )

describe('resample', () => {
  const raster = grey([
    [0, 10, 20],
    [30, 40, 50],
  ])

  it('copies pixels at their own size', () => {
    const canvas = canvasOf(2, 3, 1)
    resample(raster, whole(raster), canvas)
    expect(rowsOf(canvas)).toEqual([
      [0, 10, 20],
      [30, 40, 50],
    ])
  })

  it('magnifies bilinearly with half-pixel centres', () => {
    const line = grey([[0, 100]])
    const canvas = canvasOf(1, 4, 1)
    resample(line, whole(line), canvas)
    // What PyTorch gives for [0, 100] at align_corners=False.
    expect(rowsOf(canvas)).toEqual([[0, 25, 75, 100]])
  })

  it("reduces with a filter as wide as an output pixel, like Pillow's BILINEAR", () => {
    const line = grey([[0, 0, 0, 80, 0, 0, 0, 0]])
    const canvas = canvasOf(1, 4, 1)
    resample(line, whole(line), canvas)
    // Pillow 11: Image.fromarray(line).resize((4, 1), Image.BILINEAR).
    expect(rowsOf(canvas)).toEqual([[0, 30, 10, 0]])
  })

  it('keeps the mean when it reduces a flat picture, and colours apart', () => {
    const colour: Raster = {
      width: 9,
      height: 7,
      channels: 3,
      data: Uint8Array.from({ length: 9 * 7 * 3 }, (_, i) => [10, 100, 200][i % 3]!),
    }
    const canvas = canvasOf(3, 4, 3)
    resample(colour, whole(colour), canvas)
    canvas.data.forEach((value, i) => {
      expect(value).toBeCloseTo([10, 100, 200][i % 3]!, 3)
    })
  })

  it('mirrors and turns', () => {
    const mirrored = canvasOf(2, 3, 1)
    resample(raster, { ...whole(raster), flipX: true }, mirrored)
    expect(rowsOf(mirrored)).toEqual([
      [20, 10, 0],
      [50, 40, 30],
    ])
    const turned = canvasOf(3, 2, 1)
    resample(raster, { ...whole(raster), transpose: true }, turned)
    expect(rowsOf(turned)).toEqual([
      [0, 30],
      [10, 40],
      [20, 50],
    ])
    const both = canvasOf(3, 2, 1)
    resample(raster, { ...whole(raster), flipY: true, transpose: true }, both)
    expect(rowsOf(both)).toEqual([
      [30, 0],
      [40, 10],
      [50, 20],
    ])
  })

  it('tells what lies outside, which is then filled', () => {
    const canvas = canvasOf(4, 6, 1)
    const covered = resample(raster, { ...whole(raster), window: { x: -3, y: 0, width: 6, height: 4 } }, canvas)
    expect(covered).toEqual({ left: 3, right: 6, top: 0, bottom: 2 })
    fillOutside(canvas, covered, [7])
    expect(rowsOf(canvas)).toEqual([
      [7, 7, 7, 0, 10, 20],
      [7, 7, 7, 30, 40, 50],
      [7, 7, 7, 7, 7, 7],
      [7, 7, 7, 7, 7, 7],
    ])
  })

  it('makes grey of colour by BT.601 and three channels of grey', () => {
    const colour: Raster = { width: 1, height: 1, channels: 3, data: Uint8Array.of(200, 100, 50) }
    const one = canvasOf(1, 1, 1)
    resample(colour, whole(colour), one)
    expect(one.data[0]).toBeCloseTo(0.299 * 200 + 0.587 * 100 + 0.114 * 50, 3)
    const three = canvasOf(2, 3, 3)
    resample(raster, whole(raster), three)
    expect([...three.data.subarray(3, 6)]).toEqual([10, 10, 10])
  })
})
