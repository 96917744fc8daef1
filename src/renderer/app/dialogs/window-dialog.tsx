import { Modal } from '@mantine/core'
import { type ReactNode } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../context.ts'

interface WindowDialogProps {
  readonly title: string
  /** CSS pixels. */
  readonly width: number
  /** False while something runs that closing would leave half seen. */
  readonly closable?: boolean
  /** What closing does; left out: the dialog goes away. */
  readonly onClose?: () => void
  readonly children: ReactNode
}

/** A dialog over the window; Escape and its cross close it. */
export function WindowDialog({ title, width, closable = true, onClose, children }: WindowDialogProps) {
  const { shell } = useApp()
  return (
    <Modal
      opened
      onClose={onClose ?? shell.close}
      title={title}
      size={width}
      closeOnClickOutside={false}
      closeOnEscape={closable}
      withCloseButton={closable}
      closeButtonProps={{ 'aria-label': t('Close') }}
    >
      {children}
    </Modal>
  )
}
