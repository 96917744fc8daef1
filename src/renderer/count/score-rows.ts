import { type TaskKind } from '#shared/records/task.ts'
import { figureTitle } from '#shared/figure-names.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { evaluationReport } from './evaluation-report.ts'
import { anomalyReport, classificationReport, segmentationReport, type Interval, type SegmentationReport } from './report-schemas.ts'

/** One figure of an evaluation with its 95 % interval. */
export interface ScoreRow {
  readonly name: string
  /** What it means, in one sentence. */
  readonly title?: string
  readonly value: number | null
  readonly interval: Interval
  /** A number of things, not a share. */
  readonly whole?: boolean
  /** Of one class alone. */
  readonly ofClass?: boolean
}

const row = (name: string, value: number | null | undefined, interval: Interval | undefined, title?: string): ScoreRow => ({
  name,
  value: value ?? null,
  interval: interval ?? null,
  ...(title === undefined ? {} : { title }),
})

const classRow = (...given: Parameters<typeof row>): ScoreRow => ({ ...row(...given), ofClass: true })

const imagesRow = (images: number): ScoreRow => ({ name: t('Images'), value: images, interval: null, whole: true })

const SENSITIVITY = t('Of the images that are positive the share that was called so')
const SPECIFICITY = t('Of the images that are negative the share that was called so')
const AUC = t('The chance that a positive image scores higher than a negative one; 0.5 is guessing')

function detectionRows(answer: unknown): ScoreRow[] {
  const { ap50, ap, ap75, perClass, intervals, images } = evaluationReport.parse(answer)
  // COCO's -1 means that nothing was there to be found.
  const known = (value: number): number | null => (value < 0 ? null : value)
  return [
    row(figureTitle('ap50'), known(ap50), intervals.ap50),
    row(figureTitle('ap'), known(ap), intervals.ap),
    row(figureTitle('ap75'), known(ap75), intervals.ap75),
    ...Object.entries(perClass).map(([name, own]) =>
      classRow(t('AP50 {{name}}', { name }), known(own.ap50), intervals.perClass[name]?.ap50),
    ),
    imagesRow(images),
  ]
}

function classificationRows(answer: unknown): ScoreRow[] {
  const { images, perClass, intervals, ...all } = classificationReport.parse(answer)
  const ofClasses = Object.keys(perClass).length > 2 ? Object.entries(perClass) : []
  return [
    row(figureTitle('accuracy'), all.accuracy, intervals.accuracy, t('Share of images that were called what they are')),
    row(figureTitle('sensitivity'), all.sensitivity, intervals.sensitivity, SENSITIVITY),
    row(figureTitle('specificity'), all.specificity, intervals.specificity, SPECIFICITY),
    row(figureTitle('auc'), all.auc, intervals.auc, AUC),
    row(figureTitle('ppv'), all.ppv, intervals.ppv, t('Of the images called positive the share that is')),
    row(figureTitle('npv'), all.npv, intervals.npv, t('Of the images called negative the share that is')),
    row(figureTitle('f1'), all.f1, intervals.f1),
    row(figureTitle('balancedAccuracy'), all.balancedAccuracy, intervals.balancedAccuracy, t('Mean over classes of the share found')),
    row(figureTitle('mcc'), all.mcc, intervals.mcc, t('How well calls and labels go together: 1 is best, 0 is chance')),
    row(figureTitle('kappa'), all.kappa, intervals.kappa, t('Agreement beyond chance: 1 is best, 0 is chance')),
    row(figureTitle('brier'), all.brier, intervals.brier, t('Mean squared error of the probabilities: 0 is best')),
    row(figureTitle('ece'), all.ece, intervals.ece, t('How far probabilities are from how often they come true')),
    ...ofClasses.flatMap(([name, own]) => [
      classRow(t('Sensitivity {{name}}', { name }), own.sensitivity, intervals.perClass[name]?.sensitivity),
      classRow(t('AUC {{name}}', { name }), own.auc, intervals.perClass[name]?.auc),
    ]),
    imagesRow(images),
  ]
}

