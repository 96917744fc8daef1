import { useMemo } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useDocument } from '../app/context.ts'
import { useJudgedBy } from './judged-by.ts'
import { RatePlot } from './rate-charts.tsx'
import { classificationReport, type ClassificationReport } from './report-schemas.ts'
import { reportView } from './report-view.tsx'
import { shownFigure } from './score-rows.ts'
import styles from './count.module.css'

/** ROC, precision against recall, and how far the probabilities can be believed. */
export const ClassificationCurves = reportView(classificationReport, Plots)

const GUESS = { label: t('guessing'), color: '#8a8a8a', dashed: true } as const
const EVEN = { x: [0, 1], y: [0, 1] } as const

/** Of two classes the one that is looked for; of more each against the rest. */
function shownClasses({ perClass, positive }: ClassificationReport): [string, ClassificationReport['perClass'][string]][] {
  const all = Object.entries(perClass)
  return positive === null ? all : all.filter((_, index) => index === positive)
}

function decidedFrom(value: number, byFolds: boolean): string {
  const threshold = shownDecimals(value, 3)
  return byFolds
    ? t(' Decided from {{threshold}}, the mean of the folds’ thresholds.', { threshold })
    : t(' The model decides from {{threshold}}, picked on its validation images.', { threshold })
}

function Plots({ report }: { readonly report: ClassificationReport }) {
  const classes = useDocument((state) => state.classes)
  const byFolds = useJudgedBy() !== 'model'
  const { rocs, recalls, reliable, names } = useMemo(() => {
    const own = shownClasses(report)
    const bins = (report.calibration ?? []).filter(({ probability }) => probability !== null)
    return {
      names: own.map(([name]) => name),
      rocs: [...own.map(([, { roc }]) => ({ x: [0, ...roc.falsePositiveRate], y: [0, ...roc.truePositiveRate] })), EVEN],
      recalls: own.map(([, { precisionRecall }]) => ({ x: precisionRecall.recall, y: precisionRecall.precision })),
      reliable: [{ x: bins.map(({ probability }) => probability ?? 0), y: bins.map(({ rate }) => rate ?? 0) }, EVEN],
    }
  }, [report])
  const lines = names.map((name) => ({ label: name, color: classes.find((record) => record.name === name)?.color ?? '#3a8de2' }))
  return (
    <div className={styles['plots']}>
      <RatePlot title="ROC" xLabel={t('1 - specificity')} lines={[...lines, GUESS]} series={rocs}>
        {t('Sensitivity against false alarms, over all thresholds. AUC {{auc}}.', { auc: shownFigure({ value: report.auc }) })}
        {report.threshold !== null && decidedFrom(report.threshold, byFolds)}
      </RatePlot>
      <RatePlot title={t('Precision and recall')} xLabel={t('recall')} lines={lines} series={recalls}>
        {t('Of what is called so how much is (precision), against how much of it is found (recall).')}
      </RatePlot>
      {report.calibration !== null && (
        <RatePlot
          title={t('Reliability')}
          xLabel={t('probability said')}
          lines={[
            { label: t('how often it was so'), color: '#3a8de2', dots: true },
            { ...GUESS, label: t('as said') },
          ]}
          series={reliable}
        >
          {t('On the dashed line a probability of 0.8 comes true 8 times in 10. Calibration error {{figure}}.', {
            figure: shownFigure({ value: report.ece }),
          })}
        </RatePlot>
      )}
    </div>
  )
}
