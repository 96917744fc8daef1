import { Button, Text, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type FileMeasurements } from '#shared/records/measurement.ts'
import { shownNumber, shownSignificant } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../app/context.ts'
import styles from './measured-list.module.css'

interface MeasuredProps {
  readonly record: AnnotationRecord
}

/** What the file that an object came from had measured of it, folded until it is asked for; nothing where there is nothing. */
export function MeasuredList({ record }: MeasuredProps) {
  // Stays as it is from one object to the next.
  const [unfolded, setUnfolded] = useState(false)
  const found = useMeasurements(record)
  if (found === null) return null
  const Chevron = unfolded ? IconChevronDown : IconChevronRight
  return (
    <section aria-label={t('Measurements from the file')}>
      <UnstyledButton
        className={styles['fold']}
        aria-expanded={unfolded}
        onClick={() => {
          setUnfolded(!unfolded)
        }}
      >
        {t('Measurements from the file')}
        <span className={styles['count']}>{shownNumber(found.measurements.length)}</span>
        <Chevron size={14} aria-hidden />
      </UnstyledButton>
      {unfolded && <Measurements found={found} />}
    </section>
  )
}

function Measurements({ found: { changed, measurements } }: { readonly found: FileMeasurements }) {
  const { stores } = useApp()
  const copy = (): void => {
    void navigator.clipboard.writeText(measurements.map(({ name, value }) => `${name}\t${String(value)}`).join('\n')).then(() => {
      stores.messages.done(t('Copied'))
    })
  }
  return (
    <>
      {changed && (
        <Text size="xs" mb={4}>
          {t('Its outline was changed since: these are of the outline in the file, and are not exported.')}
        </Text>
      )}
      <div className={styles['list']} tabIndex={0} data-selectable>
        <table>
          <tbody>
            {measurements.map(({ name, value }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{shownSignificant(value, 6)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button variant="default" fullWidth size="compact-xs" onClick={copy}>
        {t('Copy list')}
      </Button>
    </>
  )
}

/** Null until they are read, and where there are none. Only what was imported has any. */
function useMeasurements({ id, origin, shape }: AnnotationRecord): FileMeasurements | null {
  const { stores } = useApp()
  const [found, setFound] = useState<{ readonly of: AnnotationRecord['id']; readonly told: FileMeasurements | null } | null>(null)
  useEffect(() => {
    if (origin !== 'imported') return undefined
    let wanted = true
    stores.clients.project.measurements({ annotationId: id }).then(
      (told) => {
        if (wanted) setFound({ of: id, told })
      },
      (thrown: unknown) => {
        if (wanted) stores.messages.failed(t('Measurements from the file'), thrown)
      },
    )
    return () => {
      wanted = false
    }
    // Another shape is not the one that was measured.
  }, [stores, id, origin, shape])
  return found?.of === id ? found.told : null
}
