// Our figures of a case, flat and under the names that reference.py gives the libraries'.
import { createAnomalyReport } from '#shared/metrics/anomaly-report.ts'
import { createRanking, rankedPrecisionRecall, rocCurve } from '#shared/metrics/classification-curves.ts'
import { classificationReport } from '#shared/metrics/classification-report.ts'
import { createSegmentationReport } from '#shared/metrics/segmentation-report.ts'
import { type AnomalyCase, type ClassificationCase, type SegmentationCase } from './cases.ts'

export type Figure = number | null | readonly (number | null)[]
export type Figures = Record<string, Figure>

export function classificationFigures({ classes, positive, threshold, truth, scores }: ClassificationCase): Figures {
  const report = classificationReport({
    images: truth.map((k, i) => ({ id: String(i), truth: k, scores: scores[i]! })),
    classes: Array.from({ length: classes }, (_, id) => ({ id, name: String(id) })),
    positive,
    threshold: threshold ?? undefined,
    resamples: 0,
  })
  const { accuracy, balancedAccuracy, mcc, kappa, brier, ece, sensitivity, specificity, ppv, npv, f1, auc, averagePrecision } = report
  const all = { accuracy, balancedAccuracy, mcc, kappa, brier, ece, sensitivity, specificity, ppv, npv, f1, auc, averagePrecision }
  const youden = report.bestThreshold.youden && { youden: report.bestThreshold.youden.value, bestF1: report.bestThreshold.f1!.value }
  const asked = classes === 2 ? positive : 0
  const ranked = createRanking(
    scores.map((row) => row[asked]!),
    truth.map((k) => k === asked),
  )()
  const [roc, pr] = [rocCurve(ranked), rankedPrecisionRecall(ranked)]
  return {
    ...all,
    ...youden,
    accuracyInterval: ends(report.intervals.accuracy),
    confusion: report.confusion.counts.flat(),
    rocFpr: roc.falsePositiveRate,
    rocTpr: roc.truePositiveRate,
    prPrecision: pr.precision,
    prRecall: pr.recall,
    reliability: (report.calibration ?? []).flatMap(({ count, probability, rate }) => (count === 0 ? [] : [probability, rate])),
    ...perClass(report.perClass, ['sensitivity', 'specificity', 'ppv', 'npv', 'f1', 'auc', 'averagePrecision']),
  }
}

function ends(interval: { readonly lower: number; readonly upper: number } | null): Figure {
  return interval && [interval.lower, interval.upper]
}

function perClass<K extends string>(of: Readonly<Record<string, Readonly<Record<K, number | null>>>>, names: readonly K[]): Figures {
  return Object.fromEntries(names.map((name) => [`${name} per class`, Object.values(of).map((figures) => figures[name])]))
}

export function segmentationFigures({ classes, tolerance, images }: SegmentationCase): Figures {
  const reporter = createSegmentationReport({
    classes: Array.from({ length: classes }, (_, id) => ({ id, name: String(id) })),
    tolerance,
    resamples: 0,
  })
  for (const [i, image] of images.entries())
    reporter.add({ id: String(i) }, { ...image, scores: new Map(Array.from(image.scores, (score, id) => [id, score])) })
  const { perClass: ofClass, objects, dice, jaccard, pixelAccuracy } = reporter.report()
  const objectsOf = Object.fromEntries(
    Object.entries(ofClass).flatMap(([name, figures]) => (name === '0' ? [] : [[name, figures.objects!]])),
  )
  const { hausdorff95, ...others } = objects!
  return {
    dice,
    jaccard,
    pixelAccuracy,
    ...perClass(ofClass, ['dice', 'jaccard', 'sensitivity', 'ppv', 'diceImageMean', 'jaccardImageMean', 'hausdorff95', 'boundaryF1']),
    'objects hausdorff95': hausdorff95,
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [`objects ${name}`, value])),
    ...Object.fromEntries(
      Object.entries(perClass(objectsOf, ['ap50', 'pq', 'aji', 'cocoAp', 'recall50'])).map(([name, value]) => [`objects ${name}`, value]),
    ),
  }
}

export function anomalyFigures({ threshold, images }: AnomalyCase): Figures {
  const reporter = createAnomalyReport({ threshold, resamples: 0 })
  for (const [i, { anomalous, score, ...map }] of images.entries()) reporter.add({ id: String(i), anomalous, score }, map)
  const { imageAuroc, averagePrecision, pixelAuroc, pixelAveragePrecision, pro, sensitivity, specificity } = reporter.report()
  return { imageAuroc, averagePrecision, pixelAuroc, pixelAveragePrecision, pro, sensitivity, specificity }
}
