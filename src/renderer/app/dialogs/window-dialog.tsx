import { Modal } from '@mantine/core'
import { type ReactNode } from 'react'
import { useApp } from '../context.ts'

interface WindowDialogProps {
  readonly title: string
  /** CSS pixels. */
  readonly width: number
  /** False while something runs that closing would leave half seen. */
  readonly closable?: boolean
  readonly children: ReactNode
}

/** A dialog over the window; Escape and its cross close it. */
export function WindowDialog({ title, width, closable = true, children }: WindowDialogProps) {
  const { shell } = useApp()
  return (
    <Modal
      opened
      onClose={shell.close}
      title={title}
      size={width}
      closeOnClickOutside={false}
      closeOnEscape={closable}
      withCloseButton={closable}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {children}
    </Modal>
  )
}
