import { Button, Loader, UnstyledButton } from '@mantine/core'
import { useDeferredValue, useEffect, useState, type ReactNode } from 'react'
import { useStore, type StoreApi } from 'zustand'
import { type CommandId } from '#shared/commands.ts'
import { isFramed } from '#shared/geometry/frame.ts'
import { isLine, lengthText, lineLength } from '#shared/geometry/line.ts'
import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type RegionShape } from '#shared/records/region.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useDocument, useGesture, useScene, useSelection, useStores, useTool } from '../state/context.tsx'
import { isFiltering } from '../objects/object-filter.ts'
import { openImageOf, regionsOf } from '../state/document.ts'
import { type FilterCount } from '../state/scene-store.ts'
import { type Stores } from '../state/stores.ts'
import { editRegion } from '../tools/region-edit.ts'
import { draws } from '../tools/tool-set.ts'
import { boundsOf } from './area-outline.ts'
import { type MassStats } from './painter.ts'
import { isGuess, type ObjectId } from './scene.ts'
import { SLOW, type PictureState } from './use-picture.ts'

/** Says how many objects are only in the density picture. */
export function DensityNote({ stats }: { readonly stats: StoreApi<MassStats> }): ReactNode {
  const { single, dense } = useStore(stats)
  if (dense === 0) return null
  const all = dense + single
  return (
    <div className="sw-note" role="status">
      {dense === all
        ? t('{{count}} objects in sight are too small to show one by one: zoom in', { count: all })
        : t('{{dense}} of {{all}} objects in sight are too small to show one by one: zoom in', { dense, all })}
    </div>
  )
}

/** Whoever sees fewer objects than there are sees why, and can have them all again. */
export function FilterNote(): ReactNode {
  const { commands, filter } = useStores()
  const byHand = useStore(filter, (state) => !isFiltering(state.filter))
  const filtered = useDeferredValue(useScene((state) => state.filtered))
  const count = filtered?.()
  // Those that are hidden may be of other images.
  if (count === undefined || (byHand && count.shown === count.all)) return null
  const shown = filterText(count)
  return (
    <div className="sw-note sw-note-button" role="status" aria-label={t('Filter')}>
      {byHand ? t('Hidden by hand: {{shown}}', { shown }) : t('A filter is on: {{shown}}', { shown })}
      <UnstyledButton onClick={() => commands.run('view.filter-clear')}>{t('Show all')}</UnstyledButton>
    </div>
  )
}

export const filterText = ({ shown, all }: FilterCount): string => t('{{shown}} of {{count}} objects shown', { shown, count: all })

/** What can be done to the region that is being reshaped, and how that ends. */
export function RegionNote(): ReactNode {
  const stores = useStores()
  const id = useGesture(({ region }) => region)
  const region = useDocument((state) => regionsOf(state).find((one) => one.id === id))
  if (region === undefined) return null
  return (
    <div className="sw-note sw-note-button" role="status" aria-label={t('Region')}>
      {regionText(region.shape.type)}
      <UnstyledButton
        onClick={() => {
          editRegion(stores, null)
        }}
      >
        {t('Done')}
      </UnstyledButton>
    </div>
  )
}

function regionText(type: RegionShape['type']): string {
  if (type === 'polygon') return t('Drag the region, its corners or its sides; Delete takes a corner away')
  return type === 'mask' ? t('Drag the region; Delete takes it away') : t('Drag the region or its handles; Delete takes it away')
}

/** Says how far a large image is prepared; it can be worked on meanwhile. */
export function PreparingNote({ share }: { readonly share: number | null }): ReactNode {
  if (share === null) return null
  const percent = Math.round(share * 100)
  return (
    <div
      className="sw-note"
      role="progressbar"
      aria-label={t('Preparing this image')}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      {t('Preparing this image for quick zooming, {{percent}} %', { percent })}
    </div>
  )
}

/** Says that the smart outline's model looks at what is in sight, and for how long already. */
export function LookingNote(): ReactNode {
  const since = useTool((state) => state.lookingSince)
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => {
      setNow(Date.now())
    }, LOOK_TICK)
    return () => {
      clearInterval(timer)
    }
  }, [since])
  const seconds = since === null ? 0 : (now - since) / 1000
  // What is there in no time need not be told.
  if (seconds < LOOK_TICK / 1000) return null
  return (
    <div className="sw-note" role="status" aria-label={t('Smart outline')}>
      {t('The model looks at this part of the image once, then clicks are quick: {{seconds}} s', { seconds: shownDecimals(seconds, 0) })}
    </div>
  )
}

