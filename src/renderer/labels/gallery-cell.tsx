import { memo } from 'react'
import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useNameOf } from '../state/context.tsx'
import { useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { Thumbnail } from '../panels/thumbnail.tsx'
import { type Said } from './said.ts'
import { useLabels } from './use-labels.ts'
import styles from './gallery.module.css'

interface GalleryCellProps {
  readonly image: ImageRecord
  readonly said: Said | undefined
  /** Somebody said that it is not what the model says, and gave it no class. */
  readonly rejected?: boolean | undefined
}

/** An image with its label as a frame in the class's colour, and what the model says below: dashed, as all that is guessed. */
export const GalleryCell = memo(function GalleryCell({ image, said, rejected = false }: GalleryCellProps) {
  const label = useLabels(({ labels }) => labels.get(image.id)?.classId ?? null)
  const selected = useLabels((state) => state.selected.has(image.id))
  const record = useDocument(({ tables }) => (label === null ? undefined : tables.classes.get(label)))
  const guess = useDocument(({ tables }) => (said?.classId == null ? undefined : tables.classes.get(said.classId)))
  const wrong = label !== null && guess !== undefined && guess.id !== label
  const score = said ? shownDecimals(said.score, 2) : ''
  const shown = useNameOf(image)
  const words = [
    shown,
    record?.name ?? (rejected ? t('rejected') : t('no label')),
    ...(said ? [t('model: {{name}} {{score}}', { name: guess?.name ?? '?', score })] : []),
  ].join(', ')
  return (
    <div
      id={`cell-${image.id}`}
      data-image={image.id}
      role="gridcell"
      aria-label={words}
      aria-selected={selected}
      title={words}
      className={cx(styles['cell'], selected && styles['selected'])}
    >
      <span className={styles['picture']} style={{ borderColor: record?.color ?? 'transparent' }}>
        <Thumbnail id={image.id} {...(styles['thumbnail'] === undefined ? {} : { className: styles['thumbnail'] })} />
      </span>
      <span className={styles['caption']}>
        <span className={styles['name']} style={{ color: record ? undefined : 'var(--sw-muted)' }}>
          {record?.name ?? (rejected ? `✕ ${t('rejected')}` : '–')}
        </span>
        {said && (
          <span className={cx(styles['guess'], wrong && styles['wrong'])} style={{ borderColor: guess?.color ?? 'var(--sw-line)' }}>
            {wrong || (label === null && !rejected) ? `${guess?.name ?? '?'} ` : ''}
            {score}
          </span>
        )}
      </span>
    </div>
  )
})
