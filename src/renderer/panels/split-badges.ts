import { type Split } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'

/** Splits where there is little room: beside an image's name, and in a narrow column. */
export const SPLIT_BADGES: Readonly<Record<Split, string>> = { train: t('train'), val: t('val'), test: t('test') }
