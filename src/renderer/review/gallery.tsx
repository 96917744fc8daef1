import { ActionIcon, Button, Group, Kbd, Text, UnstyledButton } from '@mantine/core'
import { IconFocus2 } from '@tabler/icons-react'
import { memo, useEffect, useMemo, useState } from 'react'
import { type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { type PredictionId } from '#shared/records/ids.ts'
import { type Shape } from '#shared/records/shape.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useKeyOf, useNameOf } from '../state/context.tsx'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { svgPathOf } from '../viewer/area-outline.ts'
import { pictureParts } from '../viewer/tiles/picture-parts.ts'
import { Hint } from '../hint/hint.tsx'
import { galleryPage, markWrong, settlePage } from './gallery-page.ts'
import { type ReviewItem } from './items.ts'
import { whyNext } from './queue.ts'
import { useReview } from './use-review.ts'
import styles from './gallery.module.css'

/** Side of the shown part in terms of the object's longer side. */
const SURROUNDINGS = 1.6
/** Image pixels that a point is taken to be wide. */
const LEAST_SIDE = 24
/** Device pixels across a cell for which its picture is sharp. */
const CELL_PIXELS = 256

/** The open objects of the queue side by side: a click marks a wrong one, one key decides on the page. */
export function Gallery() {
  const app = useApp()
  const { stores, review } = app
  const writable = useWritable()
  const state = useReview((all) => all)
  const { open, pages, page, items } = useMemo(() => galleryPage(state), [state])
  const key = useKeyOf('review.accept')
  const shapes = useShapes(items)
  const wrong = items.filter(({ id }) => state.wrong.has(id)).length
  return (
    <div className={styles['gallery']}>
      <Group justify="space-between" mb="sm">
        <Text size="sm">{t('{{open}} undecided. Click what is wrong.', { open })}</Text>
        <Group gap="xs">
          <Button variant="default" disabled={page === 0} onClick={() => review.setState({ page: page - 1 })}>
            {t('Earlier')}
          </Button>
          <Button variant="default" disabled={page >= pages - 1} onClick={() => review.setState({ page: page + 1 })}>
            {t('Later')}
          </Button>
          <Button variant="default" onClick={() => stores.commands.run('review.gallery')}>
            {t('One by one')}
          </Button>
          <Button disabled={!writable || items.length === 0} rightSection={<Kbd size="xs">{key}</Kbd>} onClick={() => settlePage(app)}>
            {wrong === 0
              ? t('Accept {{items}}', { items: items.length })
              : t('Accept {{items}}, reject {{wrong}}', { items: items.length - wrong, wrong })}
          </Button>
        </Group>
      </Group>
      <div className={styles['cells']}>
        {items.map((item) => (
          <Cell key={item.id} item={item} shape={shapes.get(item.id)} isWrong={state.wrong.has(item.id)} />
        ))}
      </div>
    </div>
  )
}

/** Outlines of the objects on a page, as they come. */
function useShapes(items: readonly ReviewItem[]): ReadonlyMap<PredictionId, Shape> {
  const { stores } = useApp()
  const [shapes, setShapes] = useState<ReadonlyMap<PredictionId, Shape>>(new Map())
  const ids = items.map(({ id }) => id).join()
  useEffect(() => {
    let wanted = true
    const asked = ids === '' ? [] : ids.split(',').map((id) => Number(id) as PredictionId)
    stores.clients.project.predictionsById({ ids: asked }).then(
      (found) => {
        if (wanted) setShapes(new Map(found.map(({ id, shape }) => [id, shape])))
      },
      // Without an outline the frame of the object is shown.
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [stores, ids])
  return shapes
}

/** The part of the image that a cell shows: the object in its surroundings, or all of the image. */
function viewOf(box: Box | null, image: Size): Box {
  const { x, y, width, height } = box ?? { x: 0, y: 0, width: image.width, height: image.height }
  const side = box === null ? Math.max(width, height) : SURROUNDINGS * Math.max(width, height, LEAST_SIDE)
  return { x: x + width / 2 - side / 2, y: y + height / 2 - side / 2, width: side, height: side }
}

const viewBoxOf = ({ x, y, width, height }: Box): string => [x, y, width, height].map((value) => value.toFixed(1)).join(' ')

interface CellProps {
  readonly item: ReviewItem
  /** Its outline; until it is there, and of boxes, the frame stands for it. */
  readonly shape: Shape | undefined
  readonly isWrong: boolean
}

const Cell = memo(function Cell({ item, shape, isWrong }: CellProps) {
  const app = useApp()
  const { review, stores } = app
  const image = useDocument(({ tables }) => tables.images.get(item.imageId))
  const record = useDocument(({ tables }) => tables.classes.get(item.classId))
  const shown = useNameOf(image)
  const why = useReview((state) => whyNext(item, state))
  if (!image) return null
  const name = record?.name ?? t('object')
  const view = viewOf(item.box, image)
  const said = t('{{name}}, score {{score}}, on {{shown}}', { name, score: shownDecimals(item.score, 2), shown })
  const outline = shape && isPlaced(shape) ? svgPathOf(shape) : item.box && svgPathOf({ type: 'box', ...item.box })
  return (
    <div className={styles['cell']} data-wrong={isWrong || undefined}>
      <UnstyledButton
        className={styles['answer'] ?? ''}
        aria-label={isWrong ? t('{{said}}, marked as wrong', { said }) : said}
        aria-pressed={isWrong}
        title={`${said}. ${why}`}
        // A click must not take the focus: Enter decides on the page.
        onMouseDown={(event) => {
          event.preventDefault()
        }}
        onClick={() => {
          markWrong(app, item.id)
        }}
      >
        <svg viewBox={viewBoxOf(view)} aria-hidden>
          {pictureParts(stores.clients, image, view, CELL_PIXELS / view.width).map(({ url, box }) => (
            <image key={url} href={url} {...box} preserveAspectRatio="none" />
          ))}
          {outline && (
            <path d={outline} fill="none" stroke={record?.color} strokeWidth={2} strokeDasharray="5 3" vectorEffect="non-scaling-stroke" />
          )}
        </svg>
        <Text size="xs" truncate>
          {name} {shownDecimals(item.score, 2)}
        </Text>
      </UnstyledButton>
      <Hint label={t('Show it on its image')}>
        <ActionIcon
          className={styles['open'] ?? ''}
          size="sm"
          variant="default"
          aria-label={t('Show {{said}}', { said })}
          onClick={() => {
            review.goTo(item.id)
            review.configure({ gallery: false })
          }}
        >
          <IconFocus2 size={14} />
        </ActionIcon>
      </Hint>
    </div>
  )
})
