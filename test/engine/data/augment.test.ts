import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box } from '#shared/geometry/box.ts'
import { augmentFrame, type AugmentSettings } from '../../../src/engine/data/augment.ts'
import { mapBox } from '../../../src/engine/data/frame-geometry.ts'
import type { Canvas } from '../../../src/engine/data/resample.ts'
import type { JobLabel } from '#shared/contracts/job.ts'
import type { Augmentation, DetectionLabel, Truth } from '../../../src/engine/models/preset.ts'
import type { Raster } from '../../../src/imaging/raster.ts'

const plain: Augmentation = {
  sizes: [[96, 128]],
  flips: false,
  quarterTurns: false,
  zoomIn: { probability: 0, max: 1 },
  zoomOut: { probability: 0, max: 1 },
  iouCrops: false,
  minVisible: 0,
  photometric: 'stain',
  blur: 0,
  noise: 0,
}

const augmentation: fc.Arbitrary<Augmentation> = fc.record({
  sizes: fc.constant<Augmentation['sizes']>([[96, 128]]),
  flips: fc.boolean(),
  quarterTurns: fc.boolean(),
  zoomIn: fc.record({ probability: fc.constantFrom(0, 0.5, 1), max: fc.constantFrom(1, 1.25, 2) }),
  zoomOut: fc.record({ probability: fc.constantFrom(0, 0.5, 1), max: fc.constantFrom(1, 2, 4) }),
  iouCrops: fc.boolean(),
  minVisible: fc.constantFrom(0, 0.5, 0.9),
  photometric: fc.constantFrom('ssd' as const, 'stain' as const, 'jitter' as const),
  blur: fc.constantFrom(0, 1),
  noise: fc.constantFrom(0, 1),
})

const WIDTH = 160
const HEIGHT = 120

/** A black picture with one white rectangle. */
function painted(box: Box): Raster {
  const data = new Uint8Array(WIDTH * HEIGHT * 3)
  for (let y = box.y; y < box.y + box.height; y++) data.fill(255, (y * WIDTH + box.x) * 3, (y * WIDTH + box.x + box.width) * 3)
  return { width: WIDTH, height: HEIGHT, channels: 3, data }
}

const canvasOf = (height: number, width: number): Canvas => ({
  data: new Float32Array(height * width * 3),
  offset: 0,
  height,
  width,
  channels: 3,
})

const rectangle = fc.record({
  x: fc.nat(WIDTH - 40),
  y: fc.nat(HEIGHT - 40),
  width: fc.integer({ min: 12, max: 40 }),
  height: fc.integer({ min: 12, max: 40 }),
})

/** Centre of the bright pixels and their number, noise below half brightness left out. */
function brightPart(canvas: Canvas): { x: number; y: number; count: number; box: Box } {
  const { data, height, width } = canvas
  let [sx, sy, count] = [0, 0, 0]
  let [left, top, right, bottom] = [width, height, 0, 0]
  const level = data.reduce((most, v) => Math.max(most, v), 0) / 2
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * 3]! < level) continue
      sx += x + 0.5
      sy += y + 0.5
      count++
      ;[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)]
    }
  return { x: sx / count, y: sy / count, count, box: { x: left, y: top, width: right - left, height: bottom - top } }
}

const settingsOf = (a: Augmentation): AugmentSettings => ({ augmentation: a, truth: 'boxes', fill: [0, 0, 0] })
const labelOf = (box: Box, classIndex = 0, ignore = false): JobLabel => ({ shape: { type: 'box', ...box }, classIndex, ignore })

/** The boxes that are to be learned. */
function boxesOf(truth: Truth): readonly DetectionLabel[] {
  if (truth.kind !== 'boxes') throw new Error(`Boxes were asked for, not ${truth.kind}`)
  return truth.labels
}
const region = { x: 0, y: 0, width: WIDTH, height: HEIGHT }

