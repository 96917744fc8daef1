import { Table, Text } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'
import { useDocument } from '../app/context.ts'
import { shownInterval } from './evaluation-report.ts'
import { useJudgedBy } from './judged-by.ts'
import { type ReportProps } from './report-view.tsx'
import { positiveText, scoreRows, shownFigure } from './score-rows.ts'

const ONE_LINE = { whiteSpace: 'nowrap' } as const

/** All figures of the evaluation with their 95 % intervals. */
export function FiguresTab({ answer }: ReportProps) {
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const byFolds = useJudgedBy() !== 'model'
  return (
    <>
      <Positive text={positiveText(task, answer, byFolds)} />
      <Table verticalSpacing={4} maw={640} aria-label={t('Figures')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Figure')}</Table.Th>
            <Table.Th ta="right">{t('Value')}</Table.Th>
            <Table.Th ta="right" style={ONE_LINE}>
              {t('95 % interval')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scoreRows(task, answer).map((one) => (
            <Table.Tr key={one.name}>
              <Table.Td>
                {one.name}
                {one.title !== undefined && (
                  <Text size="xs" c="var(--sw-muted)">
                    {one.title}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right" fw={600}>
                {shownFigure(one)}
              </Table.Td>
              <Table.Td ta="right" style={ONE_LINE}>
                {shownInterval(one.interval)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}

function Positive({ text }: { readonly text: string }) {
  if (text === '') return null
  return (
    <Text size="sm" mb="sm">
      {text}
    </Text>
  )
}
