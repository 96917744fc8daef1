import { Button, Group, Table, Text } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { shownInterval, shownScore } from './evaluation-report.ts'
import { useJudgedNames, useOpenJudged } from './judged-by.ts'
import { segmentationReport, type Interval, type SegmentationReport } from './report-schemas.ts'
import { reportView } from './report-view.tsx'

/** Overlap of areas class by class, objects, and the images that fit least. */
export const SegmentationTab = reportView(segmentationReport, Overlaps)

const COLUMNS = ['Dice', 'Jaccard', t('Sensitivity'), t('Precision'), t('AP50 of objects'), t('Panoptic quality')] as const

type OfClass = SegmentationReport['perClass'][string]

function Overlaps({ report }: { readonly report: SegmentationReport }) {
  const { perClass, intervals } = report
  const names = Object.keys(perClass).filter((name) => name !== 'background')
  return (
    <>
      <Table verticalSpacing={4} aria-label={t('Overlap per class')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Class')}</Table.Th>
            {COLUMNS.map((name) => (
              <Table.Th key={name} ta="right">
                {name}
              </Table.Th>
            ))}
            <Table.Th ta="right">{t('Images')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => (
            <ClassRow key={name} name={name} own={perClass[name]!} sure={intervals.perClass[name]} />
          ))}
          {names.length > 1 && <ClassRow name={t('mean')} own={report} sure={intervals} />}
        </Table.Tbody>
      </Table>
      <Worst perImage={report.perImage} />
    </>
  )
}

interface ClassRowProps {
  readonly name: string
  readonly own: OfClass
  readonly sure: SegmentationReport['intervals']['perClass'][string] | undefined
}

function ClassRow({ name, own, sure }: ClassRowProps) {
  const cells: readonly (readonly [number | null | undefined, Interval | undefined])[] = [
    [own.dice, sure?.dice],
    [own.jaccard, sure?.jaccard],
    [own.sensitivity, sure?.sensitivity],
    [own.ppv, sure?.ppv],
    [own.objects?.ap50, sure?.objects?.ap50],
    [own.objects?.pq, sure?.objects?.pq],
  ]
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      {cells.map(([value, interval], index) => (
        <Table.Td key={COLUMNS[index]} ta="right">
          {shownScore(value)}
          <Text size="xs" c="var(--sw-muted)" title={t('95 % interval')}>
            {shownInterval(interval)}
          </Text>
        </Table.Td>
      ))}
      <Table.Td ta="right">{shownNumber(own.images)}</Table.Td>
    </Table.Tr>
  )
}

/** Of so many images is said that they fit least. */
const SHOWN = 12

function Worst({ perImage }: Pick<SegmentationReport, 'perImage'>) {
  const open = useOpenJudged()
  const nameOf = useJudgedNames()
  const judged = perImage.flatMap(({ id, dice }) => (dice === null ? [] : [{ id, dice }]))
  const worst = judged.sort((a, b) => a.dice - b.dice).slice(0, SHOWN)
  if (worst.length === 0) return null
  return (
    <Group gap="xs" mt="md" role="group" aria-label={t('Images that fit least')}>
      <Text size="sm">{t('Fit least:')}</Text>
      {worst.map(({ id, dice }) => (
        <Button
          key={id}
          variant="default"
          onClick={() => {
            open(id)
          }}
        >
          {nameOf(id)} ({shownDecimals(dice, 2)})
        </Button>
      ))}
    </Group>
  )
}
