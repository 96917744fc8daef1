import { assertNever } from '#shared/assert.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { counted as countOf } from '#shared/counted.ts'
import { figureTitle } from '#shared/figure-names.ts'
import { figure, figures } from './output.ts'

type Known = number | null | undefined

/** What a person reads of an evaluation of so many models as one; the whole of it is in --json. */
export function evaluationText(task: TaskKind, report: object, models = 1): string {
  switch (task) {
    case 'detection':
      return detectionText(report as DetectionFigures)
    case 'classification':
      return classificationText(report as ClassificationFigures, models)
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

interface CountFigures {
  readonly annotatedTotal: number
  readonly countedTotal: number
  readonly r2: Known
  readonly rmse: Known
  readonly bias: Known
}

interface DetectionFigures {
  readonly ap: number
  readonly ap50: number
  readonly ap75: number
  readonly ar100: number
  readonly images: number
  readonly score: number
  readonly perClass: Readonly<
    Record<string, { readonly ap: number; readonly ap50: number; readonly ap75: number; readonly ar100: number; readonly recall50: number }>
  >
  readonly counts: Readonly<Record<string, CountFigures>>
  readonly intervals: Readonly<Record<'ap' | 'ap50' | 'ap75' | 'ar100', Interval | null>>
}

const FOUND = ['ap', 'ap50', 'ap75', 'ar100'] as const

function detectionText({ images, score, perClass, counts, intervals, ...all }: DetectionFigures): string {
  const found = Object.entries(perClass).map(([name, c]) => [name, ...FOUND.map((key) => figure(c[key])), figure(c.recall50)])
  const range = (interval: Interval | null): string => (interval ? `${figure(interval.lower)}–${figure(interval.upper)}` : '–')
  const counted = Object.entries(counts).map(([name, c]) => [
    name,
    String(c.annotatedTotal),
    String(c.countedTotal),
    plain(c.r2),
    plain(c.rmse),
    signed(c.bias),
  ])
  return [
    `Objects found on ${countOf(images, 'image')} (0 to 1, higher is better)`,
    figures([
      ['', 'AP', 'AP50', 'AP75', 'AR100', `recall from ${score}`],
      ['all classes', ...FOUND.map((key) => figure(all[key])), ''],
      ['  95 % interval', ...FOUND.map((key) => range(intervals[key])), ''],
      ...found,
    ]),
    '',
    `Objects counted from score ${score}, against those annotated`,
    figures([['', 'annotated', 'counted', 'R²', 'RMSE per image', 'bias per image'], ...counted]),
    'R²: how well counts follow the annotated ones from image to image, 1 at best. RMSE: how far an image is off, in objects.',
    'Bias: objects counted too many (+) or too few (-) on an image, on average.',
  ].join('\n')
}

const signedFigure = (value: Known): string => (value === null || value === undefined ? '–' : value.toFixed(3))
const signed = (value: Known): string => (value === null || value === undefined ? '–' : `${value > 0 ? '+' : ''}${value.toFixed(2)}`)

/** As a person reads them one after the other; what each is called is told in one place. */
const CLASSIFIED = ['accuracy', 'balancedAccuracy', 'sensitivity', 'specificity', 'ppv', 'npv', 'f1', 'auc', 'averagePrecision', 'mcc', 'kappa', 'brier', 'ece'] as const // prettier-ignore

/** Below 0 where a net does worse than chance. */
const AGREEMENTS: ReadonlySet<string> = new Set(['mcc', 'kappa'])

interface ClassificationFigures extends Readonly<Record<(typeof CLASSIFIED)[number], Known>> {
  readonly images: number
  /** Of two classes the index of the one that is looked for. */
  readonly positive: number | null
  readonly threshold: Known
  readonly perClass: Readonly<
    Record<string, { readonly images: number; readonly sensitivity: Known; readonly ppv: Known; readonly f1: Known; readonly auc: Known }>
  >
  readonly intervals: Readonly<Record<string, Interval | null>>
}

function classificationText(report: ClassificationFigures, models: number): string {
  const rows = CLASSIFIED.map((name) => {
    const shown = (value: Known): string => (AGREEMENTS.has(name) ? signedFigure(value) : exact(value))
    const interval = report.intervals[name]
    return [figureTitle(name), shown(report[name]), interval ? `${shown(interval.lower)} to ${shown(interval.upper)}` : '–']
  })
  const classes = Object.entries(report.perClass).map(([name, c]) => [
    name,
    String(c.images),
    exact(c.sensitivity),
    exact(c.ppv),
    exact(c.f1),
    exact(c.auc),
  ])
  return [
    countOf(report.images, 'image'),
    figures([['', 'value', '95 % interval'], ...rows]),
    decidedText(report, models),
    figures([['class', 'images', 'sensitivity', 'PPV', 'F1', 'AUC'], ...classes]),
  ].join('\n')
}

/** By what an image is called what it is called. */
function decidedText({ positive, threshold, perClass }: ClassificationFigures, models: number): string {
  const name = positive === null ? undefined : Object.keys(perClass)[positive]
  if (name === undefined || threshold === null || threshold === undefined)
    return 'Each image is of the class with the highest score; figures of classes are averaged over them, each against the rest.'
  return `Positive is ${name}, from a score of ${figure(threshold)}: ${models === 1 ? 'the threshold of the model' : 'the mean of the models’ thresholds'}.`
}

interface SegmentationFigures {
  readonly images: number
  readonly dice: Known
  readonly jaccard: Known
  readonly perClass: Readonly<Record<string, { readonly dice: Known; readonly jaccard: Known }>>
  readonly boundaryF1: Known
  readonly hausdorff95: Known
  readonly objects: { readonly ap50: Known; readonly pq: Known; readonly hausdorff95: Known } | null
  readonly intervals: Readonly<Record<string, unknown>>
}

function segmentationText(report: SegmentationFigures): string {
  const objects = report.objects
    ? [`objects: AP50 ${exact(report.objects.ap50)}  PQ ${exact(report.objects.pq)}  Hausdorff 95 ${exact(report.objects.hausdorff95)} px`]
    : []
  const rows = Object.entries(report.perClass).map(([name, c]) => [name, exact(c.dice), exact(c.jaccard)])
  return [
    `${countOf(report.images, 'image')}: Dice ${exact(report.dice)}${within(report.intervals['dice'] as Interval | null)}  Jaccard ${exact(report.jaccard)}`,
    `outlines: boundary F1 ${exact(report.boundaryF1)}  Hausdorff 95 ${exact(report.hausdorff95)} px`,
    ...objects,
    figures([['class', 'Dice', 'Jaccard'], ...rows]),
  ].join('\n')
}

interface AnomalyFigures {
  readonly images: number
  readonly imageAuroc: Known
  readonly pixelAuroc: Known
  readonly pro: Known
  readonly threshold: Known
  readonly intervals: Readonly<Record<string, Interval | null>>
}

function anomalyText(report: AnomalyFigures): string {
  return [
    `${countOf(report.images, 'image')}: image AUROC ${exact(report.imageAuroc)}${within(report.intervals['imageAuroc'])}`,
    `pixel AUROC ${exact(report.pixelAuroc)}, PRO ${exact(report.pro)}, threshold ${exact(report.threshold)}`,
  ].join('\n')
}
