import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { type ErrorInfo as AppErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { ErrorDetails } from './error-details.tsx'

interface State {
  readonly error: AppErrorInfo | null
}

/**
 * A part of the window that can fail by itself: what is beside it stays in use, and instead of nothing stands what happened, what is safe and how to
 * go on. React asks for a class here.
 */
export class BrokenPart extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(thrown: unknown): State {
    return { error: toErrorInfo(thrown) }
  }

  override render(): ReactNode {
    const { error } = this.state
    return error === null ? this.props.children : <Broken error={error} />
  }
}

function Broken({ error }: { readonly error: AppErrorInfo }) {
  return (
    <Stack role="alert" align="center" justify="center" h="100%" gap="md" p="md">
      <Title order={3}>{t('This part of the window broke')}</Title>
      <Text c="var(--sw-muted)" maw={460} ta="center">
        {t('It is a fault of Slidewright. Your work is safe: every edit was stored when it was made. Show the window anew to go on.')}
      </Text>
      <Group>
        <Button onClick={() => location.reload()}>{t('Show the window anew')}</Button>
      </Group>
      <ErrorDetails error={error} />
    </Stack>
  )
}
