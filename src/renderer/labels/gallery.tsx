import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { imageId, type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { GalleryCell } from './gallery-cell.tsx'
import { GalleryHead } from './gallery-head.tsx'
import { steppedTo, type SelectHow } from './gallery-list.ts'
import { openSingle } from './label-actions.ts'
import { type Said } from './said.ts'
import { useGalleryImages, useLabels, useSaid } from './use-labels.ts'
import styles from './gallery.module.css'

/** CSS pixels of a cell at least, and of its caption below the square picture. */
const CELL = 116
const CAPTION = 24
const GAP = 8
const MARGIN = 12

/** All images side by side: picked by mouse or keys, labelled by digits, as many at once as are selected. */
export function ImageGallery() {
  const said = useSaid()
  const images = useGalleryImages(said)
  return (
    <div className={styles['gallery']}>
      <GalleryHead shown={images} />
      {images.length === 0 ? <p className={styles['empty']}>{t('No image fits the filter.')}</p> : <Labelled images={images} said={said} />}
    </div>
  )
}

interface GridProps {
  readonly images: readonly ImageRecord[]
  readonly said: ReadonlyMap<ImageId, Said>
  /** Images of which somebody rejected what is said. */
  readonly rejected?: ReadonlySet<ImageId> | undefined
  /** What Enter does with the image that the keyboard is at; left out: the place's own command. */
  readonly onEnter?: ((id: ImageId) => void) | undefined
  /** Takes the keyboard when it comes, where nothing else has it. */
  readonly takesKeys?: boolean
}

/** In Label, Enter opens an image by itself. */
function Labelled({ images, said }: Pick<GridProps, 'images' | 'said'>) {
  const app = useApp()
  return (
    <GalleryGrid
      takesKeys
      images={images}
      said={said}
      onEnter={(id) => {
        openSingle(app, id)
      }}
    />
  )
}

/** A page of images with their labels and what is said of them, picked by mouse or keys. */
export function GalleryGrid({ images, said, rejected, onEnter, takesKeys = false }: GridProps) {
  const { labels } = useApp()
  const scroller = useRef<HTMLDivElement>(null)
  const width = useWidth(scroller)
  const columns = Math.max(1, Math.floor((width - 2 * MARGIN + GAP) / (CELL + GAP)))
  const side = (width - 2 * MARGIN - GAP * (columns - 1)) / columns
  const virtual = useRows(scroller, Math.ceil(images.length / columns), side)
  useEffect(() => {
    if (takesKeys && document.activeElement === document.body) scroller.current?.focus({ preventScroll: true })
  }, [takesKeys])
  const ids = useMemo(() => images.map(({ id }) => id), [images])
  const cursor = useLabels((state) => state.cursor)
  useCursorInSight(cursor, ids, (index) => {
    virtual.scrollToIndex(Math.floor(index / columns))
  })
  const page = (): number => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (side + CAPTION + GAP)))
  useTopOfOrder(() => {
    virtual.scrollToOffset(0)
  })
  const keys = useGridKeys(ids, { columns, page, onEnter })
  const pick = (event: MouseEvent): void => {
    const id = imageUnder(event)
    if (id !== null) labels.select(ids, id, howOf(event))
  }
  return (
    <div
      ref={scroller}
      className={styles['scroller']}
      role="grid"
      aria-label={t('Gallery')}
      aria-multiselectable
      aria-rowcount={virtual.options.count}
      aria-activedescendant={cursor === null ? undefined : `cell-${cursor}`}
      tabIndex={0}
      onKeyDown={keys}
      onClick={pick}
    >
      <div className={styles['all']} style={{ height: virtual.getTotalSize() }}>
        {width > 0 &&
          virtual.getVirtualItems().map(({ index, start }) => (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 1}
              className={styles['row']}
              style={{ transform: `translateY(${String(start)}px)`, gridTemplateColumns: `repeat(${String(columns)}, ${String(side)}px)` }}
            >
              {images.slice(index * columns, (index + 1) * columns).map((image) => (
                <GalleryCell key={image.id} image={image} said={said.get(image.id)} rejected={rejected?.has(image.id)} />
              ))}
            </div>
          ))}
      </div>
    </div>
  )
}

function imageUnder({ target }: MouseEvent): ImageId | null {
  const cell = target instanceof Element ? target.closest('[data-image]') : null
  const id = cell?.getAttribute('data-image')
  return id == null ? null : imageId.parse(id)
}

function howOf({ shiftKey, ctrlKey, metaKey }: MouseEvent): SelectHow {
  if (shiftKey) return 'range'
  return ctrlKey || metaKey ? 'toggle' : 'one'
}

/** The rows that are in sight, of `count`; `side` is that of a picture. */
function useRows(scroller: { readonly current: HTMLDivElement | null }, count: number, side: number) {
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => side + CAPTION + GAP,
    overscan: 3,
    paddingStart: 4,
    paddingEnd: MARGIN,
  })
  useEffect(() => {
    virtual.measure()
  }, [virtual, side])
  return virtual
}

function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth)
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [box])
  return width
}

/** Another order, or others that are shown, are seen from their first image. */
function useTopOfOrder(toTop: () => void): void {
  const order = useLabels((state) => state.sort)
  const shown = useLabels((state) => state.filter)
  const before = useRef({ order, shown })
  useEffect(() => {
    if (before.current.order === order && before.current.shown === shown) return
    before.current = { order, shown }
    toTop()
  })
}

/** Scrolls to the image that the keyboard is at whenever it moves. */
function useCursorInSight(cursor: ImageId | null, ids: readonly ImageId[], scrollTo: (index: number) => void): void {
  const shown = useRef<ImageId | null>(null)
  useEffect(() => {
    if (cursor === shown.current) return
    const index = cursor === null ? -1 : ids.indexOf(cursor)
    if (index < 0) return
    shown.current = cursor
    scrollTo(index)
  })
}

interface GridKeys extends Pick<GridProps, 'onEnter'> {
  readonly columns: number
  readonly page: () => number
}

function useGridKeys(ids: readonly ImageId[], { columns, page, onEnter }: GridKeys): (event: KeyboardEvent) => void {
  const { labels } = useApp()
  const open = useDocument(({ imageId: id }) => id)
  return (event) => {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event
    const { cursor } = labels.getState()
    if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') {
      labels.setState({ selected: new Set(ids) })
      event.preventDefault()
      return
    }
    if (ctrlKey || metaKey || altKey) return
    if (key === 'Enter' && cursor !== null && onEnter) {
      onEnter(cursor)
      event.preventDefault()
      return
    }
    if (key === 'Escape') {
      labels.setState({ selected: new Set() })
      event.preventDefault()
      return
    }
    const at = ids.indexOf(cursor ?? open ?? ids[0]!)
    const next = steppedTo(key, at, { count: ids.length, columns, page: page() })
    if (next === null) return
    event.preventDefault()
    labels.select(ids, ids[next]!, shiftKey ? 'range' : 'one')
  }
}
