import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeImage } from '#shared/metrics/segmentation-image.ts'
import { IGNORED_PIXEL } from '#shared/metrics/segmentation-overlap.ts'
import { type SegmentationSource, tilesOfSource } from '#shared/metrics/segmentation-source.ts'

const WIDTH = 9
const HEIGHT = 7
const map = (values: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(values, { minLength: WIDTH * HEIGHT, maxLength: WIDTH * HEIGHT })

/** Order of objects is that in which a walk meets them. */
const sorted = <T>(list: readonly T[]): string[] => list.map((one) => JSON.stringify(one)).sort()

describe('an image that is judged tile by tile', () => {
  it('is judged as in one piece', () => {
    const cases = fc.record({
      truth: map(fc.constantFrom(0, 1, 2, IGNORED_PIXEL)),
      predicted: map(fc.constantFrom(0, 1, 2)),
      truthInstances: map(fc.constantFrom(0, 0, 3, 5)),
      predictedInstances: map(fc.constantFrom(0, 0, 1, 2, 7)),
      tile: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(cases, ({ truth, predicted, truthInstances, predictedInstances, tile }) => {
        const maps = {
          ...{ width: WIDTH, height: HEIGHT, truth: Uint8Array.from(truth), predicted: Uint8Array.from(predicted) },
          ...{ truthInstances: Int32Array.from(truthInstances), predictedInstances: Int32Array.from(predictedInstances) },
          scores: new Map([1, 2, 7].map((id) => [id, id / 10])),
        }
        const options = { id: 'a', classes: 3 }
        const [whole, parts] = [judgeImage(maps, options), judgeImage(maps, { ...options, tile })]
        expect(parts.counts).toEqual(whole.counts)
        expect(parts.boundaries).toEqual(whole.boundaries)
        for (const [k, tally] of parts.objects!.entries()) {
          const other = whole.objects![k]!
          expect({ ...tally, matched: tally.matched.length }).toEqual({
            ...{ ...other, matched: other.matched.length },
            iouSum: expect.closeTo(other.iouSum, 10) as number,
          })
          const [a, b] = [parts.objectHausdorff[k] ?? null, whole.objectHausdorff[k] ?? null]
          if (b === null) expect(a).toBeNull()
          else expect(a).toBeCloseTo(b, 10)
          expect(sorted(parts.coco![k]!.predictions)).toEqual(sorted(whole.coco![k]!.predictions))
        }
      }),
    )
  })

  it('reads nothing where it is known what is there, and no boundary that is too long', () => {
    const source: SegmentationSource = {
      ...{ width: 8192, height: 8192 },
      blank: ({ x }) => (x < 4096 ? 0 : IGNORED_PIXEL),
      read: () => {
        throw new Error('read')
      },
    }
    const judged = judgeImage(source, { id: 'a', classes: 2 })
    expect(judged.counts).toEqual([
      [4096 * 8192, 0],
      [0, 0],
    ])
    expect(() => judgeImage({ ...source, blank: () => null }, { id: 'a', classes: 2 })).toThrow('read')
  })

  it('is covered by its tiles once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 200 }),
        (width, height, most) => {
          const seen = new Uint8Array(width * height)
          for (const tile of tilesOfSource(width, height, most)) {
            expect(tile.width * tile.height).toBeLessThanOrEqual(Math.max(1, most))
            for (let y = 0; y < tile.height; y++) for (let x = 0; x < tile.width; x++) seen[(tile.y + y) * width + tile.x + x]! += 1
          }
          expect(seen.every((times) => times === 1)).toBe(true)
        },
      ),
    )
  })
})
