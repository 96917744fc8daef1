import { Text } from '@mantine/core'
import { useDocument } from '../app/context.ts'
import { Evaluated } from './evaluation-head.tsx'
import { evaluationReport, type CountAgreement, type EvaluationReport } from './evaluation-report.ts'
import { Scatter } from './scatter.tsx'
import styles from './count.module.css'

/** Counted against annotated, class by class. */
export function Agreement() {
  return <Evaluated schema={evaluationReport}>{(report) => <Plots report={report} />}</Evaluated>
}

function Plots({ report }: { readonly report: EvaluationReport }) {
  const classes = useDocument((state) => state.classes)
  return (
    <div className={styles['plots']}>
      {classes.map(({ name, color }) => {
        const agreement = report.counts[name]
        return (
          agreement && (
            <section key={name} className={styles['plot']} aria-label={`Agreement of ${name}`}>
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

const shown = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits))

function Figures({ agreement, best }: { readonly agreement: CountAgreement; readonly best: number | null }) {
  const { r2, rmse, bias, limits, annotatedTotal, countedTotal, undefinedBecause } = agreement
  const rows: readonly (readonly [string, string, string?])[] = [
    [
      'R²',
      r2 === null ? `– (${undefinedBecause['r2'] ?? 'undefined'})` : shown(r2, 3),
      'Coefficient of determination of the counts themselves',
    ],
    ['RMSE', shown(rmse, 2), 'Root mean square of counted minus annotated, objects an image'],
    ['Bias', shown(bias, 2), 'Mean of counted minus annotated: above 0 if too many are counted'],
    [
      'Limits of agreement',
      limits ? `${limits.lower.toFixed(2)} to ${limits.upper.toFixed(2)}` : '–',
      'Bias ± 1.96 standard deviations (Bland and Altman)',
    ],
    ['Objects', `${countedTotal.toLocaleString()} counted, ${annotatedTotal.toLocaleString()} annotated`],
    ['Counts agree best from', best === null ? '–' : `score ${best.toFixed(2)}`],
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
