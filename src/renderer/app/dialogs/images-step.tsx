import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../context.ts'
import { IMAGE_FILTERS } from '../file-filters.ts'
import { folderName, pathIn } from './new-project-model.ts'

interface ImagesDraft {
  readonly name: string
  readonly folder: string
  readonly paths: readonly string[]
}

interface ImagesStepProps extends ImagesDraft {
  readonly onChange: (part: Partial<ImagesDraft>) => void
}

/** Where the project lies, and its first images, which may come later. */
export function ImagesStep({ name, folder, paths, onChange }: ImagesStepProps) {
  const { stores } = useApp()
  const pick = async (title: string, folders: boolean): Promise<readonly string[]> => {
    try {
      return await stores.clients.app.pickFiles({ title, folders, filters: folders ? [] : [...IMAGE_FILTERS] })
    } catch (thrown) {
      stores.messages.failed(title, thrown)
      return []
    }
  }
  const addImages = async (folders: boolean): Promise<void> => {
    const picked = await pick(folders ? t('Folder of images') : t('Images'), folders)
    if (picked.length > 0) onChange({ paths: [...new Set([...paths, ...picked])] })
  }
  const chooseFolder = async (): Promise<void> => {
    const [picked] = await pick(t('Where projects lie'), true)
    if (picked !== undefined) onChange({ folder: picked })
  }
  return (
    <Stack gap="sm">
      <TextInput
        label={t('Name')}
        placeholder={t('Blood smears 2026')}
        data-autofocus
        maxLength={120}
        value={name}
        onChange={(event) => {
          onChange({ name: event.currentTarget.value })
        }}
      />
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="var(--sw-muted)" truncate title={folder}>
          {folder === '' ? '' : pathIn(folder, `${folderName(name) || '…'}.slidewright`)}
        </Text>
        <Button variant="default" flex="none" onClick={() => void chooseFolder()}>
          {t('Other folder')}
        </Button>
      </Group>
      <Text size="sm" fw={500} mt="xs">
        {t('Images')}
      </Text>
      <Group gap="sm">
        <Button variant="default" onClick={() => void addImages(true)}>
          {t('Choose a folder')}
        </Button>
        <Button variant="default" onClick={() => void addImages(false)}>
          {t('Choose files')}
        </Button>
        <Text size="sm" c="var(--sw-muted)">
          {paths.length === 0
            ? t('Or drop them into the window later. They stay where they are.')
            : t('{{number}} chosen: {{names}}', {
                number: paths.length,
                names: `${paths.slice(0, 2).join(', ')}${paths.length > 2 ? ' …' : ''}`,
              })}
        </Text>
      </Group>
    </Stack>
  )
}
