import { type ModelRecord } from '#shared/records/model.ts'
import { TASKS } from '#shared/task-facts.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'

export const scoreText = ({ best, task }: Pick<ModelRecord, 'best' | 'task'>): string =>
  best === null ? t('not validated') : t('validation {{measure}} {{best}}', { measure: TASKS[task].measure, best: shownDecimals(best, 3) })
