import { Button, Group, Stack, Text } from '@mantine/core'
import { IconPhotoPlus } from '@tabler/icons-react'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { useBeside } from '../state/context.tsx'
import { BesideView } from '../viewer/beside-view.tsx'
import { ImageCanvas } from '../viewer/image-canvas.tsx'
import { Overview } from '../viewer/overview.tsx'
import { ToolBar } from '../viewer/tool-bar.tsx'
import styles from './canvas-stage.module.css'

/** The open image in the middle of the window with its tools, or what to do where there is none. */
export function CanvasStage() {
  const hasImages = useDocument(({ images }) => images.length > 0)
  const beside = useBeside(({ imageId }) => imageId !== null)
  if (!hasImages) return <NoImages />
  return (
    <div className={styles['stage']}>
      <div className={styles['side']}>
        <ImageCanvas />
        <ToolBar />
        <Overview />
      </div>
      {beside && (
        <div className={styles['side']}>
          <BesideView />
        </div>
      )}
    </div>
  )
}

/** An empty project says what to do next. */
function NoImages() {
  const { projects } = useApp()
  const writable = useWritable()
  return (
    <Stack align="center" justify="center" h="100%" gap="md">
      <IconPhotoPlus size={48} stroke={1} aria-hidden />
      <Text size="lg">{t('Drop images here')}</Text>
      <Text c="var(--sw-muted)" maw={420} ta="center">
        {t('JPEG, PNG, BMP, TIFF or WebP, single files or whole folders, with or without annotations. The files stay where they are.')}
      </Text>
      <Group>
        <Button disabled={!writable} onClick={() => void projects.pickImages(true)}>
          {t('Add a folder')}
        </Button>
        <Button variant="default" disabled={!writable} onClick={() => void projects.pickImages(false)}>
          {t('Add files')}
        </Button>
      </Group>
    </Stack>
  )
}