function anomalyRows(answer: unknown): ScoreRow[] {
  const { images, intervals, ...all } = anomalyReport.parse(answer)
  return [
    row(
      figureTitle('imageAuroc'),
      all.imageAuroc,
      intervals.imageAuroc,
      t('The chance that an abnormal image scores higher than a normal one'),
    ),
    row(figureTitle('pixelAuroc'), all.pixelAuroc, intervals.pixelAuroc, t('The same of pixels: needs areas drawn on abnormal images')),
    row(figureTitle('pro'), all.pro, intervals.pro, t('Per-region overlap up to a false positive rate of 0.3')),
    row(figureTitle('sensitivity'), all.sensitivity, intervals.sensitivity, SENSITIVITY),
    row(figureTitle('specificity'), all.specificity, intervals.specificity, SPECIFICITY),
    row(figureTitle('accuracy'), all.accuracy, intervals.accuracy),
    row(figureTitle('f1'), all.f1, intervals.f1),
    imagesRow(images),
  ]
}

const objectRows = (own: NonNullable<SegmentationReport['objects']>, sure: SegmentationReport['intervals']['objects']): ScoreRow[] => [
  row(t('AP50 of objects'), own.ap50, sure?.ap50),
  row(t('Panoptic quality'), own.pq, sure?.pq),
  row(t('Hausdorff distance of objects (95 %), pixels'), own.hausdorff95, sure?.hausdorff95, t('Of the objects that were found')),
]

function segmentationRows(answer: unknown): ScoreRow[] {
  const { images, perClass, objects, intervals, ...all } = segmentationReport.parse(answer)
  return [
    row(figureTitle('dice'), all.dice, intervals.dice, t('Overlap of areas: twice what both share, by the sum of both')),
    row(figureTitle('jaccard'), all.jaccard, intervals.jaccard, t('Overlap of areas: what both share, by what either has')),
    ...Object.entries(perClass).flatMap(([name, own]) =>
      name === 'background' ? [] : [classRow(t('Dice {{name}}', { name }), own.dice, intervals.perClass[name]?.dice)],
    ),
    row(figureTitle('pixelAccuracy'), all.pixelAccuracy, intervals.pixelAccuracy),
    row(figureTitle('boundaryF1'), all.boundaryF1, intervals.boundaryF1, t('How well outlines lie on one another, with a small tolerance')),
    row(figureTitle('hausdorff95'), all.hausdorff95, intervals.hausdorff95, t('How far outlines lie apart at most, without the worst 5 %')),
    ...(all.hausdorff95Micrometres === null
      ? []
      : [row(figureTitle('hausdorff95Micrometres'), all.hausdorff95Micrometres, intervals.hausdorff95Micrometres)]),
    ...(objects ? objectRows(objects, intervals.objects) : []),
    imagesRow(images),
  ]
}

const ROWS: Readonly<Record<TaskKind, (answer: unknown) => ScoreRow[]>> = {
  detection: detectionRows,
  classification: classificationRows,
  anomaly: anomalyRows,
  segmentation: segmentationRows,
}

/** The figures of an evaluation as a table shows them. Throws ZodError for an answer that is not of the task. */
export const scoreRows = (task: TaskKind, answer: unknown): ScoreRow[] => ROWS[task](answer)

/** Of two classes the one that sensitivity and its like are of, and from where; empty where the highest score decides. */
function positiveClass(answer: unknown, byFolds: boolean): string {
  const { positive, threshold, perClass } = classificationReport.parse(answer)
  const name = positive === null ? undefined : Object.keys(perClass)[positive]
  if (name === undefined || threshold === null) return ''
  const values = { name, threshold: shownDecimals(threshold, 3) }
  return byFolds
    ? t('Positive is {{name}}, from a score of {{threshold}}: the mean of the folds’ thresholds.', values)
    : t('Positive is {{name}}, from a score of {{threshold}}: the threshold of the model.', values)
}

const POSITIVE: Readonly<Partial<Record<TaskKind, typeof positiveClass>>> = { classification: positiveClass }

/**
 * What the figures call positive, in a sentence; empty where that is not asked. `byFolds`: of a cross-validation, whose folds count as one, or of folds that predicted together. Throws
 * ZodError for an answer that is not of the task.
 */
export const positiveText = (task: TaskKind, answer: unknown, byFolds = false): string => POSITIVE[task]?.(answer, byFolds) ?? ''

/** A figure as shown: three decimals, numbers of things whole; a dash where it is undefined. */
export function shownFigure({ value, whole = false }: Pick<ScoreRow, 'value' | 'whole'>): string {
  if (value === null) return '–'
  return whole ? shownNumber(value) : shownDecimals(value, 3)
}
