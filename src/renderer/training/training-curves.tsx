import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { type CurvePoint } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
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

/** Loss and validation score over the epochs. */
export function TrainingCurves({ curves }: { readonly curves: readonly CurvePoint[] }) {
  if (curves.length === 0) return <Text c="var(--sw-muted)">{t('The curves begin with the first step.')}</Text>
  return (
    <div className={styles['charts']}>
      <Curves title={t('Loss')} curves={curves} names={LOSSES} />
      <Curves title={t('Validation score')} curves={curves} names={SCORES} yRange={[0, 1]} />
    </div>
  )
}

interface CurvesProps {
  readonly title: string
  readonly curves: readonly CurvePoint[]
  readonly names: readonly string[]
  readonly yRange?: readonly [number, number]
}

function Curves({ title, curves, names, yRange }: CurvesProps) {
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
          xLabel="epoch"
          height={220}
          restAt="end"
          {...(yRange ? { yRange } : {})}
        />
      )}
    </section>
  )
}
