import { Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useNames } from '../state/context.tsx'
import styles from './warning-line.module.css'

interface WarningLineProps {
  /** In the person's language; names of files in it are shown as they are to be shown. */
  readonly text: string
  readonly size?: 'xs' | 'sm'
}

/** Something to know before one goes on. */
export function WarningLine({ text, size = 'sm' }: WarningLineProps) {
  const names = useNames()
  return (
    <div className={styles['warning']} role="note">
      <IconAlertTriangle size={16} aria-hidden />
      <Text size={size}>{names.in(text)}</Text>
    </div>
  )
}
