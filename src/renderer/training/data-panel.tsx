import { Button, Loader, Table, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type TrainingData } from '#shared/contracts/work.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useUnsplit } from './use-training-data.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import styles from './training.module.css'

/** What will be learned from, and what stands in the way. */
export function DataPanel({ data }: { readonly data: TrainingData | null }) {
  const unsplit = useUnsplit()
  if (data === null)
    return (
      <PanelSection title="Learned from">
        <Loader size="xs" color="gray" aria-label="Looking at the labels" />
      </PanelSection>
    )
  return (
    <>
      <PanelSection title="Learned from">
        <dl className={styles['figures']}>
          <dt>Training images</dt>
          <dd>{data.train.toLocaleString()}</dd>
          <dt>Validation images</dt>
          <dd>{data.val.toLocaleString()}</dd>
        </dl>
        <ClassTable data={data} />
      </PanelSection>
      {unsplit > 1 && data.train === 0 ? <Unsplit count={unsplit} /> : data.warnings.length > 0 && <Warnings warnings={data.warnings} />}
    </>
  )
}

/** Before the first training: the split comes with it, unless the person makes one. */
function Unsplit({ count }: { readonly count: number }) {
  const { stores } = useApp()
  return (
    <PanelSection title="Split">
      <Text size="sm">
        {count.toLocaleString()} labelled images have no split yet. When training starts, one in five is held out for validation; images of
        one group stay together.
      </Text>
      <Button variant="default" mt={8} onClick={() => stores.commands.run('images.split')}>
        Split them yourself
      </Button>
    </PanelSection>
  )
}

type ClassRow = TrainingData['perClass'][number]

/** A class's labels as numbers, and below them as a bar: how balanced the classes are is seen before it is read. */
function ClassRows({ row: { name, train, val }, most }: { readonly row: ClassRow; readonly most: number }) {
  const color = useDocument(({ classes }) => classes.find((record) => record.name === name)?.color ?? 'var(--sw-muted)')
  const share = (count: number): string => `${String((100 * count) / most)}%`
  return (
    <>
      <Table.Tr>
        <Table.Td>{name}</Table.Td>
        <Table.Td ta="right">{train.toLocaleString()}</Table.Td>
        <Table.Td ta="right">{val.toLocaleString()}</Table.Td>
      </Table.Tr>
      <Table.Tr aria-hidden>
        <Table.Td colSpan={3} pt={0}>
          <div className={styles['bar']}>
            <span style={{ width: share(train), background: color }} />
            <span className={styles['held']} style={{ width: share(val), background: color }} />
          </div>
        </Table.Td>
      </Table.Tr>
    </>
  )
}

function ClassTable({ data }: { readonly data: TrainingData }) {
  const most = Math.max(1, ...data.perClass.map(({ train, val }) => train + val))
  return (
    <Table verticalSpacing={2} horizontalSpacing={0} withRowBorders={false} aria-label="Labels per class">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Labels</Table.Th>
          <Table.Th ta="right">Training</Table.Th>
          <Table.Th ta="right">Validation</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.perClass.map((row) => (
          <ClassRows key={row.name} row={row} most={most} />
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  const { stores } = useApp()
  return (
    <PanelSection title="To know before">
      {warnings.map((warning) => (
        <div key={warning} className={styles['warning']}>
          <IconAlertTriangle size={16} aria-hidden />
          <Text size="sm">{warning}</Text>
        </div>
      ))}
      <Button variant="default" mt={8} onClick={() => stores.commands.run('images.split')}>
        Change the split
      </Button>
    </PanelSection>
  )
}
