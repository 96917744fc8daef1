import { type NewLabels } from '#shared/contracts/work.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'

/** Corrections, or labels at all, from which another training is worth its time. */
const CORRECTIONS = 20
const LABELS = 100

export const pays = ({ corrections, annotations }: NewLabels): boolean => corrections >= CORRECTIONS || annotations >= LABELS

/** Whether as many objects of each class stand on the validation images as before; models of older versions do not tell. */
function hasSameLabels(before: ModelRecord, after: ModelRecord): boolean {
  const known = new Map(before.objects?.map(({ name, val }) => [name, val]))
  return before.objects === null || after.objects === null || after.objects.every(({ name, val }) => (known.get(name) ?? 0) === val)
}

/** Whether a detector's score is of the short looks between its epochs, as earlier versions told it. */
const isOfShortLooks = ({ best, curves }: ModelRecord): boolean => curves.some(({ name, value }) => name === 'val/ap50' && value === best)

/** What training on brought, in a sentence; null where a score is missing, or the validation images were others in number. */
export function scoreChange(before: ModelRecord, after: ModelRecord): string | null {
  if (before.best === null || after.best === null || before.valImages !== after.valImages) return null
  const scores = { best: shownDecimals(after.best, 3), name: before.name, before: shownDecimals(before.best, 3) }
  if (isOfShortLooks(before) && !isOfShortLooks(after))
    return t('Its score is {{best}}; that of {{name}}, {{before}}, is of quicker looks: evaluate both to compare them.', scores)
  if (!hasSameLabels(before, after))
    return t(
      'Its score is {{best}}, that of {{name}} was {{before}}, but labels of the validation images changed in between: evaluate both to compare them.',
      scores,
    )
  const images =
    after.valImages === 1 ? t('the same validation image') : t('the same {{valImages}} validation images', { valImages: after.valImages })
  return t('Its score is {{best}}, that of {{name}} was {{before}}, each at its best on {{images}}.', { ...scores, images })
}
