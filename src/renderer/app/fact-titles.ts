import { t } from '#shared/i18n/translate.ts'
import { type OriginFact } from '#shared/origin.ts'

/** What the window calls what an image is of. */
export const FACT_TITLES: Readonly<Record<OriginFact, string>> = { patient: t('Patient'), slide: t('Slide'), group: t('Group') }
