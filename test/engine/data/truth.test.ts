import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobLabel } from '#shared/contracts/job.ts'
import { shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { discSpans } from '#shared/masks/spans.ts'
import type { Shape } from '#shared/records/shape.ts'
import { type FrameMap, resample } from '../../../src/engine/data/resample.ts'
import { areaMap, boxLabels, imageClass, normalizedDistances, truthOf, unknownTruth } from '../../../src/engine/data/truth.ts'
import { type Augmentation, IGNORED, type InputSize, type TruthKind } from '../../../src/engine/models/preset.ts'
import type { Raster } from '../../../src/imaging/raster.ts'

const WIDTH = 60
const HEIGHT = 44
const image = { width: WIDTH, height: HEIGHT }
const whole = { x: 0, y: 0, ...image }

const augmentation: Augmentation = {
  ...{ sizes: [], flips: true, quarterTurns: true, iouCrops: false, minVisible: 0.5, photometric: 'none', blur: 0, noise: 0 },
  ...{ zoomIn: { probability: 0, max: 1 }, zoomOut: { probability: 0, max: 1 } },
}

const label = (shape: Shape, classIndex = 0, ignore = false): JobLabel => ({ shape, classIndex, ignore })
const box = (x: number, y: number, width: number, height: number): Shape => ({ type: 'box', x, y, width, height })
const disc = (x: number, y: number, radius: number): Shape => maskOf(maskOfSpans(discSpans({ x, y }, radius)))!
const polygon = (...ring: number[]): Shape => ({ type: 'polygon', rings: [ring] })

const place = fc.integer({ min: -10, max: 60 })
const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.tuple(place, place, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })).map((box4) => box(...box4)),
  fc.tuple(place, place, fc.integer({ min: 1, max: 15 })).map((three) => disc(...three)),
  fc.tuple(place, place, place, place, place, place).map((six) => polygon(...six)),
)
const labels = fc.array(
  fc.record({ shape, classIndex: fc.nat(2), ignore: fc.boolean() }).map(({ shape: s, classIndex, ignore }) => label(s, classIndex, ignore)),
  { maxLength: 6 },
)
const turns = fc.record({ flipX: fc.boolean(), flipY: fc.boolean(), transpose: fc.boolean() })

const areas = (given: readonly JobLabel[], map: FrameMap, size: InputSize): Uint8Array => {
  const truth = truthOf('areas', { labels: given }, image, map, size, augmentation)
  if (truth.kind !== 'areas') throw new Error(truth.kind)
  return truth.classes
}

/** A picture resampled as the pixels of a sample are, and where it covers the input. */
function pictured(data: Uint8Array, map: FrameMap, [height, width]: InputSize): { values: Float32Array; inside: (i: number) => boolean } {
  const raster: Raster = { ...image, channels: 1, data }
  const values = new Float32Array(width * height)
  const { left, top, right, bottom } = resample(raster, map, { data: values, offset: 0, height, width, channels: 1 })
  const inside = (i: number): boolean => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return x >= left && x < right && y >= top && y < bottom
  }
  return { values, inside }
}

describe('the areas of a sample', () => {
  it('lie as the picture of the labels does, pixel by pixel, under every turn and mirror', () => {
    fc.assert(
      fc.property(labels, turns, (given, turn) => {
        const map = { window: whole, ...turn }
        const size: InputSize = turn.transpose ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH]
        const { values } = pictured(areaMap({ labels: given }, whole), map, size)
        expect(Array.from(areas(given, map, size))).toEqual(Array.from(values))
      }),
    )
  })

  it('lie as the picture does where it is stretched, moved and cut; outside of it nothing is learned', () => {
    const window = fc.record({
      x: fc.double({ min: -30, max: 40, noNaN: true }),
      y: fc.double({ min: -30, max: 30, noNaN: true }),
      width: fc.double({ min: 8, max: 120, noNaN: true }),
      height: fc.double({ min: 8, max: 90, noNaN: true }),
    })
    const size = fc.tuple(fc.integer({ min: 8, max: 70 }), fc.integer({ min: 8, max: 70 }))
    fc.assert(
      fc.property(shape, window, turns, size, (one, view, turn, input) => {
        const given = [label(one)]
        const map = { window: view, ...turn }
        const found = areas(given, map, input)
        const { values, inside } = pictured(areaMap({ labels: given }, whole).map((v) => v * 255), map, input) // prettier-ignore
        for (const [i, value] of found.entries()) {
          if (!inside(i)) expect(value).toBe(IGNORED)
          // Where the filter mixes both, the middle pixel decides; where it sees one alone, that is the answer.
          else if (values[i]! > 254.99) expect(value).toBe(1)
          else if (values[i]! < 0.01) expect(value).toBe(0)
          else expect([0, 1]).toContain(value)
        }
      }),
      {
        // The middle of a pixel on the very edge of the image: inside or outside, but the same for both.
        examples: [
          [
            box(0, 0, 1, 1),
            { x: 0, y: 0, width: 119.99999999999999, height: 8 },
            { flipX: false, flipY: false, transpose: false },
            [8, 53],
          ],
        ],
      },
    )
  })

  it('are the classes from 1, later over earlier, what is to be ignored apart, and no points or labels of the image', () => {
    const given = [
      label(box(0, 0, 30, 10), 0),
      label(disc(20, 5, 4), 2),
      label(box(0, 0, 3, 3), 1, true),
      label({ type: 'point', x: 40, y: 20 }, 1),
      label({ type: 'image' }, 1),
    ]
    const map = areaMap({ labels: given }, whole)
    const at = (x: number, y: number): number | undefined => map[y * WIDTH + x]
    expect([at(10, 5), at(20, 5), at(1, 1), at(40, 20), at(35, 5)]).toEqual([1, 3, IGNORED, 0, 0])
    expect(map).toEqual(
      Uint8Array.from(
        shapesToLabelMap(
          given.flatMap(({ shape: s }) => (s.type === 'box' || s.type === 'mask' ? [s] : [])),
          whole,
          [1, 3, IGNORED],
        ),
      ),
    )
  })

  it('of a region are that part of the whole', () => {
    fc.assert(
      fc.property(labels, fc.nat(20), fc.nat(20), (given, x, y) => {
        const region = { x, y, width: 30, height: 20 }
        const all = areaMap({ labels: given }, whole)
        const part = Uint8Array.from({ length: 600 }, (_, i) => all[(y + Math.floor(i / 30)) * WIDTH + x + (i % 30)]!)
        expect(areaMap({ labels: given }, region)).toEqual(part)
      }),
    )
  })
})

