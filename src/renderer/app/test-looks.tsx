import { Text, Tooltip } from '@mantine/core'
import { z } from 'zod'
import { shownDate } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { testLook, testLooksText } from '#shared/test-looks.ts'

const looked = z.object({ testLooks: z.array(testLook) })

/** How often the test images were looked at, where that says something of the score. */
export function TestLooks({ answer }: { readonly answer: Readonly<Record<string, unknown>> }) {
  const read = looked.safeParse(answer)
  const text = read.success ? heard(testLooksText(read.data.testLooks)) : ''
  if (!read.success || text === '') return null
  const log = read.data.testLooks.map(
    ({ name, who, at }) => `${name}, ${who}, ${shownDate(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })}`,
  )
  return (
    <Tooltip multiline label={log.join('; ')}>
      <Text size="xs" c="var(--sw-muted)" mb="sm" role="note">
        {text}
      </Text>
    </Tooltip>
  )
}
