import { expect, it } from 'vitest'
import { createSegmentationReport } from '#shared/metrics/segmentation-report.ts'
import { evaluationText } from '../../../src/cli/evaluation-text.ts'
import { classificationReport } from '../../../src/shared/metrics/classification-report.ts'
import { positiveText, scoreRows, shownFigure } from '../../../src/renderer/count/score-rows.ts'

it('shows every figure of a classification, each with its interval', () => {
  const said = [0.2, 0.7, 0.8, 0.9]
  const report = classificationReport({
    images: said.map((p, i) => ({ id: `i${String(i)}`, truth: i < 2 ? 0 : 1, scores: [1 - p, p] })),
    classes: ['Healthy', 'Infected'].map((name) => ({ id: name, name })),
    threshold: 0.6,
    resamples: 200,
  })
  const rows = scoreRows('classification', JSON.parse(JSON.stringify(report)))
  expect(Object.fromEntries(rows.map((row) => [row.name, shownFigure(row)]))).toEqual({
    ...{ Accuracy: '0.750', Sensitivity: '1.000', Specificity: '0.500', AUC: '1.000', F1: '0.800' },
    ...{ 'Positive predictive value': '0.667', 'Negative predictive value': '1.000', 'Balanced accuracy': '0.750' },
    ...{ 'Matthews correlation': '0.577', "Cohen's kappa": '0.500' },
    ...{ 'Brier score (0 is best)': '0.145', 'Calibration error (0 is best)': '0.300', Images: '4' },
  })
  const intervals = new Map(rows.map(({ name, interval }) => [name, interval]))
  expect(intervals.get('Matthews correlation')).toEqual(report.intervals.mcc)
  expect(intervals.get("Cohen's kappa")).toEqual(report.intervals.kappa)
  expect(positiveText('classification', report)).toBe('Positive is Infected, from a score of 0.600: the threshold of the model.')
  const byFolds = 'Positive is Infected, from a score of 0.600: the mean of the folds’ thresholds.'
  expect(positiveText('classification', report, true)).toBe(byFolds)
  expect(positiveText('detection', report)).toBe('')
})

/** A square of 6 pixels on 16 x 12, and the same found one pixel further right. */
function shifted(micrometresPerPixel?: number) {
  const square = (left: number) =>
    Uint8Array.from({ length: 192 }, (_, i) => (i % 16 >= left && i % 16 < left + 6 && i >= 48 && i < 144 ? 1 : 0))
  const [truth, predicted] = [square(4), square(5)]
  const classes = ['background', 'cell'].map((name) => ({ id: name, name }))
  const report = createSegmentationReport({ classes, tolerance: 0.5, resamples: 0 })
  report.add(
    { id: 'a', micrometresPerPixel },
    { width: 16, height: 12, truth, predicted, truthInstances: truth, predictedInstances: predicted },
  )
  return report.report()
}

const shown = (answer: unknown): Record<string, string> =>
  Object.fromEntries(scoreRows('segmentation', answer).map((row) => [row.name, shownFigure(row)]))

it('tells of a segmentation how well outlines and objects fit, beside the overlap', () => {
  const figures = shown(shifted())
  expect(figures).toMatchObject({
    ...{ Dice: '0.833', Jaccard: '0.714', 'AP50 of objects': '1.000', 'Panoptic quality': '0.714' },
    ...{ 'Hausdorff distance (95 %), pixels': '1.000', 'Hausdorff distance of objects (95 %), pixels': '1.000' },
  })
  expect(Number(figures['Boundary F1'])).toBeGreaterThan(0)
  expect(Number(figures['Boundary F1'])).toBeLessThan(1)
  expect(figures).not.toHaveProperty('Hausdorff distance (95 %), µm')
})

it('tells micrometres where the images know theirs', () => {
  expect(shown(shifted(0.25))).toMatchObject({ 'Hausdorff distance (95 %), µm': '0.250' })
})

it('says the same on the command line', () => {
  const text = evaluationText('segmentation', shifted())
  expect(text).toMatch(/outlines: boundary F1 0\.\d{3} {2}Hausdorff 95 1\.000 px/)
  expect(text).toMatch(/objects: AP50 1\.000 {2}PQ 0\.714 {2}Hausdorff 95 1\.000 px/)
})
