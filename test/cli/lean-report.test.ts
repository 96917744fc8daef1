import { expect, it } from 'vitest'
import { classificationReport } from '#shared/metrics/classification-report.ts'
import { detectionReport } from '#shared/metrics/detection-report.ts'
import { evaluationText } from '../../src/cli/evaluation-text.ts'
import { leanReport } from '../../src/cli/lean-report.ts'

const box = (imageId: string, x: number) => ({ imageId, classId: 'r', box: { x, y: 0, width: 10, height: 10 } })

/** Two images: one with both of its objects found and one too many, one with its only object found. */
const found = detectionReport({
  images: ['1', '2'],
  classes: [{ id: 'r', name: 'RBC' }],
  truth: [box('1', 0), box('1', 50), box('2', 0)].map((one, i) => ({ id: `t${i}`, crowd: false, ignore: false, ...one })),
  predictions: [box('1', 0), box('1', 50), box('1', 90), box('2', 0)].map((one, i) => ({ id: `p${i}`, score: 0.9 - i / 100, ...one })),
  score: 0.5,
  resamples: 0,
})

it('keeps every figure of a report and leaves out curves, points and ids', () => {
  const lean = leanReport(found) as Record<string, unknown>
  expect(Object.keys(found).filter((key) => !(key in lean))).toEqual(['scatter'])
  expect(lean).toMatchObject({
    ...{ ap: found.ap, ap50: found.ap50, ap75: found.ap75, ar100: found.ar100, images: 2, intervals: found.intervals },
    perClass: { RBC: { ap: found.perClass['RBC']!.ap, ap50: found.perClass['RBC']!.ap50, recall50: 1 } },
    counts: { RBC: { r2: found.counts['RBC']!.r2, rmse: found.counts['RBC']!.rmse, bias: 0.5 } },
    confusion: { counts: found.confusion.counts },
  })
  expect(JSON.stringify(lean)).not.toMatch(/"(curve|items|scatter)"/)

  const scores = [[0.9, 0.1], [0.2, 0.8]] // prettier-ignore
  const classified = classificationReport({
    images: scores.map((s, i) => ({ id: `image-${i}`, truth: i, scores: s })),
    classes: ['A', 'B'].map((name) => ({ id: name, name })),
    resamples: 0,
  })
  const short = leanReport(classified)
  expect(short).toMatchObject({ accuracy: 1, images: 2, confusion: { counts: [[1, 0], [0, 1]] }, perClass: { A: { images: 1 } } }) // prettier-ignore
  expect(JSON.stringify(short)).not.toMatch(/image-0|"roc"|"calibration"/)
})

it('sets a detection out in tables, with what each figure is of', () => {
  expect(evaluationText('detection', found).split('\n')).toEqual([
    'Objects found on 2 images (0 to 1, higher is better)',
    '                    AP   AP50   AP75  AR100  recall from 0.5',
    'all classes      0.916  0.916  0.916  1.000',
    '  95 % interval      –      –      –      –',
    'RBC              0.916  0.916  0.916  1.000            1.000',
    '',
    'Objects counted from score 0.5, against those annotated',
    '     annotated  counted     R²  RMSE per image  bias per image',
    'RBC          3        4  -1.00            0.71           +0.50',
    'R²: how well counts follow the annotated ones from image to image, 1 at best. RMSE: how far an image is off, in objects.',
    'Bias: objects counted too many (+) or too few (-) on an image, on average.',
  ])
})

it('tells every figure of a classification as text, with its interval, and by what it decides', () => {
  // Three of four called right; the two patients draw the intervals.
  const said = [0.2, 0.7, 0.8, 0.9]
  const images = said.map((p, i) => ({ id: `i${i}`, truth: i < 2 ? 0 : 1, scores: [1 - p, p], group: i % 2 === 0 ? 'p1' : 'p2' }))
  const classes = ['Healthy', 'Infected'].map((name) => ({ id: name, name }))
  const text = evaluationText('classification', classificationReport({ images, classes, threshold: 0.6, resamples: 100 }))
  const figureOf = (name: string) => new RegExp(`^${name}\\s+(\\S+)  `, 'm').exec(text)?.[1]
  expect(figureOf('Accuracy')).toBe('0.750')
  expect(figureOf('Sensitivity')).toBe('1.000')
  expect(figureOf('Specificity')).toBe('0.500')
  expect(figureOf('Positive predictive value')).toBe('0.667')
  expect(figureOf('Negative predictive value')).toBe('1.000')
  expect(figureOf('F1')).toBe('0.800')
  expect(figureOf('Balanced accuracy')).toBe('0.750')
  expect(figureOf('Matthews correlation')).toBe('0.577')
  expect(figureOf("Cohen's kappa")).toBe('0.500')
  expect(figureOf('AUC')).toBe('1.000')
  expect(figureOf('Calibration error \\(0 is best\\)')).toBe('0.300')
  expect(text).toMatch(/^Specificity +0\.500 +0\.000 to 1\.000$/m)
  expect(text).toContain('Positive is Infected, from a score of 0.600: the threshold of the model.')
})

it('says of more than two classes that the highest score decides, and of a net that is worse than chance that it is', () => {
  const scores = [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0.6, 0.4, 0]] // prettier-ignore
  const images = scores.map((s, i) => ({ id: `i${i}`, truth: Math.min(i, 2), scores: s }))
  const text = evaluationText(
    'classification',
    classificationReport({ images, classes: ['A', 'B', 'C'].map((name) => ({ id: name, name })), resamples: 0 }),
  )
  expect(text).toContain('Each image is of the class with the highest score')
  expect(text).toMatch(/^Cohen's kappa +-0\.\d{3}/m)
})
