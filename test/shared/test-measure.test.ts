import { describe, expect, it } from 'vitest'
import { headlineFigures, testFigureTitle } from '#shared/test-measure.ts'

const told = (task: Parameters<typeof headlineFigures>[0], report: object) =>
  headlineFigures(task, report).map((one) => `${testFigureTitle(one)} ${one.value} ${one.lower} ${one.upper}`)

describe('headline figures', () => {
  it('of boxes leave out what was not there to be found, and the class where there is but one', () => {
    const report = {
      ap50: 0.9,
      ap: 0.5,
      ap75: -1,
      perClass: { RBC: { ap50: 0.9 } },
      intervals: { ap50: { lower: 0.8, upper: 1 }, ap: null },
    }
    expect(told('detection', report)).toEqual(['AP50 0.9 0.8 1', 'AP (IoU 0.50 to 0.95) 0.5 null null'])
    const two = {
      ...report,
      perClass: { RBC: { ap50: 0.9 }, WBC: { ap50: 0.75 } },
      intervals: { perClass: { WBC: { ap50: { lower: 0.5, upper: 1 } } } },
    }
    expect(told('detection', two).slice(2)).toEqual(['RBC, AP50 0.9 null null', 'WBC, AP50 0.75 0.5 1'])
  })

  it('of areas tell objects too, and no background', () => {
    const report = {
      dice: 0.8,
      jaccard: 0.7,
      perClass: { background: { dice: 1 }, a: { dice: 0.75 }, b: { dice: 0.5 } },
      objects: { ap50: 0.25, pq: null },
      intervals: { objects: { ap50: { lower: 0, upper: 0.5 } } },
    }
    expect(told('segmentation', report)).toEqual([
      'Dice 0.8 null null',
      'Jaccard 0.7 null null',
      'AP50 of objects 0.25 0 0.5',
      'a, Dice 0.75 null null',
      'b, Dice 0.5 null null',
    ])
  })

  it('of images tell classes from three on', () => {
    const perClass = { a: { sensitivity: 0.5, auc: null }, b: { sensitivity: 1, auc: 0.75 } }
    expect(told('classification', { accuracy: 0.75, auc: null, perClass })).toEqual(['Accuracy 0.75 null null'])
    expect(told('classification', { accuracy: 0.75, perClass: { ...perClass, c: {} } })).toHaveLength(4)
    expect(told('anomaly', { imageAuroc: 0.75, pixelAuroc: null })).toEqual(['Image AUROC 0.75 null null'])
  })
})
