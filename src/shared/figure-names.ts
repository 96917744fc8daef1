import { label, type Label, translated } from './i18n/translate.ts'

/** What the scores of an evaluation are called in the field, by their names in its JSON; what is none of these is no score. */
export const FIGURE_NAMES: Readonly<Record<string, Label>> = {
  ap: label('AP (IoU 0.50 to 0.95)'),
  ap50: label('AP50'),
  ap75: label('AP75'),
  apSmall: label('AP, small objects'),
  apMedium: label('AP, medium objects'),
  apLarge: label('AP, large objects'),
  recall50: label('Recall at IoU 0.5'),
  ar1: label('AR1'),
  ar10: label('AR10'),
  ar100: label('AR100'),
  arSmall: label('AR, small objects'),
  arMedium: label('AR, medium objects'),
  arLarge: label('AR, large objects'),
  imageAuroc: label('Image AUROC'),
  pixelAuroc: label('Pixel AUROC'),
  pixelAveragePrecision: label('Pixel average precision'),
  pro: label('Per-region overlap (PRO)'),
  accuracy: label('Accuracy'),
  balancedAccuracy: label('Balanced accuracy'),
  sensitivity: label('Sensitivity'),
  specificity: label('Specificity'),
  ppv: label('Positive predictive value'),
  npv: label('Negative predictive value'),
  f1: label('F1'),
  auc: label('AUC'),
  averagePrecision: label('Average precision'),
  mcc: label('Matthews correlation'),
  kappa: label("Cohen's kappa"),
  brier: label('Brier score (0 is best)'),
  ece: label('Calibration error (0 is best)'),
  dice: label('Dice'),
  jaccard: label('Jaccard'),
  pixelAccuracy: label('Pixel accuracy'),
  diceImageMean: label('Dice, mean of images'),
  jaccardImageMean: label('Jaccard, mean of images'),
  hausdorff95: label('Hausdorff distance (95 %), pixels'),
  hausdorff95Micrometres: label('Hausdorff distance (95 %), µm'),
  boundaryF1: label('Boundary F1'),
  objectAp50: label('AP50 of objects'),
  objectPq: label('Panoptic quality'),
}

/** What the record calls `name`, as a person reads it in the language that is spoken; a name that is not known stays as it is. */
export function figureTitle(name: string): string {
  const known = FIGURE_NAMES[name]
  return known === undefined ? name : translated(known)
}
