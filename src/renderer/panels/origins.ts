import { type AnnotationOrigin } from '#shared/records/annotation.ts'

/** How an annotation came to be, as it is shown. */
export const ORIGINS = {
  drawn: 'Drawn',
  imported: 'Imported',
  accepted: 'Accepted prediction',
  corrected: 'Corrected prediction',
} as const satisfies Record<AnnotationOrigin, string>
