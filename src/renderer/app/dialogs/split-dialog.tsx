import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../context.ts'
import { SplitForm } from './split-form.tsx'
import { WindowDialog } from './window-dialog.tsx'

export function SplitDialog() {
  const { shell } = useApp()
  return (
    <WindowDialog title={t('Split images')} width={560}>
      <SplitForm onDone={shell.close} />
    </WindowDialog>
  )
}
