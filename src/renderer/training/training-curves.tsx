import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { type CurvePoint } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { columnsOf, namesPresent } from './curve-data.ts'
import { LineChart, type Line } from './line-chart.tsx'
import styles from './training.module.css'

const LOSSES = ['loss', 'val/loss']
const SCORES = ['val/ap50', 'val/ap', 'val/auc', 'val/accuracy', 'val/dice', 'val/jaccard', 'val/auroc']
const LINES: Readonly<Record<string, Line>> = {
  loss: { label: t('loss'), color: '#3a8de2' },
  'val/loss': { label: t('validation loss'), color: '#e69f00', dashed: true },
  'val/ap50': { label: 'AP50', color: '#3a8de2' },
  'val/ap': { label: 'AP', color: '#e69f00', dashed: true },
  'val/auc': { label: 'AUC', color: '#3a8de2' },
  'val/accuracy': { label: t('accuracy'), color: '#e69f00', dashed: true },
  'val/dice': { label: 'Dice', color: '#009e73' },
  'val/jaccard': { label: 'Jaccard', color: '#cc79a7', dashed: true },
  'val/auroc': { label: 'AUROC', color: '#3a8de2' },
}

interface TrainingCurvesProps {
  readonly curves: readonly CurvePoint[]
  /** Validation score of the finished model; null while it learns, or where there is none. */
  readonly best: number | null
}

/** Loss and validation score over the epochs, and why the model's own score is another where it is. */
export function TrainingCurves({ curves, best }: TrainingCurvesProps) {
  if (curves.length === 0) return <Text c="var(--sw-muted)">{t('The curves begin with the first step.')}</Text>
  return (
    <div className={styles['charts']}>
      <Curves title={t('Loss')} curves={curves} names={LOSSES} />
      <Curves title={t('Validation score')} curves={curves} names={SCORES} yRange={[0, 1]} note={lookedAtTwice(curves, best)} />
    </div>
  )
}

/** A detector's looks between the epochs are shorter than those of a prediction: without a word two numbers of one name would contradict. */
function lookedAtTwice(curves: readonly CurvePoint[], best: number | null): string | null {
  const points = curves.filter(({ name }) => name === 'val/ap50')
  if (best === null || points.length === 0) return null
  const score = shownDecimals(best, 3)
  if (points.some(({ value }) => shownDecimals(value, 3) === score)) return null
  return t('While it learned, it looked at images more quickly than it does when it predicts. As it predicts, it has {{score}}.', { score })
}

interface CurvesProps {
  readonly title: string
  readonly curves: readonly CurvePoint[]
  readonly names: readonly string[]
  readonly yRange?: readonly [number, number]
  readonly note?: string | null
}

function Curves({ title, curves, names, yRange, note = null }: CurvesProps) {
  const present = useMemo(() => namesPresent(curves, names), [curves, names])
  const data = useMemo(() => columnsOf(curves, present), [curves, present])
  return (
    <section aria-label={title}>
      <Text size="sm" fw={500}>
        {title}
      </Text>
      {present.length === 0 ? (
        <Text size="sm" c="var(--sw-muted)">
          {t('Comes with the first validation.')}
        </Text>
      ) : (
        <LineChart
          title={title}
          lines={present.map((name) => LINES[name]!)}
          data={data}
          xLabel={t('epoch')}
          height={220}
          restAt="end"
          {...(yRange ? { yRange } : {})}
        />
      )}
      {note !== null && (
        <Text size="xs" c="var(--sw-muted)">
          {note}
        </Text>
      )}
    </section>
  )
}
