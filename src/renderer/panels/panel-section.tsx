import { Text } from '@mantine/core'
import { type ReactNode } from 'react'
import styles from './panel-section.module.css'

interface PanelSectionProps {
  readonly title: string
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of a side panel under its title. */
export function PanelSection({ title, actions, children }: PanelSectionProps) {
  return (
    <section className={styles['section']} aria-label={title}>
      <div className={styles['title']}>
        <Text component="h2" size="sm" fw={600}>
          {title}
        </Text>
        <span className={styles['actions']}>{actions}</span>
      </div>
      {children}
    </section>
  )
}
