import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { LineChart } from '../training/line-chart.tsx'
import { useJudgedBy } from './judged-by.ts'
import { RatePlot } from './rate-charts.tsx'
import { scoreHistogram } from './rate-columns.ts'
import { anomalyReport, type AnomalyReport } from './report-schemas.ts'
import { reportView } from './report-view.tsx'
import { shownFigure } from './score-rows.ts'
import styles from './count.module.css'

const NORMAL = { label: t('normal'), color: '#009e73' } as const
const ABNORMAL = { label: t('abnormal'), color: '#d55e00', dashed: true } as const
const THRESHOLD = { label: t('threshold'), color: '#8a8a8a', dashed: true } as const

/** How well normal and abnormal images are told apart. */
export const AnomalyCurves = reportView(anomalyReport, Plots)

function saidOfRoc({ imageAuroc, threshold: value }: AnomalyReport, byFolds: boolean): string {
  const values = { figure: shownFigure({ value: imageAuroc }), threshold: shownDecimals(value, 4) }
  return byFolds
    ? t(
        'Sensitivity against false alarms, over all thresholds. Image AUROC {{figure}}; decided from {{threshold}}, the mean of the folds’ thresholds.',
        values,
      )
    : t('Sensitivity against false alarms, over all thresholds. Image AUROC {{figure}}; the model decides from {{threshold}}.', values)
}

function Plots({ report }: { readonly report: AnomalyReport }) {
  const { roc, precisionRecall } = report
  const byFolds = useJudgedBy() === 'folds'
  const rocs = useMemo(
    () => [
      { x: [0, ...roc.falsePositiveRate], y: [0, ...roc.truePositiveRate] },
      { x: [0, 1], y: [0, 1] },
    ],
    [roc],
  )
  const recalls = useMemo(() => [{ x: precisionRecall.recall, y: precisionRecall.precision }], [precisionRecall])
  return (
    <div className={styles['plots']}>
      <Scores report={report} />
      <RatePlot
        title="ROC"
        xLabel={t('1 - specificity')}
        lines={[
          { label: t('images'), color: ABNORMAL.color },
          { ...THRESHOLD, label: t('guessing') },
        ]}
        series={rocs}
      >
        {saidOfRoc(report, byFolds)}
      </RatePlot>
      <RatePlot
        title={t('Precision and recall')}
        xLabel={t('recall')}
        lines={[{ label: t('abnormal'), color: ABNORMAL.color }]}
        series={recalls}
      >
        {t('Of the images called abnormal how many are (precision), against how many of them are found (recall).')}
      </RatePlot>
    </div>
  )
}

/** How far images of both kinds are from normal, with the threshold as an upright line. */
function Scores({ report }: { readonly report: AnomalyReport }) {
  const data = useMemo(() => {
    const { middles, normal, abnormal } = scoreHistogram(report.scores)
    const top = Math.max(1, ...normal, ...abnormal)
    const at = middles.findIndex((middle) => middle >= report.threshold)
    const place = at < 0 ? middles.length : at
    const upright = (list: readonly (number | null)[], ...values: readonly (number | null)[]) => list.toSpliced(place, 0, ...values)
    return [
      upright(middles, report.threshold, report.threshold),
      upright(normal, null, null),
      upright(abnormal, null, null),
      upright(
        middles.map(() => null),
        0,
        top,
      ),
    ]
  }, [report])
  return (
    <section aria-label={t('Scores')}>
      <Text fw={600}>{t('How far from normal')}</Text>
      <LineChart title={t('Images by score')} lines={[NORMAL, ABNORMAL, THRESHOLD]} data={data} xLabel={t('score')} height={240} />
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t('Images by their score. Right of the upright line they are called abnormal.')}
      </Text>
    </section>
  )
}
