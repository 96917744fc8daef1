import { Anchor, Button, Collapse, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { type ErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { useNames } from '../state/context.tsx'
import styles from './error-details.module.css'

/** The technical side of an error, folded away, to be copied for whoever helps. */
export function ErrorDetails({ error }: { readonly error: ErrorInfo }) {
  const [open, setOpen] = useState(false)
  const names = useNames()
  const text = names.in(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`)
  const copy = (): void => void navigator.clipboard.writeText(text)
  return (
    <div>
      <Anchor
        component="button"
        type="button"
        size="xs"
        aria-expanded={open}
        onClick={() => {
          setOpen(!open)
        }}
      >
        {t('Details')}
      </Anchor>
      <Collapse expanded={open}>
        <Text component="pre" size="xs" className={styles['text'] ?? ''}>
          {text}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={copy}>
            {t('Copy details')}
          </Button>
        </Group>
      </Collapse>
    </div>
  )
}
