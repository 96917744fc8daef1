import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { annotationId, predictionId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { evaluationReport, type Confusion, type ConfusionItem } from './evaluation-report.ts'
import { useJudgedNames, useOpenJudged } from './judged-by.ts'
import { reportView } from './report-view.tsx'
import styles from './count.module.css'

/** What was taken for what; a cell opens the images behind it. */
export const ConfusionTab = reportView(evaluationReport, ({ report: { confusion } }) => <Matrix confusion={confusion} />)

interface Cell {
  readonly row: number
  readonly column: number
}

function Matrix({ confusion }: { readonly confusion: Confusion }) {
  const [chosen, setChosen] = useState<Cell | null>(null)
  const names = useClassNames(confusion)
  const { counts, items, iouThreshold } = confusion
  return (
    <>
      <table className={styles['matrix']} aria-label={t('Confusion matrix')}>
        <thead>
          <tr>
            <th>{t('labelled \\ predicted')}</th>
            {[...names, t('missed')].map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, r) => (
            <tr key={r}>
              <th>{names[r] ?? t('nothing there')}</th>
              {row.map((count, c) => (
                <td key={c} className={cx(r === c && styles['right'])}>
                  <UnstyledButton
                    className={styles['matrixCell']}
                    disabled={count === 0}
                    aria-label={t('{{label}} predicted as {{said}}: {{number}}', {
                      label: names[r] ?? t('Nothing there'),
                      said: names[c] ?? t('nothing'),
                      number: count,
                    })}
                    onClick={() => setChosen({ row: r, column: c })}
                  >
                    {r === names.length && c === names.length ? '' : shownNumber(count)}
                  </UnstyledButton>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="var(--sw-muted)" my="sm">
        {t('A prediction and a label are one object from an overlap (IoU) of {{iouThreshold}}. A click on a number shows its images.', {
          iouThreshold,
        })}
      </Text>
      {chosen && <Behind items={items[chosen.row]?.[chosen.column] ?? []} score={confusion.score} />}
    </>
  )
}

function useClassNames({ classes }: Confusion): string[] {
  const records = useDocument((state) => state.classes)
  return classes.map((id) => records.find((record) => record.id === id)?.name ?? String(id))
}

/** At most so many buttons. */
const SHOWN = 200

/** The images behind a number; each opens with the first of its objects selected. */
function Behind({ items, score }: { readonly items: readonly ConfusionItem[]; readonly score: number }) {
  const open = useOpenJudged()
  const nameOf = useJudgedNames()
  const groups = new Map<ConfusionItem['imageId'], ConfusionItem[]>()
  for (const item of items) groups.set(item.imageId, [...(groups.get(item.imageId) ?? []), item])
  return (
    <Group gap="xs" role="group" aria-label={t('Images behind the number')}>
      {[...groups].slice(0, SHOWN).map(([id, own]) => (
        <Button key={id} variant="default" onClick={() => open(id, { id: own[0] ? objectOf(own[0]) : null, score })}>
          {nameOf(id)} ({shownNumber(own.length)})
        </Button>
      ))}
      {groups.size > SHOWN && <Text size="sm">{t('and {{count}} more images', { count: groups.size - SHOWN })}</Text>}
    </Group>
  )
}

function objectOf({ truthId, predictionId: guess }: ConfusionItem) {
  if (truthId !== null) return annotationId.parse(String(truthId))
  return guess === null ? null : predictionId.parse(Number(guess))
}
