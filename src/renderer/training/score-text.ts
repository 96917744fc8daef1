import { type ModelRecord } from '#shared/records/model.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'

/** What `best` of a model is. */
const MEASURES: Readonly<Record<TaskKind, string>> = { detection: 'AP50', classification: 'AUC', segmentation: 'Dice', anomaly: 'AUROC' }

export const scoreText = ({ best, task }: Pick<ModelRecord, 'best' | 'task'>): string =>
  best === null ? t('not validated') : t('validation {{measure}} {{best}}', { measure: MEASURES[task], best: shownDecimals(best, 3) })
