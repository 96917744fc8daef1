import { expect, it } from 'vitest'
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
  expect(positiveText('detection', report)).toBe('')
})
