import { Text } from '@mantine/core'
import { useMemo, type ComponentType } from 'react'
import { type z } from 'zod'
import { t } from '#shared/i18n/translate.ts'

/** What `work.evaluate` answers, or a cross-validation of all images together. */
export type Answer = Readonly<Record<string, unknown>>

/** What a view of an evaluation is given: the same of one model and of all folds. */
export interface ReportProps {
  readonly answer: Answer
}

/** A view of an evaluation that reads its answer by a schema; an answer that does not fit is said to be none of this version's. */
export function reportView<T>(schema: z.ZodType<T>, Body: ComponentType<{ readonly report: T }>): ComponentType<ReportProps> {
  return function Report({ answer }) {
    const read = useMemo(() => schema.safeParse(answer), [answer])
    if (!read.success) return <Text>{t('The evaluation can’t be shown: it is not what this version expects.')}</Text>
    return <Body report={read.data} />
  }
}
