import { Text, UnstyledButton } from '@mantine/core'
import { imageId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { anomalyReport, classificationReport, type ClassificationReport, type ImageConfusion } from './report-schemas.ts'
import { reportView } from './report-view.tsx'
import styles from './count.module.css'

/** What images were taken for; a number opens its images in the gallery. */
export const ClassificationConfusion = reportView(classificationReport, OfClasses)

export const AnomalyConfusion = reportView(anomalyReport, ({ report: { confusion } }) => (
  <Matrix confusion={confusion} names={[t('normal'), t('abnormal')]} />
))

function OfClasses({ report: { confusion } }: { readonly report: ClassificationReport }) {
  const records = useDocument((state) => state.classes)
  const names = confusion.classes.map((id) => records.find((one) => one.id === id)?.name ?? String(id))
  return <Matrix confusion={confusion} names={names} />
}

function Matrix({ confusion: { counts, images }, names }: { readonly confusion: ImageConfusion; readonly names: readonly string[] }) {
  const { labels, shell } = useApp()
  const open = (row: number, column: number): void => {
    const title =
      row === column
        ? t('{{label}}, said so', { label: names[row] ?? '' })
        : t('{{label}}, said {{said}}', { label: names[row] ?? '', said: names[column] ?? '' })
    labels.showOnly({ kind: 'images', images: new Set((images[row]?.[column] ?? []).map((id) => imageId.parse(id))), title })
    shell.goTo('label')
  }
  return (
    <>
      <table className={styles['matrix']} aria-label={t('Confusion matrix')}>
        <thead>
          <tr>
            <th>{t('labelled \\ said')}</th>
            {names.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, r) => (
            <tr key={r}>
              <th>{names[r]}</th>
              {row.map((count, c) => (
                <td key={c} className={cx(r === c && styles['right'])}>
                  <UnstyledButton
                    className={styles['matrixCell']}
                    disabled={count === 0}
                    aria-label={t('{{label}} said to be {{said}}: {{number}}', {
                      label: names[r] ?? '',
                      said: names[c] ?? '',
                      number: count,
                    })}
                    onClick={() => {
                      open(r, c)
                    }}
                  >
                    {shownNumber(count)}
                  </UnstyledButton>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="var(--sw-muted)" my="sm">
        {t('A click on a number opens its images in the gallery.')}
      </Text>
    </>
  )
}
