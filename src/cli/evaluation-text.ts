import { assertNever } from '#shared/assert.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { figure, table } from './output.ts'

type Known = number | null | undefined

/** What a person reads of an evaluation; the whole of it is in --json. */
export function evaluationText(task: TaskKind, report: object): string {
  switch (task) {
    case 'detection':
      return detectionText(report as DetectionFigures)
    case 'classification':
      return classificationText(report as ClassificationFigures)
    case 'segmentation':
      return segmentationText(report as SegmentationFigures)
    case 'anomaly':
      return anomalyText(report as AnomalyFigures)
    default:
      return assertNever(task)
  }
}

const plain = (value: Known): string => (value === null || value === undefined ? '–' : value.toFixed(2))
const exact = (value: Known): string => (value === null || value === undefined ? '–' : figure(value))

interface Interval {
  readonly lower: number
  readonly upper: number
}

const within = (interval: Interval | null | undefined): string =>
  interval ? ` (95 %: ${figure(interval.lower)} to ${figure(interval.upper)})` : ''

interface DetectionFigures {
  readonly ap: number
  readonly ap50: number
  readonly ap75: number
  readonly ar100: number
  readonly images: number
  readonly perClass: Readonly<Record<string, { readonly ap: number; readonly ap50: number; readonly recall50: number }>>
  readonly counts: Readonly<Record<string, { readonly r2: Known; readonly rmse: Known; readonly bias: Known }>>
}

function detectionText(report: DetectionFigures): string {
  const rows = Object.entries(report.perClass).map(([name, c]) => {
    const count = report.counts[name]
    return [name, figure(c.ap), figure(c.ap50), figure(c.recall50), plain(count?.r2), plain(count?.rmse), plain(count?.bias)]
  })
  return [
    `${report.images} images: AP ${figure(report.ap)}  AP50 ${figure(report.ap50)}  AP75 ${figure(report.ap75)}  AR100 ${figure(report.ar100)}`,
    table([['class', 'AP', 'AP50', 'recall', 'count R²', 'RMSE', 'bias'], ...rows]),
  ].join('\n')
}

interface ClassificationFigures {
  readonly images: number
  readonly accuracy: Known
  readonly sensitivity: Known
  readonly specificity: Known
  readonly auc: Known
  readonly threshold: Known
  readonly perClass: Readonly<
    Record<string, { readonly images: number; readonly sensitivity: Known; readonly ppv: Known; readonly f1: Known; readonly auc: Known }>
  >
  readonly intervals: Readonly<Record<string, Interval | null>>
}

function classificationText(report: ClassificationFigures): string {
  const line = (name: string, value: Known): string => `${name} ${exact(value)}${within(report.intervals[name.toLowerCase()])}`
  const threshold = report.threshold === null || report.threshold === undefined ? [] : [`threshold ${figure(report.threshold)}`]
  const rows = Object.entries(report.perClass).map(([name, c]) => [
    name,
    String(c.images),
    exact(c.sensitivity),
    exact(c.ppv),
    exact(c.f1),
    exact(c.auc),
  ])
  return [
    `${report.images} images`,
    line('Accuracy', report.accuracy),
    line('Sensitivity', report.sensitivity),
    line('Specificity', report.specificity),
    line('AUC', report.auc),
    ...threshold,
    table([['class', 'images', 'sensitivity', 'PPV', 'F1', 'AUC'], ...rows]),
  ].join('\n')
}

interface SegmentationFigures {
  readonly images: number
  readonly dice: Known
  readonly jaccard: Known
  readonly perClass: Readonly<Record<string, { readonly dice: Known; readonly jaccard: Known }>>
  readonly objects: { readonly ap50: Known; readonly pq: Known } | null
  readonly intervals: Readonly<Record<string, unknown>>
}

function segmentationText(report: SegmentationFigures): string {
  const objects = report.objects ? [`objects: AP50 ${exact(report.objects.ap50)}  PQ ${exact(report.objects.pq)}`] : []
  const rows = Object.entries(report.perClass).map(([name, c]) => [name, exact(c.dice), exact(c.jaccard)])
  return [
    `${report.images} images: Dice ${exact(report.dice)}${within(report.intervals['dice'] as Interval | null)}  Jaccard ${exact(report.jaccard)}`,
    ...objects,
    table([['class', 'Dice', 'Jaccard'], ...rows]),
  ].join('\n')
}

interface AnomalyFigures {
  readonly images: number
  readonly imageAuroc: Known
  readonly pixelAuroc: Known
  readonly threshold: Known
  readonly intervals: Readonly<Record<string, Interval | null>>
}

function anomalyText(report: AnomalyFigures): string {
  return [
    `${report.images} images: image AUROC ${exact(report.imageAuroc)}${within(report.intervals['imageAuroc'])}`,
    `pixel AUROC ${exact(report.pixelAuroc)}, threshold ${exact(report.threshold)}`,
  ].join('\n')
}
