import { Button } from '@mantine/core'
import { memo, type MouseEvent } from 'react'
import { keptTogether } from '#shared/origin.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord, isFinished } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useNameOf, useNames } from '../state/context.tsx'
import { useApp, useDocument, useLibrary } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { rowId } from './visible-images.ts'
import { ImageStateIcon } from './image-state-icon.tsx'
import { useLabels, useLabelsImages } from '../labels/use-labels.ts'
import { totalOf } from './library-store.ts'
import { listedImages } from './listed-images.ts'
import { locateImage } from './locate-image.ts'
import { MiddleEllipsis } from './middle-ellipsis.tsx'
import { Thumbnail } from './thumbnail.tsx'
import { howPicked, pickedTo } from './picked-images.ts'
import { SPLIT_BADGES } from './split-badges.ts'
import styles from './image-row.module.css'

interface RowProps {
  readonly image: ImageRecord
  /** CSS pixels from the top of the list. */
  readonly top: number
  readonly at: number
  readonly of: number
  /** The right button was pressed on it. */
  readonly onMenu: (image: ImageRecord, event: MouseEvent) => void
}

const SPLIT_MEANINGS = {
  train: t('Training: models learn from it'),
  val: t('Validation: held out; by it the best epoch is chosen'),
  test: t('Test: kept apart, to tell how good a finished model is'),
} as const

// The list keeps the keyboard where it was: after a click the digits still belong to the canvas, and no more to the field that filtered the list.
const keepFocus = (event: MouseEvent): void => {
  event.preventDefault()
  if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur()
}

export const ImageRow = memo(function ImageRow({ image, top, at, of, onMenu }: RowProps) {
  const app = useApp()
  const { stores } = app
  const open = useDocument(({ imageId }) => imageId === image.id)
  const picked = useLibrary((library) => library.picked.has(image.id))
  const count = useDocument(({ tables }) => totalOf(tables.counts, image.id))
  const missing = useLibrary((library) => library.missing.has(image.id))
  const labelled = useLabelsImages()
  const name = useNameOf(image)
  return (
    <div
      id={rowId(image.id)}
      role="option"
      aria-label={name}
      aria-selected={open || picked}
      aria-posinset={at + 1}
      aria-setsize={of}
      className={cx(styles['row'], picked && styles['picked'], open && styles['open'])}
      style={{ transform: `translateY(${String(top)}px)` }}
      onMouseDown={keepFocus}
      onClick={(event) => {
        const how = howPicked(event)
        const now = stores.document.getState().imageId
        const listed = (): ImageId[] => listedImages(app).map(({ id }) => id)
        app.library.setState(({ picked: before }) => ({ picked: pickedTo({ picked: before, open: now }, listed, image.id, how) }))
        if (how === 'one' || now === null) void stores.actions.openImage(image.id)
      }}
      onContextMenu={(event) => {
        event.preventDefault()
        onMenu(image, event)
      }}
    >
      <Thumbnail id={image.id} />
      <span className={styles['text']}>
        <MiddleEllipsis text={name} />
        {missing ? <MissingFile image={image} /> : <Facts image={image} />}
      </span>
      {labelled ? (
        <LabelDot id={image.id} />
      ) : (
        <span className={cx(styles['count'], count === 0 && styles['zero'])} title={t('{{count}} objects', { count: count })}>
          {count === 0 ? '–' : shownNumber(count)}
        </span>
      )}
    </div>
  )
})

/** The label of the image as a whole, by its class's colour. */
function LabelDot({ id }: Pick<ImageRecord, 'id'>) {
  const label = useLabels(({ labels }) => labels.get(id)?.classId ?? null)
  const record = useDocument(({ tables }) => (label === null ? undefined : tables.classes.get(label)))
  const name = record?.name ?? t('No label')
  return <span role="img" aria-label={name} title={name} className={styles['dot']} style={{ background: record?.color ?? 'transparent' }} />
}

function Facts({ image }: { readonly image: ImageRecord }) {
  const doubt = useLibrary((library) => library.doubt.get(image.id) ?? 0)
  const labelled = useLabelsImages()
  const { state, split } = image
  const { masked } = useNames()
  const origin = masked ? null : keptTogether(image)
  return (
    <span className={styles['facts']}>
      {(!labelled || state === 'reviewed') && <ImageStateIcon state={state} />}
      {split !== null && (
        <span className={styles['badge']} title={SPLIT_MEANINGS[split]}>
          {SPLIT_BADGES[split]}
        </span>
      )}
      {doubt > 0 && !labelled && !isFinished(image) && (
        <span className={styles['badge']} title={t('Uncertain predictions that are still to be decided on: {{doubt}}', { doubt })}>
          {doubt} ?
        </span>
      )}
      {origin !== null && (
        <span className={styles['group']} title={originTitle(image)}>
          {origin}
        </span>
      )}
    </span>
  )
}

function MissingFile({ image }: { readonly image: ImageRecord }) {
  const app = useApp()
  const name = useNameOf(image)
  return (
    <span className={styles['facts']}>
      <span className={styles['missing']}>{t('File not found')}</span>
      <Button
        size="compact-xs"
        h={20}
        variant="default"
        aria-label={t('Find the file of {{name}}', { name })}
        onClick={(event) => {
          event.stopPropagation()
          void locateImage(app, image)
        }}
      >
        {t('Find…')}
      </Button>
    </span>
  )
}

function originTitle({ patient, slide, group }: ImageRecord): string {
  return [
    ...(patient === null ? [] : [t('Patient {{patient}}', { patient })]),
    ...(slide === null ? [] : [t('Slide {{slide}}', { slide })]),
    ...(group === null ? [] : [t('Group {{group}}', { group })]),
  ].join(', ')
}
