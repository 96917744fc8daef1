import { Button, Group, Kbd, Text } from '@mantine/core'
import { useEffect, useMemo } from 'react'
import { ANSWER } from '#shared/contracts/review.ts'
import { t } from '#shared/i18n/translate.ts'
import { rich } from '../app/rich.tsx'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { GalleryGrid } from '../labels/gallery.tsx'
import { useLabels, useSaid } from '../labels/use-labels.ts'
import { useKeyOf } from '../state/context.tsx'
import { itemOf } from './gallery-items.ts'
import { type ReviewItem } from './items.ts'
import { isOpen } from './queue.ts'
import { useReview } from './use-review.ts'
import styles from './gallery.module.css'

/** Images as wholes side by side, those first of which the run is least sure: answered by one key each, as many at once as are selected. */
export function ImageReviewGallery({ items }: { readonly items: readonly ReviewItem[] }) {
  const said = useSaid()
  const records = useDocument(({ tables }) => tables.images)
  const images = useMemo(() => items.flatMap(({ imageId }) => records.get(imageId) ?? []), [items, records])
  const answers = useReview((state) => state.answers)
  const rejected = useMemo(
    () => new Set(items.flatMap(({ row, imageId }) => (answers[row] === ANSWER.nothing ? [imageId] : []))),
    [items, answers],
  )
  useCursorIsAsked()
  return (
    <div className={styles['images']}>
      <Head items={items} />
      <GalleryGrid images={images} said={said} rejected={rejected} />
    </div>
  )
}

function Head({ items }: { readonly items: readonly ReviewItem[] }) {
  const { stores } = useApp()
  const open = useReview((state) => items.filter((item) => isOpen(item, state)).length)
  const [accept, reject] = [useKeyOf('review.accept'), useKeyOf('prediction.reject')]
  return (
    <Group className={styles['head'] ?? ''} justify="space-between" wrap="nowrap">
      <Text size="sm" role="status" aria-label={t('Gallery')} truncate>
        {rich('{{open}} of {{all}} undecided. {{accept}} accepts, a digit gives its class, {{reject}} rejects.', {
          open: shownNumber(open),
          all: shownNumber(items.length),
          accept: <Kbd size="xs">{accept}</Kbd>,
          reject: <Kbd size="xs">{reject}</Kbd>,
        })}
      </Text>
      <Button variant="default" onClick={() => stores.commands.run('review.gallery')}>
        {t('One by one')}
      </Button>
    </Group>
  )
}

/** The question at the right is about the image that the keyboard is at. */
function useCursorIsAsked(): void {
  const app = useApp()
  const cursor = useLabels((state) => state.cursor)
  useEffect(() => {
    const item = cursor === null ? undefined : itemOf(app, cursor)
    if (item) app.review.goTo(item.id)
  }, [app, cursor])
}
