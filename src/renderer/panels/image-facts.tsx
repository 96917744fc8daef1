import { Button, Text, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { type ImageDetails } from '#shared/contracts/image-details.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useNames } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { factRows, shownAssociated } from './image-fact-rows.ts'
import { PanelSection } from './panel-section.tsx'
import styles from './image-facts.module.css'

/** What the open image's file says of itself, folded until it is asked for. */
export function ImageFacts() {
  const image = useDocument(openImageOf)
  const [unfolded, setUnfolded] = useState(false)
  if (!image) return null
  const Chevron = unfolded ? IconChevronDown : IconChevronRight
  return (
    <PanelSection
      title={
        <UnstyledButton
          className={styles['fold']}
          aria-expanded={unfolded}
          onClick={() => {
            setUnfolded(!unfolded)
          }}
        >
          {t('About this image')}
          <Chevron size={14} aria-hidden />
        </UnstyledButton>
      }
      label={t('About this image')}
    >
      {unfolded && <Facts key={image.id} image={image} />}
    </PanelSection>
  )
}

/** What the file of an image is made of; null until it is read, and where it can't be. */
export function useDetails(imageId: ImageId): ImageDetails | null {
  const { stores } = useApp()
  const [details, setDetails] = useState<ImageDetails | null>(null)
  useEffect(() => {
    let wanted = true
    stores.clients.project.details({ imageId }).then(
      (read) => {
        if (wanted) setDetails(read)
      },
      // The canvas says what is wrong with the file.
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [stores, imageId])
  return details
}

function Facts({ image }: { readonly image: ImageRecord }) {
  const { stores } = useApp()
  const details = useDetails(image.id)
  return (
    <>
      <dl className={styles['facts']}>
        {factRows(image, details).map(({ name, value, extra }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value}
              {extra !== '' && <span className={styles['extra']}>{extra}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <Button variant="default" fullWidth mb={8} onClick={() => stores.commands.run('images.pixel-size')}>
        {t('Set pixel size…')}
      </Button>
      {details !== null && shownAssociated(details).length > 0 && <LabelButton />}
    </>
  )
}

/** The way to the pictures that may carry a name. */
function LabelButton() {
  const { stores } = useApp()
  const { masked } = useNames()
  return (
    <>
      <Button variant="default" fullWidth disabled={masked} onClick={() => stores.commands.run('image.associated')}>
        {t('Show label and macro image…')}
      </Button>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {masked ? t('Not shown while file names are masked.') : t('They may show the patient’s name.')}
      </Text>
    </>
  )
}
