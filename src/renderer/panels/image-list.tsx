import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { type ImageRecord } from '#shared/records/image.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { turn } from '../app/app-commands.ts'
import { useApp, useDocument } from '../app/context.ts'
import { ImageListHead } from './image-list-head.tsx'
import { ImageRow } from './image-row.tsx'
import { useRowMenu } from './image-row-menu.tsx'
import { rowId, useVisibleImages } from './visible-images.ts'
import styles from './image-list.module.css'

/** Height of a row, CSS pixels. */
const ROW = 48

/** All images of the project: filtered, sorted, and drawn only as far as they are seen. */
export function ImageList() {
  const visible = useVisibleImages()
  const total = useDocument(({ images }) => images.length)
  return (
    <div className={styles['list']}>
      <ImageListHead shown={visible.length} total={total} />
      {total > 0 && visible.length === 0 ? <p className={styles['none']}>{t('No image fits the filter.')}</p> : <Rows images={visible} />}
    </div>
  )
}

function Rows({ images }: { readonly images: readonly ImageRecord[] }) {
  const app = useApp()
  const scroller = useRef<HTMLDivElement>(null)
  const open = useDocument(({ imageId }) => imageId)
  const { menu, onMenu } = useRowMenu()
  const virtual = useVirtualizer({ count: images.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8 })
  useShownRow(images, open, (index) => {
    virtual.scrollToIndex(index)
  })
  const keys = (event: KeyboardEvent): void => {
    const step = stepOf(event.key)
    if (step === null) return
    event.preventDefault()
    turn(app, step)
  }
  return (
    <div
      ref={scroller}
      className={styles['rows']}
      role="listbox"
      aria-label={t('Images')}
      aria-multiselectable
      tabIndex={0}
      aria-activedescendant={open === null ? undefined : rowId(open)}
      onKeyDown={keys}
    >
      <div className={styles['all']} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const image = images[index]
          return image && <ImageRow key={image.id} image={image} top={start} at={index} of={images.length} onMenu={onMenu} />
        })}
      </div>
      {menu}
    </div>
  )
}

function stepOf(key: string): 1 | -1 | null {
  if (key === 'ArrowDown' || key === 'PageDown') return 1
  return key === 'ArrowUp' || key === 'PageUp' ? -1 : null
}

/** Scrolls to the open image whenever another one is opened, not whenever the list changes under it. */
function useShownRow(images: readonly ImageRecord[], open: ImageId | null, scrollTo: (index: number) => void): void {
  const shown = useRef<ImageId | null>(null)
  useEffect(() => {
    if (open === shown.current) return
    const index = images.findIndex(({ id }) => id === open)
    if (index < 0) return
    shown.current = open
    scrollTo(index)
  })
}
