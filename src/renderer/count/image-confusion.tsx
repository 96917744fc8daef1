import { Text, UnstyledButton } from '@mantine/core'
import { imageId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { Evaluated } from './evaluation-head.tsx'
import { anomalyReport, classificationReport, type ImageConfusion } from './report-schemas.ts'
import styles from './count.module.css'

/** What images were taken for; a number opens its images in the gallery. */
export function ClassificationConfusion() {
  const records = useDocument((state) => state.classes)
  return (
    <Evaluated schema={classificationReport}>
      {({ confusion }) => (
        <Matrix confusion={confusion} names={confusion.classes.map((id) => records.find((one) => one.id === id)?.name ?? String(id))} />
      )}
    </Evaluated>
  )
}

export function AnomalyConfusion() {
  return <Evaluated schema={anomalyReport}>{({ confusion }) => <Matrix confusion={confusion} names={['normal', 'abnormal']} />}</Evaluated>
}

function Matrix({ confusion: { counts, images }, names }: { readonly confusion: ImageConfusion; readonly names: readonly string[] }) {
  const { labels, shell } = useApp()
  const open = (row: number, column: number): void => {
    const title = row === column ? `${names[row] ?? ''}, said so` : `${names[row] ?? ''}, said ${names[column] ?? ''}`
    labels.showOnly({ kind: 'images', images: new Set((images[row]?.[column] ?? []).map((id) => imageId.parse(id))), title })
    shell.goTo('label')
  }
  return (
    <>
      <table className={styles['matrix']} aria-label="Confusion matrix">
        <thead>
          <tr>
            <th>labelled \ said</th>
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
                    aria-label={`${names[r] ?? ''} said to be ${names[c] ?? ''}: ${String(count)}`}
                    onClick={() => {
                      open(r, c)
                    }}
                  >
                    {count.toLocaleString()}
                  </UnstyledButton>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" c="var(--sw-muted)" my="sm">
        A click on a number opens its images in the gallery.
      </Text>
    </>
  )
}
