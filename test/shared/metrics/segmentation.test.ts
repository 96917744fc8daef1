import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BinaryMask,
  boundaryDistances,
  boundaryF1,
  hausdorff95,
  type PixelWindow,
  usualTolerance,
} from '#shared/metrics/segmentation-boundary.ts'
import { createCocoObjectFigures, cocoImageObjects } from '#shared/metrics/segmentation-coco.ts'
import { createObjectFigures, overlapObjects, tallyObjects } from '#shared/metrics/segmentation-objects.ts'
import { classOverlap, countPixels, sumCounts } from '#shared/metrics/segmentation-overlap.ts'

/** A map from text: one digit a pixel, '.' for 0, 'x' for the ignored. */
function mapOf(...rows: string[]): { map: Uint8Array; width: number; height: number } {
  const pixels = [...rows.join('')].map((letter) => (letter === 'x' ? 255 : letter === '.' ? 0 : Number(letter)))
  return { map: Uint8Array.from(pixels), width: rows[0]!.length, height: rows.length }
}

describe('pixels by class', () => {
  it('are counted but where nobody said', () => {
    const counts = countPixels(mapOf('0112xx').map, mapOf('011112').map, 3)
    expect(counts).toEqual([
      [1, 0, 0],
      [0, 2, 0],
      [0, 1, 0],
    ])
    expect(classOverlap(counts, 1)).toEqual({ dice: 4 / 5, jaccard: 2 / 3, sensitivity: 1, specificity: 1 / 2, ppv: 2 / 3 })
    expect(classOverlap(counts, 2)).toMatchObject({ dice: 0, jaccard: 0, ppv: null })
  })

  it('add up over images, as often as each is drawn', () => {
    const images = [[[1, 2]], [[10, 0]]].map(([row]) => [row!, [0, 3]])
    expect(sumCounts(images, 2)).toEqual([
      [11, 2],
      [0, 6],
    ])
    expect(sumCounts(images, 2, [0, 2])).toEqual([
      [20, 0],
      [0, 6],
    ])
  })

  it('of a class that is neither there nor said give null', () => {
    expect(classOverlap(countPixels(mapOf('00').map, mapOf('00').map, 2), 1)).toMatchObject({ dice: null, jaccard: null })
  })

  it('refuse maps that do not fit', () => {
    expect(() => countPixels(new Uint8Array(2), new Uint8Array(3), 2)).toThrow(RangeError)
    expect(() => countPixels(mapOf('2').map, mapOf('0').map, 2)).toThrow(RangeError)
    expect(() => countPixels(mapOf('0').map, mapOf('x').map, 2)).toThrow(RangeError)
  })
})

describe('boundaries', () => {
  const square = mapOf('......', '.111..', '.111..', '.111..', '......')
  const moved = mapOf('......', '..111.', '..111.', '..111.', '......')
  const pair = (a: typeof square, b: typeof square): ReturnType<typeof boundaryDistances> =>
    boundaryDistances({ ...a, mask: a.map }, { ...b, mask: b.map })

  it('are the pixels inside with a neighbour outside', () => {
    const { fromTruth, fromPredicted } = pair(square, moved)
    expect([fromTruth.length, fromPredicted.length]).toEqual([8, 8])
    expect(Array.from(fromTruth)).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
  })

  it('of equal masks are 0 apart, of a missing mask undefined', () => {
    const empty = { ...square, map: new Uint8Array(30) }
    expect(hausdorff95(pair(square, square))).toBe(0)
    expect(boundaryF1(pair(square, square), 0)).toBe(1)
    expect([hausdorff95(pair(square, empty)), hausdorff95(pair(empty, empty))]).toEqual([null, null])
    expect([boundaryF1(pair(square, empty), 2), boundaryF1(pair(empty, empty), 2)]).toEqual([0, null])
  })

  it('count as met within the tolerance', () => {
    expect(boundaryF1(pair(square, moved), 0)).toBe(0.5)
    expect(boundaryF1(pair(square, moved), 1)).toBe(1)
    expect(hausdorff95(pair(square, moved))).toBe(1)
    expect(usualTolerance(300, 400)).toBeCloseTo(3.75, 12)
  })

  it('the distance is the greater of both ways', () => {
    const far = mapOf('......', '.111.1', '.111..', '.111..', '......')
    const { fromTruth, fromPredicted } = pair(square, far)
    expect([fromTruth.at(-1), fromPredicted.at(-1)]).toEqual([0, 2])
    expect(hausdorff95(pair(square, far))).toBeCloseTo(hausdorff95(pair(far, square))!, 12)
    expect(hausdorff95(pair(square, far))).toBeGreaterThan(0)
  })

  it('are the same in a window as in the whole image', () => {
    const bits = fc.array(fc.boolean(), { minLength: 48, maxLength: 48 })
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        const window = boundsOf(8, 6, (i) => a[i]! || b[i]!)
        fc.pre(window !== null)
        const whole = boundaryDistances(
          { mask: Uint8Array.from(a, Number), width: 8, height: 6 },
          { mask: Uint8Array.from(b, Number), width: 8, height: 6 },
        )
        const cut = boundaryDistances(
          cutMask(8, window!, (i) => a[i]!),
          cutMask(8, window!, (i) => b[i]!),
        )
        expect(cut).toEqual(whole)
      }),
    )
  })
})

