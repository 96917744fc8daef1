import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { memo, useState } from 'react'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useReview } from './use-review.ts'
import styles from './gallery.module.css'

/** Objects on one page: each decodes its image, so there is an end to it. */
const PAGE = 60
/** Side of the shown part in terms of the object's longer side. */
const SURROUNDINGS = 1.6

/** The undecided objects of the queue side by side; a click opens one on the canvas. */
export function Gallery() {
  const { stores } = useApp()
  const queue = useReview((state) => state.queue)
  const decided = useReview((state) => state.decided)
  const [page, setPage] = useState(0)
  const open = queue.filter(({ id }) => !decided.has(id))
  const pages = Math.max(1, Math.ceil(open.length / PAGE))
  const shown = Math.min(page, pages - 1)
  return (
    <div className={styles['gallery']}>
      <Group justify="space-between" mb="sm">
        <Text>{open.length.toLocaleString()} undecided</Text>
        <Group gap="xs">
          <Button variant="default" disabled={shown === 0} onClick={() => setPage(shown - 1)}>
            Earlier
          </Button>
          <Button variant="default" disabled={shown >= pages - 1} onClick={() => setPage(shown + 1)}>
            Later
          </Button>
          <Button variant="default" onClick={() => stores.commands.run('review.gallery')}>
            One by one
          </Button>
        </Group>
      </Group>
      <div className={styles['cells']}>
        {open.slice(shown * PAGE, (shown + 1) * PAGE).map((item) => (
          <Cell key={item.id} item={item} />
        ))}
      </div>
    </div>
  )
}

const Cell = memo(function Cell({ item }: { readonly item: PredictionRecord }) {
  const { review, stores } = useApp()
  const image = useDocument(({ tables }) => tables.images.get(item.imageId))
  const record = useDocument(({ tables }) => tables.classes.get(item.classId))
  if (!image) return null
  const { x, y, width, height } = item.shape
  const side = SURROUNDINGS * Math.max(width, height)
  const view = [x + width / 2 - side / 2, y + height / 2 - side / 2, side, side].map((value) => value.toFixed(1)).join(' ')
  const name = record?.name ?? 'object'
  return (
    <UnstyledButton
      className={styles['cell']}
      aria-label={`${name}, score ${item.score.toFixed(2)}, on ${image.name}`}
      onClick={() => {
        review.goTo(item.id)
        review.configure({ gallery: false })
      }}
    >
      <svg viewBox={view} aria-hidden>
        <image href={stores.clients.imageUrl(image.id)} width={image.width} height={image.height} preserveAspectRatio="none" />
        <rect
          x={x}
          y={y}
          width={width}
          height={height}
          fill="none"
          stroke={record?.color}
          strokeWidth={2}
          strokeDasharray="5 3"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <Text size="xs" truncate>
        {name} {item.score.toFixed(2)}
      </Text>
    </UnstyledButton>
  )
})
