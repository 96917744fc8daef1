import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confusionSteps } from '#shared/metrics/confusion.ts'
import { atOnce } from '#shared/steps.ts'
import { type PredictedBox, type TruthBox } from '#shared/metrics/detection-records.ts'

const classes = ['RBC', 'WBC']
const box = (x: number, width = 10): TruthBox['box'] => ({ x, y: 0, width, height: 10 })

const detectionConfusion = (...given: Parameters<typeof confusionSteps>) => atOnce(confusionSteps(...given))

describe('the confusion of a detector', () => {
  it('sorts pairs, misses and false alarms into the cells, with the objects behind each', () => {
    const truths: TruthBox[] = [
      { id: 't0', imageId: 'a', classId: 'RBC', box: box(0) },
      { id: 't1', imageId: 'a', classId: 'WBC', box: box(20) },
      { id: 't2', imageId: 'b', classId: 'RBC', box: box(0) },
    ]
    const predictions: PredictedBox[] = [
      { id: 10, imageId: 'a', classId: 'RBC', box: box(0), score: 0.9 },
      { id: 11, imageId: 'a', classId: 'RBC', box: box(21), score: 0.9 },
      { id: 12, imageId: 'b', classId: 'WBC', box: box(50), score: 0.9 },
      { id: 13, imageId: 'b', classId: 'RBC', box: box(0), score: 0.4 },
    ]
    const { counts, items } = detectionConfusion(truths, predictions, { images: ['a', 'b'], classes, score: 0.5 })
    expect(counts).toEqual([
      [1, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ])
    expect(items[0]![0]).toEqual([{ imageId: 'a', truthId: 't0', predictionId: 10 }])
    expect(items[1]![0]).toEqual([{ imageId: 'a', truthId: 't1', predictionId: 11 }])
    expect(items[0]![2]).toEqual([{ imageId: 'b', truthId: 't2', predictionId: null }])
    expect(items[2]![1]).toEqual([{ imageId: 'b', truthId: null, predictionId: 12 }])
  })

  it('pairs the best overlap first, whatever the class and the score', () => {
    const truths: TruthBox[] = [{ imageId: 1, classId: 'WBC', box: box(0) }]
    const predictions: PredictedBox[] = [
      { imageId: 1, classId: 'WBC', box: box(2), score: 0.99 },
      { imageId: 1, classId: 'RBC', box: box(1), score: 0.6 },
    ]
    const { counts, items } = detectionConfusion(truths, predictions, { images: [1], classes, score: 0.5 })
    expect(counts).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ])
    expect(items[1]![0]).toEqual([{ imageId: 1, truthId: 0, predictionId: 1 }])
  })

  it('holds nothing against what lies on a crowd or on an ignored truth', () => {
    const truths: TruthBox[] = [
      { imageId: 1, classId: 'RBC', box: box(0, 100), crowd: true },
      { imageId: 1, classId: 'RBC', box: box(200), ignore: true },
    ]
    const predictions = [5, 30, 201, 300].map((x): PredictedBox => ({ imageId: 1, classId: 'RBC', box: box(x), score: 1 }))
    const { counts } = detectionConfusion(truths, predictions, { images: [1], classes, score: 0.5 })
    expect(counts).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [1, 0, 0],
    ])
  })

  it('accounts for every truth and every prediction once', () => {
    const object = fc.record({
      imageId: fc.nat(2),
      classId: fc.constantFrom(...classes),
      x: fc.nat(40),
      score: fc.constantFrom(0.2, 0.5, 0.9),
    })
    const objects = fc.array(object, { maxLength: 30 })
    fc.assert(
      fc.property(objects, objects, (marked, found) => {
        const truths = marked.map((item) => ({ ...item, box: box(item.x) }))
        const predictions = found.map((item) => ({ ...item, box: box(item.x) }))
        const { items, counts } = detectionConfusion(truths, predictions, { images: [0, 1, 2], classes, score: 0.5 })
        const all = items.flat(2)
        const ids = (key: 'truthId' | 'predictionId'): unknown[] =>
          all.flatMap((item) => item[key] ?? []).sort((a, b) => Number(a) - Number(b))
        expect(ids('truthId')).toEqual([...truths.keys()])
        expect(ids('predictionId')).toEqual([...predictions.keys()].filter((i) => predictions[i]!.score >= 0.5))
        expect(counts[2]![2]).toBe(0)
        for (const [row, classId] of classes.entries())
          expect(counts[row]!.reduce((sum, count) => sum + count, 0)).toBe(truths.filter((item) => item.classId === classId).length)
      }),
    )
  })
})
