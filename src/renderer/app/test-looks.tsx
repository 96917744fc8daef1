import { Text } from '@mantine/core'
import { z } from 'zod'
import { shownDate } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { testLook, testLooksLog, testLooksText } from '#shared/test-looks.ts'
import { Hint } from '../hint/hint.tsx'

const looked = z.object({ testLooks: z.array(testLook) })

/** How many models were looked at on the test images so far, from the first on. */
export function TestLooks({ answer }: { readonly answer: Readonly<Record<string, unknown>> }) {
  const read = looked.safeParse(answer)
  const text = read.success ? heard(testLooksText(read.data.testLooks)) : ''
  if (!read.success || text === '') return null
  const log = testLooksLog(read.data.testLooks, (at) => shownDate(new Date(at), { dateStyle: 'medium', timeStyle: 'short' }))
  return (
    <Hint label={log.join('; ')}>
      <Text size="xs" c="var(--sw-muted)" mb="sm" role="note">
        {text}
      </Text>
    </Hint>
  )
}
