import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useDocument } from '../app/context.ts'
import { LineChart } from '../training/line-chart.tsx'
import { evaluationReport, shownInterval, shownScore, type ClassReport, type EvaluationReport, type Interval } from './evaluation-report.ts'
import { reportView } from './report-view.tsx'
import styles from './count.module.css'

/** Precision against recall for each class, with its figures. */
export const Curves = reportView(evaluationReport, Plots)

function Plots({ report }: { readonly report: EvaluationReport }) {
  const classes = useDocument((state) => state.classes)
  return (
    <>
      <Text mb="md">
        AP50 {shownScore(report.ap50)} <Muted text={shownInterval(report.intervals.ap50)} /> · AP {shownScore(report.ap)}{' '}
        <Muted text={shownInterval(report.intervals.ap)} />
      </Text>
      <div className={styles['plots']}>
        {classes.map(({ name, color }) => {
          const own = report.perClass[name]
          return own && <ClassCurve key={name} name={name} color={color} own={own} interval={report.intervals.perClass[name]?.ap50} />
        })}
      </div>
    </>
  )
}

function Muted({ text }: { readonly text: string }) {
  return (
    <Text span size="xs" c="var(--sw-muted)" title={t('95 % interval')}>
      {text}
    </Text>
  )
}

interface ClassCurveProps {
  readonly name: string
  readonly color: string
  readonly own: ClassReport
  readonly interval: Interval | undefined
}

function ClassCurve({ name, color, own, interval }: ClassCurveProps) {
  const { curve, atScore, ap50, bestF1 } = own
  const data = useMemo(() => [curve.recall, curve.precision], [curve])
  const percent = (value: number | null): string => (value === null ? '–' : `${shownDecimals(100 * value, 1)} %`)
  return (
    <section aria-label={t('Precision and recall of {{name}}', { name })}>
      <Text fw={600}>{name}</Text>
      {curve.score.length === 0 ? (
        <Text c="var(--sw-muted)">{t('No {{name}} is labelled on these images.', { name })}</Text>
      ) : (
        <LineChart
          title={t('Precision against recall of {{name}}', { name })}
          lines={[{ label: t('precision'), color }]}
          data={data}
          xLabel={t('recall')}
          height={220}
          xRange={[0, 1]}
          yRange={[0, 1.02]}
        />
      )}
      <dl className={styles['figures']}>
        <dt>{t('AP50')}</dt>
        <dd>
          {shownScore(ap50)} <Muted text={shownInterval(interval)} />
        </dd>
        <dt>{t('At the score')}</dt>
        <dd>
          {t('precision {{precision}}, recall {{recall}}', { precision: percent(atScore.precision), recall: percent(atScore.recall) })}
        </dd>
        <dt>{t('Best F1')}</dt>
        <dd>
          {bestF1 ? t('{{f1}} from score {{score}}', { f1: shownDecimals(bestF1.f1, 3), score: shownDecimals(bestF1.score, 2) }) : '–'}
        </dd>
      </dl>
    </section>
  )
}