describe('objects of a sample', () => {
  const plain: FrameMap = { window: whole, flipX: false, flipY: false, transpose: false }
  const objects = (given: readonly JobLabel[]): { classes: Uint8Array; distances: Uint8Array } => {
    const truth = truthOf('objects', { labels: given }, image, plain, [HEIGHT, WIDTH], augmentation)
    if (truth.kind !== 'objects') throw new Error(truth.kind)
    return truth
  }

  it('rise from their edges to their middles, where two touch too', () => {
    const { classes, distances } = objects([label(box(5, 5, 9, 9), 1), label(box(14, 5, 5, 9), 1)])
    const row = (of: Uint8Array): number[] => Array.from(of.subarray(9 * WIDTH + 4, 9 * WIDTH + 20))
    expect(row(classes)).toEqual([0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0])
    expect(row(distances)).toEqual([0, 51, 102, 153, 204, 255, 204, 153, 102, 51, 85, 170, 255, 170, 85, 0])
  })

  it('have no edge where the input ends', () => {
    const { distances } = objects([label(box(-20, 5, 26, 9), 0)])
    expect(Array.from(distances.subarray(9 * WIDTH, 9 * WIDTH + 7))).toEqual([255, 255, 204, 153, 102, 51, 0])
    expect(objects([label(box(-5, -5, 90, 90), 0)]).distances.every((distance) => distance === 255)).toBe(true)
  })

  it('take nothing from what is ignored', () => {
    const { classes } = objects([label(box(5, 5, 10, 10), 1), label(box(15, 5, 10, 10), 1, true)])
    expect(classes[10 * WIDTH + 20]).toBe(IGNORED)
    expect(classes[10 * WIDTH + 10]).toBe(2)
  })

  it('are the areas', () => {
    fc.assert(
      fc.property(labels, (given) => {
        expect(objects(given).classes).toEqual(areas(given, plain, [HEIGHT, WIDTH]))
      }),
    )
  })

  it('have the distances that a look at every pair of pixels finds', () => {
    const size: InputSize = [6, 7]
    const numbers = fc.array(fc.nat(3), { minLength: 42, maxLength: 42 }).map((list) => Int32Array.from(list))
    const place = (i: number): readonly [number, number] => [i % 7, Math.floor(i / 7)]
    fc.assert(
      fc.property(numbers, (given) => {
        // At the edge: a neighbour to a side is not of the object. Counted from there, the edge itself as 1.
        const between = (i: number, j: number): number => Math.hypot(place(i)[0] - place(j)[0], place(i)[1] - place(j)[1])
        const edges = [...given.keys()].filter(
          (i) => given[i] === 0 || [...given.keys()].some((j) => between(i, j) === 1 && given[j] !== given[i]),
        )
        const distance = [...given.keys()].map((i) => (given[i] === 0 ? 0 : 1 + Math.min(...edges.map((j) => between(i, j)))))
        const most = (number: number): number => Math.max(...distance.filter((_, i) => given[i] === number))
        const expected = distance.map((d, i) => (d === 0 ? 0 : Number.isFinite(d) ? Math.round((255 * d) / most(given[i]!)) : 255))
        expect(Array.from(normalizedDistances(given, size))).toEqual(expected)
      }),
    )
  })
})

describe('what is learned of an image', () => {
  it('is its class: of the label of the whole image alone, and none where that is to be ignored', () => {
    expect(imageClass([label(box(0, 0, 5, 5), 2), label({ type: 'image' }, 1)])).toBe(1)
    expect(imageClass([label({ type: 'image' }, 1, true)])).toBe(-1)
    expect(imageClass([label(box(0, 0, 5, 5), 2)])).toBe(-1)
  })

  it('are its boxes, where boxes are asked for', () => {
    expect(boxLabels([label(box(1, 2, 3, 4), 2, true), label(disc(9, 9, 3)), label({ type: 'image' })])).toEqual([
      { box: box(1, 2, 3, 4), classIndex: 2, ignore: true },
    ])
  })

  it('is nothing where it can’t be read', () => {
    const kinds: TruthKind[] = ['boxes', 'label', 'areas', 'objects', 'none']
    const unknown = kinds.map((kind) => unknownTruth(kind, [2, 3]))
    const nothing = new Uint8Array(6).fill(IGNORED)
    expect(unknown).toEqual([
      { kind: 'boxes', labels: [{ box: { x: 0, y: 0, width: 3, height: 2 }, classIndex: 0, ignore: true }] },
      { kind: 'label', classIndex: -1 },
      { kind: 'areas', classes: nothing },
      { kind: 'objects', classes: nothing, distances: new Uint8Array(nothing.length) },
      { kind: 'none' },
    ])
  })
})
