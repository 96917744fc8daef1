import { Button, Group, Loader, Radio, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { backupContents, type BackupFacts, backupReason } from '#shared/records/backup.ts'
import { shownDate, shownDecimals } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp } from '../context.ts'
import { ErrorDetails } from '../error-details.tsx'
import { WindowDialog } from './window-dialog.tsx'
import styles from './import-dialog.module.css'

/** The backups of a project, to make it again what it was in one of them. */
export function RestoreDialog({ folder }: { readonly folder: string }) {
  const { projects, shell } = useApp()
  const { backups, fault: unread } = useBackups(folder)
  const [chosen, setChosen] = useState<string | null>(null)
  const [fault, setFault] = useState<ErrorInfo | null>(null)
  const [busy, setBusy] = useState(false)
  const newer = fault?.code === 'project-newer'
  const backup = chosen ?? backups?.find(isOffered)?.name ?? null
  const restore = async (): Promise<void> => {
    if (backup === null) return
    setBusy(true)
    try {
      await projects.takeBackup({ folder, backup, force: newer })
    } catch (thrown) {
      setFault(toErrorInfo(thrown))
      setBusy(false)
    }
  }
  return (
    <WindowDialog title={t('Restore a backup')} width={600} closable={!busy}>
      <Stack gap="md">
        <Text size="sm" c="var(--sw-muted)" truncate title={folder}>
          {folder}
        </Text>
        {backups === null && unread === null && <Loader size="sm" color="gray" aria-label={t('Looking for backups')} />}
        {backups?.length === 0 && <Text>{t('There is no backup yet: the first is made a day after the project.')}</Text>}
        {backups !== null && backups.length > 0 && (
          <Radio.Group
            aria-label={t('Backups')}
            value={backup}
            onChange={(name) => {
              setChosen(name)
              setFault(null)
            }}
          >
            <div className={styles['formats']}>
              {backups.map((one) => (
                <Radio key={one.name} value={one.name} size="xs" disabled={one.holds === null} {...described(one)} />
              ))}
            </div>
          </Radio.Group>
        )}
        {(unread ?? fault) !== null && <Fault fault={(unread ?? fault)!} newer={newer} />}
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" c="var(--sw-muted)">
            {t('What is there now is kept among the backups. Images, models and maps stay as they are.')}
          </Text>
          <Group gap="xs" wrap="nowrap">
            <Button variant="default" disabled={busy} onClick={shell.close}>
              {t('Cancel')}
            </Button>
            <Button disabled={backup === null} loading={busy} onClick={() => void restore()}>
              {newer ? t('Restore all the same') : t('Restore')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </WindowDialog>
  )
}

/** What was put aside by a restore was not wanted: it is chosen by hand only. */
const isOffered = ({ holds, reason }: BackupFacts): boolean => holds !== null && reason !== 'replaced'

function described({ at, reason, bytes, holds }: BackupFacts): { readonly label: string; readonly description: string } {
  const moment = shownDate(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })
  const size = shownDecimals(bytes / 2 ** 20, 1)
  return { label: moment, description: `${backupContents(holds).map(heard).join(', ')} · ${heard(backupReason(reason))} · ${size} MB` }
}

function useBackups(folder: string): { readonly backups: readonly BackupFacts[] | null; readonly fault: ErrorInfo | null } {
  const { stores } = useApp()
  const [backups, setBackups] = useState<readonly BackupFacts[] | null>(null)
  const [fault, setFault] = useState<ErrorInfo | null>(null)
  useEffect(() => {
    stores.clients.project.backups({ folder }).then(setBackups, (thrown: unknown) => {
      setFault(toErrorInfo(thrown))
    })
  }, [stores, folder])
  return { backups, fault }
}

function Fault({ fault, newer }: { readonly fault: ErrorInfo; readonly newer: boolean }) {
  const advice = newer ? t('Better update this program and open the project. What is there now would be kept.') : heard(fault.hint ?? '')
  return (
    <Stack gap={4} role="alert" className={styles['fault'] ?? ''} data-selectable>
      <Text fw={600}>{heard(fault.message)}</Text>
      <Text size="sm">
        {t('Nothing was changed.')} {advice}
      </Text>
      <ErrorDetails error={fault} />
    </Stack>
  )
}
