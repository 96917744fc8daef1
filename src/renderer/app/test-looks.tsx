import { Anchor, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { z } from 'zod'
import { shownNumber } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { seenText, type SingleLook, singleLooks, testLook, testLooksText } from '#shared/test-looks.ts'
import { shownMoment } from './moments.ts'

const looked = z.object({ testLooks: z.array(testLook) })

/** How many models were looked at on the test images so far, from the first on; each look on demand. */
export function TestLooks({ answer }: { readonly answer: Readonly<Record<string, unknown>> }) {
  const [open, setOpen] = useState(false)
  const read = looked.safeParse(answer)
  const text = read.success ? heard(testLooksText(read.data.testLooks)) : ''
  if (!read.success || text === '') return null
  const looks = singleLooks(read.data.testLooks).toReversed()
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" mb={open ? 4 : 'sm'} role="note">
        {text}{' '}
        <Anchor component="button" type="button" size="xs" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t('Hide the looks') : t('Show all {{count}} looks', { count: looks.length })}
        </Anchor>
      </Text>
      {open && <Looks looks={looks.slice(0, SHOWN)} />}
      {open && looks.length > SHOWN && (
        <Text size="xs" c="var(--sw-muted)" mb="sm">
          {t('The newest {{shown}} of {{all}}.', { shown: shownNumber(SHOWN), all: shownNumber(looks.length) })}
        </Text>
      )}
    </>
  )
}

const SHOWN = 100

/** Newest first. */
function Looks({ looks }: { readonly looks: readonly SingleLook[] }) {
  const now = Date.now()
  return (
    <Table verticalSpacing={2} fz="xs" mb="sm" aria-label={t('Looks at the test images')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('When')}</Table.Th>
          <Table.Th>{t('Who')}</Table.Th>
          <Table.Th>{t('Model')}</Table.Th>
          <Table.Th>{t('Seen')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {looks.map(({ name, isTogether, measure }, at) => (
          <Table.Tr key={at}>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{shownMoment(measure.at, now)}</Table.Td>
            <Table.Td>{measure.who}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{isTogether ? heard(name) : name}</Table.Td>
            <Table.Td>{seenText(measure)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
