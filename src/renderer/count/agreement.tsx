import { Text } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useDocument } from '../app/context.ts'
import { evaluationReport, type CountAgreement, type EvaluationReport } from './evaluation-report.ts'
import { reportView } from './report-view.tsx'
import { Scatter } from './scatter.tsx'
import styles from './count.module.css'

/** Counted against annotated, class by class. */
export const Agreement = reportView(evaluationReport, Plots)

function Plots({ report }: { readonly report: EvaluationReport }) {
  const classes = useDocument((state) => state.classes)
  return (
    <div className={styles['plots']}>
      {classes.map(({ name, color }) => {
        const agreement = report.counts[name]
        return (
          agreement && (
            <section key={name} className={styles['plot']} aria-label={t('Agreement of {{name}}', { name })}>
              <Text fw={600}>{name}</Text>
              <Scatter name={name} color={color} pairs={report.scatter[name] ?? []} />
              <Figures agreement={agreement} best={report.perClass[name]?.bestCountScore?.score ?? null} />
            </section>
          )
        )
      })}
    </div>
  )
}

const shown = (value: number | null, digits: number): string => (value === null ? '–' : shownDecimals(value, digits))

function Figures({ agreement, best }: { readonly agreement: CountAgreement; readonly best: number | null }) {
  const { r2, rmse, bias, limits, annotatedTotal, countedTotal, undefinedBecause } = agreement
  const rows: readonly (readonly [string, string, string?])[] = [
    [
      'R²',
      r2 === null ? `– (${undefinedBecause['r2'] ?? 'undefined'})` : shown(r2, 3),
      t('Coefficient of determination of the counts themselves'),
    ],
    ['RMSE', shown(rmse, 2), t('Root mean square of counted minus annotated, objects an image')],
    [t('Bias'), shown(bias, 2), t('Mean of counted minus annotated: above 0 if too many are counted')],
    [
      t('Limits of agreement'),
      limits ? t('{{lower}} to {{upper}}', { lower: shownDecimals(limits.lower, 2), upper: shownDecimals(limits.upper, 2) }) : '–',
      t('Bias ± 1.96 standard deviations (Bland and Altman)'),
    ],
    [t('Objects'), t('{{countedTotal}} counted, {{annotatedTotal}} annotated', { countedTotal, annotatedTotal })],
    [t('Counts agree best from'), best === null ? '–' : t('score {{best}}', { best: shownDecimals(best, 2) })],
  ]
  return (
    <dl className={styles['figures']}>
      {rows.map(([name, value, title]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt title={title}>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
