import { Loader, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type AssociatedPicture } from '#shared/contracts/image-details.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownAssociated } from '../../panels/image-fact-rows.ts'
import { useNames } from '../../state/context.tsx'
import { useApp } from '../context.ts'
import styles from './associated-dialog.module.css'
import { WindowDialog } from './window-dialog.tsx'

interface Shown extends AssociatedPicture {
  readonly name: string
}

/** What pictures that lie in a slide are called, by the name that readers give them. */
const TITLES: Readonly<Record<string, string>> = { label: t('Label'), macro: t('Macro image') }

/** Read one after the other; null until they are there. They live as long as the dialog. */
function usePictures(imageId: ImageId): readonly Shown[] | null {
  const { stores, shell } = useApp()
  const [pictures, setPictures] = useState<readonly Shown[] | null>(null)
  useEffect(() => {
    let wanted = true
    const read = async (): Promise<readonly Shown[]> => {
      const { project } = stores.clients
      const shown: Shown[] = []
      for (const name of shownAssociated(await project.details({ imageId })))
        if (wanted) shown.push({ name, ...(await project.associated({ imageId, name })) })
      return shown
    }
    read().then(
      (shown) => {
        if (wanted) setPictures(shown)
      },
      (thrown: unknown) => {
        if (!wanted) return
        shell.close()
        stores.messages.failed(t('Show the label'), thrown)
      },
    )
    return () => {
      wanted = false
    }
  }, [stores, shell, imageId])
  return pictures
}

/** The label and the macro image of a slide, which may show the patient's name: gone as soon as names are masked. */
export function AssociatedDialog({ imageId }: { readonly imageId: ImageId }) {
  const { shell } = useApp()
  const { masked } = useNames()
  useEffect(() => {
    if (masked) shell.close()
  }, [masked, shell])
  return masked ? null : (
    <WindowDialog title={t('Label and macro image')} width={640}>
      <Pictures imageId={imageId} />
    </WindowDialog>
  )
}

function Pictures({ imageId }: { readonly imageId: ImageId }) {
  const pictures = usePictures(imageId)
  if (pictures === null) return <Loader size="sm" color="gray" aria-label={t('Reading the label')} />
  if (pictures.length === 0) return <Text size="sm">{t('This file holds neither a label nor a macro image.')}</Text>
  return (
    <Stack gap="md">
      {pictures.map(({ name, width, height, png }) => (
        <figure key={name} className={styles['figure']}>
          <figcaption>{TITLES[name] ?? name}</figcaption>
          <img src={`data:image/png;base64,${png}`} width={width} height={height} alt={name} draggable={false} />
        </figure>
      ))}
      <Text size="xs" c="var(--sw-muted)">
        {t('They may show the patient’s name. They are read from the slide each time and kept nowhere else.')}
      </Text>
    </Stack>
  )
}
