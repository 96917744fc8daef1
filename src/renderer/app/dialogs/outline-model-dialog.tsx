import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useShell } from '../context.ts'
import { setPreferences } from '../preferences.ts'
import { WindowDialog } from './window-dialog.tsx'

const FILTERS = [{ name: t('ONNX models'), extensions: ['onnx'] }]

/** The last part of a path, of any system. */
const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path

/** Which model the smart outline goes by: Slidewright's, or one that the person has on this machine. */
export function OutlineModelDialog() {
  const app = useApp()
  const model = useShell((shell) => shell.preferences.outlineModel)
  const [state, setState] = useState<'idle' | 'checking' | ErrorInfo>('idle')
  const pick = async (): Promise<void> => {
    const { app: system, work } = app.stores.clients
    try {
      const files = await system.pickFiles({ title: t('The encoder and the decoder: choose both'), folders: false, filters: FILTERS })
      if (files.length === 0) return
      setState('checking')
      await setPreferences(app, { outlineModel: await work.checkOutlineModel({ files }) })
      setState('idle')
    } catch (thrown) {
      setState(toErrorInfo(thrown))
    }
  }
  const checking = state === 'checking'
  return (
    <WindowDialog title={t('Model of the smart outline')} width={480} closable={!checking}>
      <Stack gap="sm">
        {model === null ? (
          <Text size="sm">{t('The smart outline goes by Slidewright’s own small network, which comes with the program.')}</Text>
        ) : (
          <div>
            <Text size="sm">{t('The smart outline goes by your own model:')}</Text>
            <Text size="sm" title={model.encoder}>
              {t('encoder {{name}}', { name: nameOf(model.encoder) })}
            </Text>
            <Text size="sm" title={model.decoder}>
              {t('decoder {{name}}', { name: nameOf(model.decoder) })}
            </Text>
          </div>
        )}
        <Text size="sm" c="dimmed">
          {t(
            'A larger model of the Segment Anything family can be used instead: two ONNX files, an encoder and a decoder, such as samexporter writes for SAM and MobileSAM. The files stay where they are, and nothing leaves this machine.',
          )}
        </Text>
        {typeof state === 'object' && (
          <Alert color="red" title={heard(state.message)} role="alert">
            {heard(state.hint ?? '')}
          </Alert>
        )}
        <Group justify="flex-end">
          {model !== null && (
            <Button variant="default" disabled={checking} onClick={() => void setPreferences(app, { outlineModel: null })}>
              {t('Use Slidewright’s own again')}
            </Button>
          )}
          <Button data-autofocus loading={checking} onClick={() => void pick()}>
            {t('Choose encoder and decoder')}
          </Button>
        </Group>
      </Stack>
    </WindowDialog>
  )
}
