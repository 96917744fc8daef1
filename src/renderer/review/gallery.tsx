import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { memo, useState } from 'react'
import { type Box } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { type Shape } from '#shared/records/shape.ts'
import { useNameOf } from '../state/context.tsx'
import { useApp, useDocument } from '../app/context.ts'
import { boundsOf, svgPathOf } from '../viewer/area-outline.ts'
import { pictureParts } from '../viewer/tiles/picture-parts.ts'
import { isOpen } from './queue.ts'
import { useReview } from './use-review.ts'
import styles from './gallery.module.css'

/** Objects on one page: each decodes its image, so there is an end to it. */
const PAGE = 60
/** Side of the shown part in terms of the object's longer side. */
const SURROUNDINGS = 1.6
/** Image pixels that a point is taken to be wide. */
const LEAST_SIDE = 24
/** Device pixels across a cell for which its picture is sharp. */
const CELL_PIXELS = 256

/** The undecided objects of the queue side by side; a click opens one on the canvas. */
export function Gallery() {
  const { stores } = useApp()
  const queue = useReview((state) => state.queue)
  const decided = useReview((state) => state.decided)
  const finished = useReview((state) => state.finished)
  const [page, setPage] = useState(0)
  const open = queue.filter((item) => isOpen(item, { decided, finished }))
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

/** The part of the image that a cell shows: the object in its surroundings, or all of the image. */
function viewOf(shape: Shape, image: Size): Box {
  const { x, y, width, height } = isPlaced(shape) ? boundsOf(shape) : { x: 0, y: 0, width: image.width, height: image.height }
  const side = isPlaced(shape) ? SURROUNDINGS * Math.max(width, height, LEAST_SIDE) : Math.max(width, height)
  return { x: x + width / 2 - side / 2, y: y + height / 2 - side / 2, width: side, height: side }
}

const viewBoxOf = ({ x, y, width, height }: Box): string => [x, y, width, height].map((value) => value.toFixed(1)).join(' ')

const Cell = memo(function Cell({ item }: { readonly item: PredictionRecord }) {
  const { review, stores } = useApp()
  const image = useDocument(({ tables }) => tables.images.get(item.imageId))
  const record = useDocument(({ tables }) => tables.classes.get(item.classId))
  const shown = useNameOf(image)
  if (!image) return null
  const { shape } = item
  const name = record?.name ?? 'object'
  const view = viewOf(shape, image)
  return (
    <UnstyledButton
      className={styles['cell']}
      aria-label={`${name}, score ${item.score.toFixed(2)}, on ${shown}`}
      onClick={() => {
        review.goTo(item.id)
        review.configure({ gallery: false })
      }}
    >
      <svg viewBox={viewBoxOf(view)} aria-hidden>
        {pictureParts(stores.clients, image, view, CELL_PIXELS / view.width).map(({ url, box }) => (
          <image key={url} href={url} {...box} preserveAspectRatio="none" />
        ))}
        {isPlaced(shape) && (
          <path
            d={svgPathOf(shape)}
            fill="none"
            stroke={record?.color}
            strokeWidth={2}
            strokeDasharray="5 3"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      <Text size="xs" truncate>
        {name} {item.score.toFixed(2)}
      </Text>
    </UnstyledButton>
  )
})
