import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { annotationId, predictionId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { Evaluated } from './evaluation-head.tsx'
import { type Confusion, type ConfusionItem } from './evaluation-report.ts'
import { openInLabel } from './open-in-label.ts'
import styles from './count.module.css'

/** What was taken for what; a cell opens the images behind it. */
export function ConfusionTab() {
  return <Evaluated>{({ confusion }) => <Matrix confusion={confusion} />}</Evaluated>
}

interface Cell {
  readonly row: number
  readonly column: number
}

function Matrix({ confusion }: { readonly confusion: Confusion }) {
  const [chosen, setChosen] = useState<Cell | null>(null)
  const names = useNames(confusion)
  const { counts, items, iouThreshold } = confusion
  return (
    <>
      <table className={styles['matrix']} aria-label="Confusion matrix">
        <thead>
          <tr>
            <th>labelled \ predicted</th>
            {[...names, 'missed'].map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, r) => (
            <tr key={r}>
              <th>{names[r] ?? 'nothing there'}</th>
              {row.map((count, c) => (
                <td key={c} className={cx(r === c && styles['right'])}>
                  <UnstyledButton
                    className={styles['matrixCell']}
                    disabled={count === 0}
                    aria-label={`${names[r] ?? 'Nothing there'} predicted as ${names[c] ?? 'nothing'}: ${String(count)}`}
                    onClick={() => setChosen({ row: r, column: c })}
                  >
                    {r === names.length && c === names.length ? '' : count}
                  </UnstyledButton>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="var(--sw-muted)" my="sm">
        A prediction and a label are one object from an overlap (IoU) of {iouThreshold}. A click on a number shows its images.
      </Text>
      {chosen && <Behind items={items[chosen.row]?.[chosen.column] ?? []} />}
    </>
  )
}

function useNames({ classes }: Confusion): string[] {
  const records = useDocument((state) => state.classes)
  return classes.map((id) => records.find((record) => record.id === id)?.name ?? String(id))
}

/** At most so many buttons. */
const SHOWN = 100

/** The objects behind a number; each opens its image with the object selected. */
function Behind({ items }: { readonly items: readonly ConfusionItem[] }) {
  const app = useApp()
  const images = useDocument(({ tables }) => tables.images)
  return (
    <Group gap="xs" role="group" aria-label="Objects behind the number">
      {items.slice(0, SHOWN).map((item, index) => {
        const name = [...images.values()].find(({ id }) => id === item.imageId)?.name ?? String(item.imageId)
        return (
          <Button key={index} variant="default" onClick={() => openInLabel(app, item.imageId, objectOf(item))}>
            {name}
          </Button>
        )
      })}
      {items.length > SHOWN && <Text size="sm">and {items.length - SHOWN} more</Text>}
    </Group>
  )
}

function objectOf({ truthId, predictionId: guess }: ConfusionItem) {
  if (truthId !== null) return annotationId.parse(String(truthId))
  return guess === null ? null : predictionId.parse(Number(guess))
}
