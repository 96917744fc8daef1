import { type NewLabels } from '#shared/contracts/work.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'

/** Corrections, or labels at all, from which another training is worth its time. */
const CORRECTIONS = 20
const LABELS = 100

export const pays = ({ corrections, annotations }: NewLabels): boolean => corrections >= CORRECTIONS || annotations >= LABELS

/** What training on brought, in a sentence; null where a score is missing, or the validation images were others in number. */
export function scoreChange(before: ModelRecord, after: ModelRecord): string | null {
  if (before.best === null || after.best === null || before.valImages !== after.valImages) return null
  const images =
    after.valImages === 1 ? t('the same validation image') : t('the same {{valImages}} validation images', { valImages: after.valImages })
  return t('Its score is {{best}}, that of {{name}} was {{before}}, each at its best on {{images}}.', {
    best: shownDecimals(after.best, 3),
    name: before.name,
    before: shownDecimals(before.best, 3),
    images,
  })
}
