import { describe, expect, it } from 'vitest'
import { comparisonSteps } from '#shared/metrics/detection-comparison.ts'
import type { PredictedBox, TruthBox } from '#shared/metrics/detection-records.ts'
import { atOnce } from '#shared/steps.ts'

const box = (x: number) => ({ x, y: 0, width: 10, height: 10 })
const there = (id: string, imageId: string, x: number, part: Partial<TruthBox> = {}): TruthBox => ({
  id,
  imageId,
  classId: 'RBC',
  box: box(x),
  ...part,
})
const seen = (id: string, imageId: string, x: number, part: Partial<PredictedBox> = {}): PredictedBox => ({
  ...{ id, imageId, classId: 'RBC', box: box(x), score: 0.9 },
  ...part,
})

describe('two detectors image by image', () => {
  const truth = [there('1', 'i', 0), there('2', 'i', 100), there('3', 'i', 200), there('4', 'i', 300), there('5', 'j', 0)]
  const a = [seen('a1', 'i', 1), seen('a2', 'i', 100), seen('a3', 'i', 500), seen('a5', 'j', 0)]
  const b = [
    seen('b1', 'i', 0),
    seen('b3', 'i', 200),
    seen('b2', 'i', 100, { classId: 'WBC' }),
    seen('b4', 'i', 300, { score: 0.4 }),
    seen('b5', 'j', 0),
  ]
  const compared = (change: object = {}) =>
    atOnce(comparisonSteps({ images: ['j', 'i', 'empty'], classes: ['RBC', 'WBC'], truth, a, b, score: 0.5, ...change }))

  it('tells what both found, one alone, neither, and what is wrong; the most different image first', () => {
    expect(compared()).toEqual([
      { imageId: 'i', both: ['1'], onlyA: ['2'], onlyB: ['3'], neither: ['4'], wrongA: ['a3'], wrongB: ['b2'] },
      { imageId: 'j', both: ['5'], onlyA: [], onlyB: [], neither: [], wrongA: [], wrongB: [] },
      { imageId: 'empty', both: [], onlyA: [], onlyB: [], neither: [], wrongA: [], wrongB: [] },
    ])
  })

  it('is mirrored when the two are exchanged', () => {
    const exchanged = compared({ a: b, b: a })
    for (const [i, row] of compared().entries())
      expect(exchanged[i]).toMatchObject({ imageId: row.imageId, both: row.both, onlyA: row.onlyB, onlyB: row.onlyA, wrongA: row.wrongB })
  })

  it('goes by the score, and asks nobody to find a crowd or what is to be ignored', () => {
    expect(compared({ score: 0.3 })[0]).toMatchObject({ onlyB: ['3', '4'], neither: [] })
    const crowd = [...truth, there('6', 'i', 500, { crowd: true }), there('7', 'i', 700, { ignore: true })]
    expect(compared({ truth: crowd })[0]).toMatchObject({ neither: ['4'], wrongA: [] })
  })
})