/** Milliseconds after which a look is told, and told anew. */
const LOOK_TICK = 400

interface Notice {
  readonly title: string
  readonly text: string
  readonly button: string
  readonly command: CommandId
}

const NO_IMAGE: Notice = {
  title: t('No image is open'),
  text: t('Add the images to label, or pick one from the list.'),
  button: t('Add images'),
  command: 'images.import',
}
const FAILED: Notice = {
  title: t('This image can’t be shown'),
  text: t('Its file is missing or can’t be read. The labels are safe.'),
  button: t('Find the file'),
  command: 'image.locate',
}
const NO_CLASS: Notice = {
  title: t('There is no class yet'),
  text: t('A class names what is drawn, for instance RBC. Make one, then draw.'),
  button: t('New class'),
  command: 'class.new',
}

/** What stands in the way of labelling, and the button that helps. */
export function CanvasNotice({ picture }: { readonly picture: PictureState }): ReactNode {
  const open = useDocument((state) => state.imageId !== null)
  const hasClasses = useDocument((state) => state.classes.length > 0)
  const drawing = useTool(({ tool }) => draws(tool))
  if (!open) return <NoticeBox notice={NO_IMAGE} />
  if (picture === 'failed') return <NoticeBox notice={FAILED} />
  if (picture === 'loading') return <SlowLoader />
  return drawing && !hasClasses ? <NoticeBox notice={NO_CLASS} /> : null
}

function NoticeBox({ notice }: { readonly notice: Notice }): ReactNode {
  const { commands } = useStores()
  return (
    <div className="sw-notice">
      <h2>{notice.title}</h2>
      <p>{notice.text}</p>
      <Button onClick={() => commands.run(notice.command)}>{notice.button}</Button>
    </div>
  )
}

/** Whatever takes longer than a moment shows that it runs. */
function SlowLoader(): ReactNode {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => {
      setSlow(true)
    }, SLOW)
    return () => {
      clearTimeout(timer)
    }
  }, [])
  return slow ? (
    <div className="sw-notice" role="status" aria-label={t('Reading the image')}>
      <Loader size="sm" color="gray" />
    </div>
  ) : null
}

/** Tells a screen reader what is selected. */
export function SelectionVoice(): ReactNode {
  const stores = useStores()
  const selected = useSelection((state) => state.selected)
  useScene((state) => state.scene)
  return (
    <div className="sw-voice" role="status">
      {selectionText(stores, selected)}
    </div>
  )
}

function sizeSaid(shape: PlacedShape, microns: number | null): string {
  if (shape.type === 'point') return ''
  if (isLine(shape)) return t(', {{length}} long', { length: lengthText(lineLength(shape.points), microns) })
  const { width, height } = isFramed(shape) ? shape : boundsOf(shape)
  const angle = isFramed(shape) && shape.angle !== 0 ? t(', turned by {{angle}} degrees', { angle: shownDecimals(shape.angle, 0) }) : ''
  return t(', {{width}} by {{height}} pixels{{angle}}', { width: shownDecimals(width, 0), height: shownDecimals(height, 0), angle })
}

function selectionText({ scene, document }: Stores, selected: ReadonlySet<ObjectId>): string {
  const [only] = selected
  if (only === undefined || selected.size > 1) return only === undefined ? '' : t('{{count}} objects selected', { count: selected.size })
  const object = scene.getState().scene.byId.get(only)
  if (!object) return ''
  const name = document.getState().tables.classes.get(object.classId)?.name ?? t('object')
  const what = isGuess(object.id) ? t('predicted {{name}}, score {{score}}', { name, score: shownDecimals(object.score ?? 0, 2) }) : name
  const { shape } = object
  const { x, y } = boundsOf(shape)
  const size = sizeSaid(shape, openImageOf(document.getState())?.micronsPerPixel ?? null)
  return t('{{what}} selected, at {{x}}, {{y}}{{size}}', { what, x: shownDecimals(x, 0), y: shownDecimals(y, 0), size })
}