describe('objects', () => {
  const one = (map: Uint8Array): Uint8Array => Uint8Array.from(map, (id) => (id === 0 ? 0 : 1))
  const judge = (truth: string[], predicted: string[]) => {
    const [t, p] = [mapOf(...truth), mapOf(...predicted)]
    const truthInstances = Uint16Array.from(t.map, (id) => (id === 255 ? 0 : id))
    const labels = Uint8Array.from(t.map, (id) => (id === 255 ? 255 : Math.min(1, id)))
    return overlapObjects({ truthInstances, predictedInstances: p.map, truth: labels, predicted: one(p.map) })
  }

  it('match above an IoU of one half, not at it', () => {
    const tally = tallyObjects(judge(['1111.222'], ['55..6666']), 1)
    // 5 covers half of 1; 6 covers 2 at 3/4.
    expect(tally).toMatchObject({ truths: 2, predictions: 2, iouSum: 3 / 4, matched: [{ truth: 1, predicted: 1 }] })
    expect(tally.hits).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
    expect(tally.extra).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    const figures = createObjectFigures([tally])()
    expect(figures).toMatchObject({ ap50: 1 / 3, ap50Pooled: 1 / 3, precision50: 1 / 2, recall50: 1 / 2, pq: 3 / 8, sq: 3 / 4, rq: 1 / 2 })
    expect(figures.ap).toBeCloseTo((5 * (1 / 3)) / 10, 12)
    expect(figures.aji).toBeCloseTo((2 + 3) / (4 + 4), 12)
  })

  it('match above each threshold, not at it, whatever tenth that is', () => {
    // 6, 7, 8 and 9 of ten pixels.
    const hits = [6, 7, 8, 9].map((found) => tallyObjects(judge(['1111111111'], [`${'2'.repeat(found)}${'.'.repeat(10 - found)}`]), 1).hits)
    expect(hits.map((list) => list.filter((hit) => hit === 1).length)).toEqual([2, 4, 6, 8])
  })

  it('one prediction may serve several truths in the aggregated Jaccard index', () => {
    const tally = tallyObjects(judge(['1122'], ['3333']), 1)
    expect([tally.aggregatedShared, tally.aggregatedUnion]).toEqual([4, 8])
  })

  it('on ignored ground are not held against the net', () => {
    const overlaps = judge(['xxx.11'], ['777711'])
    expect(overlaps.ignoredArea).toEqual(Float64Array.of(3, 0))
    const tally = tallyObjects(overlaps, 1)
    expect([tally.predictions, tally.extra[0], tally.hits[0]]).toEqual([1, 0, 1])
    expect(tallyObjects(judge(['x...11'], ['777711']), 1)).toMatchObject({ predictions: 2, hits: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] })
    expect(judge(['xx11'], ['77..']).predictions.ids).toHaveLength(0)
  })

  it('belong to the class most of their pixels have, and match within it', () => {
    const instances = Uint8Array.of(1, 1, 1, 2, 2)
    const overlaps = overlapObjects({
      truthInstances: instances,
      predictedInstances: instances,
      truth: Uint8Array.of(1, 1, 2, 2, 2),
      predicted: Uint8Array.of(1, 1, 1, 1, 1),
    })
    expect(overlaps.truths.classOf).toEqual(Uint8Array.of(1, 2))
    expect(tallyObjects(overlaps, 1)).toMatchObject({ truths: 1, predictions: 2 })
    expect(tallyObjects(overlaps, 2)).toMatchObject({ truths: 1, predictions: 0, aggregatedUnion: 2 })
  })

  it('of empty images give null, and images without objects leave the image means alone', () => {
    const empty = tallyObjects(judge(['....'], ['....']), 1)
    expect(new Set(Object.values(createObjectFigures([empty])()))).toEqual(new Set([null]))
    const full = tallyObjects(judge(['11..'], ['11..']), 1)
    expect(createObjectFigures([empty, full])()).toMatchObject({ ap50: 1, ap: 1, pq: 1, aji: 1 })
    const extra = tallyObjects(judge(['....'], ['11..']), 1)
    expect(createObjectFigures([extra, full])()).toMatchObject({ ap50: 0.5, recall50: 1, precision50: 0.5, aji: 0.5 })
  })

  it('a resample counts an image as often as it is drawn', () => {
    const tallies = [judge(['1122'], ['11..']), judge(['1111'], ['111.']), judge(['1...'], ['..22'])].map((overlaps) =>
      tallyObjects(overlaps, 1),
    )
    const [a, b, c] = tallies as [(typeof tallies)[0], (typeof tallies)[0], (typeof tallies)[0]]
    const weighted = createObjectFigures(tallies)([2, 0, 1])
    const drawn = createObjectFigures([a, a, c])()
    for (const [name, value] of Object.entries(weighted)) expect(value).toBeCloseTo(drawn[name as 'ap']!, 12)
    expect(createObjectFigures([a, b, c])([1, 1, 1])).toEqual(createObjectFigures([a, b, c])())
  })

  it('with scores are ranked as COCO does, without a limit', () => {
    const overlaps = judge(['1122'], ['1133'])
    const figures = (first: number, second: number) =>
      createCocoObjectFigures([
        cocoImageObjects(overlaps, {
          classIndex: 1,
          scores: new Map([
            [1, first],
            [3, second],
          ]),
        }),
      ])()
    expect(figures(0.9, 0.8).cocoAp).toBeCloseTo(1, 12)
    expect(() => cocoImageObjects(overlaps, { classIndex: 1, scores: new Map([[1, 0.5]]) })).toThrow(RangeError)
    const tied = new Map([
      [1, 0.5],
      [3, 0.5],
    ])
    expect(Array.from(cocoImageObjects(judge(['1122'], ['3311']), { classIndex: 1, scores: tied }).truth)).toEqual([1, 0])
    const crowd = judge(['xx..11'], ['77..22'])
    const scored = cocoImageObjects(crowd, { classIndex: 1, scores: new Map([[2, 0.4]]) })
    expect(createCocoObjectFigures([scored])()).toMatchObject({ cocoAr: 1 })
  })
})

/** The window that holds all pixels for which `holds`, or null for none. */
function boundsOf(width: number, height: number, holds: (pixel: number) => boolean): PixelWindow | null {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (!holds(i)) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  return right === -1 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/** A window of an image as a mask: 1 where `holds`, which gets the pixel's index in the image of that width. */
function cutMask(imageWidth: number, window: PixelWindow, holds: (pixel: number) => boolean): BinaryMask {
  const { x, y, width, height } = window
  const mask = new Uint8Array(width * height)
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) if (holds((y + row) * imageWidth + x + column)) mask[i] = 1
  return { mask, width, height }
}
