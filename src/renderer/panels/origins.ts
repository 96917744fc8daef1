import { type AnnotationOrigin } from '#shared/records/annotation.ts'
import { t } from '#shared/i18n/translate.ts'

/** How an annotation came to be, as it is shown. */
export const ORIGINS = {
  drawn: t('Drawn'),
  imported: t('Imported'),
  accepted: t('Accepted prediction'),
  corrected: t('Corrected prediction'),
} as const satisfies Record<AnnotationOrigin, string>