describe('augmentFrame', () => {
  it('keeps a painted rectangle inside its box, whatever is drawn', () => {
    fc.assert(
      fc.property(rectangle, augmentation, fc.string(), fc.constantFrom([96, 128], [128, 96], [100, 100]), (box, a, seed, [h, w]) => {
        const canvas = canvasOf(h!, w!)
        const labels = [labelOf(box)]
        // Contrast, noise and blur would blur the rectangle's edge by their own; geometry is what is looked at.
        const geometry = { ...a, blur: 0, noise: 0, photometric: 'stain' as const }
        const mapped = boxesOf(augmentFrame({ raster: painted(box), region, labels }, canvas, settingsOf(geometry), seed))
        const bright = brightPart(canvas)
        const [label] = mapped
        fc.pre(label !== undefined)
        // Two input pixels: half-bright edge pixels of a magnified or reduced picture.
        expect(bright.box.x).toBeGreaterThanOrEqual(label!.box.x - 2)
        expect(bright.box.y).toBeGreaterThanOrEqual(label!.box.y - 2)
        expect(bright.box.x + bright.box.width).toBeLessThanOrEqual(label!.box.x + label!.box.width + 2)
        expect(bright.box.y + bright.box.height).toBeLessThanOrEqual(label!.box.y + label!.box.height + 2)
        expect(Math.abs(bright.x - (label!.box.x + label!.box.width / 2))).toBeLessThan(2)
        expect(Math.abs(bright.y - (label!.box.y + label!.box.height / 2))).toBeLessThan(2)
      }),
      { numRuns: 150 },
    )
  })

  it('is the same for the same seed, and stays within 0..255', () => {
    fc.assert(
      fc.property(rectangle, augmentation, fc.string(), (box, a, seed) => {
        const labels = [labelOf(box)]
        const run = (): [Float32Array, Truth] => {
          const canvas = canvasOf(96, 128)
          return [canvas.data, augmentFrame({ raster: painted(box), region, labels }, canvas, settingsOf(a), seed)]
        }
        const [first, second] = [run(), run()]
        expect(first).toEqual(second)
        expect(first[0].every((v) => v >= 0 && v <= 255)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('leaves a box where it is when nothing is drawn, scaled to the input', () => {
    const box = { x: 20, y: 30, width: 40, height: 20 }
    const frame = { raster: painted(box), region, labels: [labelOf(box, 2)] }
    const [label] = boxesOf(augmentFrame(frame, canvasOf(96, 128), settingsOf(plain), 's'))
    expect(label).toEqual({ box: { x: 16, y: 24, width: 32, height: 16 }, classIndex: 2, ignore: false })
  })

  it('turns a landscape frame onto a portrait input, so that cells keep their shape', () => {
    const box = { x: 20, y: 30, width: 40, height: 20 }
    const canvas = canvasOf(160, 120)
    const frame = { raster: painted(box), region, labels: [labelOf(box)] }
    const [label] = boxesOf(augmentFrame(frame, canvas, settingsOf({ ...plain, quarterTurns: true }), 's'))
    expect(label!.box.width).toBeCloseTo(20)
    expect(label!.box.height).toBeCloseTo(40)
  })

  it('ignores a box that is cut below minVisible and keeps ignore boxes', () => {
    const zoomed = { ...plain, zoomIn: { probability: 1, max: 2 }, minVisible: 0.9 }
    const boxes = Array.from({ length: 12 }, (_, i) => ({ x: (i % 4) * 40, y: Math.floor(i / 4) * 40, width: 40, height: 40 }))
    const frame = { raster: painted(boxes[0]!), region, labels: boxes.map((box, i) => labelOf(box, i % 3, i === 5)) }
    let [cut, kept] = [0, 0]
    for (let seed = 0; seed < 40; seed++) {
      for (const label of boxesOf(augmentFrame(frame, canvasOf(96, 128), settingsOf(zoomed), String(seed)))) {
        const touches =
          label.box.x < 0.01 || label.box.y < 0.01 || label.box.x + label.box.width > 127.99 || label.box.y + label.box.height > 95.99
        if (label.ignore) cut++
        else kept++
        if (label.ignore && label.classIndex !== 2) expect(touches).toBe(true)
      }
    }
    expect(cut).toBeGreaterThan(20)
    expect(kept).toBeGreaterThan(20)
  })

  it("drops what SSD's crop leaves outside by its centre", () => {
    const [first, second] = [
      { x: 5, y: 5, width: 30, height: 30 },
      { x: 120, y: 80, width: 30, height: 30 },
    ]
    const frame = { raster: painted(first), region, labels: [labelOf(first), labelOf(second, 1)] }
    const sizes = new Set<number>()
    for (let seed = 0; seed < 60; seed++) {
      const mapped = boxesOf(augmentFrame(frame, canvasOf(96, 96), settingsOf({ ...plain, iouCrops: true }), String(seed)))
      sizes.add(mapped.length)
      expect(mapped.length).toBeGreaterThan(0)
    }
    expect([...sizes].sort()).toEqual([1, 2])
  })
})

describe('mapBox', () => {
  it('gives back the box when a mirror is applied twice', () => {
    fc.assert(
      fc.property(rectangle, fc.boolean(), fc.boolean(), (box, flipX, flipY) => {
        const map = { window: region, flipX, flipY, transpose: false }
        const twice = mapBox(mapBox(box, map, HEIGHT, WIDTH), map, HEIGHT, WIDTH)
        expect(twice.x).toBeCloseTo(box.x)
        expect(twice.y).toBeCloseTo(box.y)
      }),
    )
  })
})
