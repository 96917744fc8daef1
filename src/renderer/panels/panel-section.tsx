import { Text } from '@mantine/core'
import { type ReactNode } from 'react'
import styles from './panel-section.module.css'

interface PanelSectionProps {
  readonly title: ReactNode
  /** What the part is called where its title is more than a text. */
  readonly label?: string
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of a side panel under its title. */
export function PanelSection({ title, label, actions, children }: PanelSectionProps) {
  return (
    <section className={styles['section']} aria-label={label ?? (typeof title === 'string' ? title : undefined)}>
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
