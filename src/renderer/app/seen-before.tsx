import { Text } from '@mantine/core'
import { z } from 'zod'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { seenBefore, seenBeforeText } from '#shared/seen-before.ts'

const cautious = z.object({ seenBefore })

interface SeenBeforeProps {
  /** Evaluations, with the name of the model where there are several. */
  readonly answers: readonly { readonly of: string; readonly answer: unknown }[]
}

/** What models saw of the images that they are judged by, said once where it is the same of several; nothing where they saw none. */
export function SeenBefore({ answers }: SeenBeforeProps) {
  const told = new Map<string, string[]>()
  let learned = false
  for (const { of, answer } of answers) {
    const seen = cautious.safeParse(answer).data?.seenBefore
    const text = seen ? heard(seenBeforeText(seen)) : ''
    if (text !== '') told.set(text, [...(told.get(text) ?? []), of])
    if (seen) learned ||= seen.learned > 0
  }
  if (told.size === 0) return null
  const lines = [...told].map(([text, names]) => [names.filter(Boolean).join(', '), text].filter(Boolean).join(': '))
  return (
    <Text
      {...(learned ? { size: 'sm', fw: 600 } : { size: 'xs', c: 'var(--sw-muted)' })}
      mb="sm"
      role="note"
      aria-label={t('Seen before')}
      style={{ whiteSpace: 'pre-line' }}
    >
      {lines.join('\n')}
    </Text>
  )
}
