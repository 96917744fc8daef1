import { ActionIcon } from '@mantine/core'
import { IconArrowsJoin2, IconLink, IconLinkOff, IconX, type Icon } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { useBeside, useDisplay, useDocument, useNameOf, useStores } from '../state/context.tsx'
import { filterOf } from '../state/display.ts'
import { type Stores } from '../state/stores.ts'
import { Hint } from '../hint/hint.tsx'
import { placeInStep } from './beside-geometry.ts'
import { listenBeside } from './beside-input.ts'
import { BesideObjects } from './beside-objects.ts'
import { BesidePainter } from './beside-painter.ts'
import { PreparingNote } from './canvas-notes.tsx'
import { followChannelsBeside } from './channels/follow-beside.ts'
import { ScaleBarOf } from './scale-bar.tsx'
import { usePicture } from './use-picture.ts'
import { useViewport } from './use-viewport.ts'
import { toScreen, transformOf } from './view-geometry.ts'

/** The second image with its objects, where there is one: it is looked at, and nothing is drawn on it by hand. */
export function BesideView(): ReactNode {
  const id = useBeside((state) => state.imageId)
  const image = useDocument(({ tables }) => (id === null ? undefined : tables.images.get(id)))
  return image ? <Beside image={image} /> : null
}

function Beside({ image }: { readonly image: ImageRecord }): ReactNode {
  const stores = useStores()
  const { beside } = stores
  const host = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const objects = useRef<HTMLCanvasElement>(null)
  const [painter] = useState(() => new BesidePainter(beside.view))
  const [objectPainter] = useState(() => new BesideObjects(stores))
  const filter = useDisplay(filterOf)
  const name = useNameOf(image)
  useViewport(host, beside.view)
  useEffect(() => {
    if (!host.current || !canvas.current || !objects.current) return
    const stops = [painter.attach(canvas.current), objectPainter.attach(objects.current), listenBeside(host.current, beside)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [beside, painter, objectPainter])
  const picture = usePicture(painter, image)
  useChannelsBeside(painter, image)
  return (
    <>
      <div ref={host} className="sw-canvas sw-beside-canvas" role="img" aria-label={t('Beside: {{name}}', { name })}>
        <canvas ref={canvas} style={{ filter }} data-layer="beside" />
        <canvas ref={objects} className="sw-beside-objects" data-layer="beside-objects" />
        <PointerMark />
      </div>
      <Head name={name} />
      {picture.state === 'failed' && (
        <div className="sw-notice">
          <p>{t('This image can’t be shown. Its file is missing or can’t be read.')}</p>
        </div>
      )}
      <div className="sw-notes">
        <PreparingNote share={picture.preparing} />
      </div>
      <ScaleBarOf view={beside.view} micronsPerPixel={image.micronsPerPixel} />
    </>
  )
}

/** Shows it by its channels where the open image is, or it was itself. */
function useChannelsBeside(painter: BesidePainter, { id, name, width, height, absolutePath }: ImageRecord): void {
  const stores = useStores()
  useEffect(
    () => followChannelsBeside(stores, { id, name, width, height }, painter),
    // A file that is found again under another path is read anew.
    [stores, painter, id, name, width, height, absolutePath],
  )
}

function Head({ name }: { readonly name: string }): ReactNode {
  const { beside } = useStores()
  const linked = useBeside((state) => state.linked)
  return (
    <div className="sw-float sw-beside-head" role="toolbar" aria-label={t('The image beside')}>
      <span className="sw-beside-name" title={name}>
        {name}
      </span>
      <HeadButton
        title={
          linked ? t('Both move in step: press to move each for itself') : t('Each moves for itself: press to move both in step from here')
        }
        label={t('Move in step')}
        icon={linked ? IconLink : IconLinkOff}
        pressed={linked}
        run={() => {
          beside.link(!linked)
        }}
      />
      <HeadButton title={t('Lay the middles of both images together')} label={t('Align')} icon={IconArrowsJoin2} run={beside.align} />
      <HeadButton title={t('Close')} label={t('Close the image beside')} icon={IconX} run={beside.close} />
    </div>
  )
}

interface HeadButtonProps {
  readonly title: string
  readonly label: string
  readonly icon: Icon
  readonly pressed?: boolean
  readonly run: () => void
}

function HeadButton({ title, label, icon: Picture, pressed, run }: HeadButtonProps): ReactNode {
  return (
    <Hint label={title}>
      <ActionIcon
        size={24}
        variant="subtle"
        color="gray"
        aria-label={label}
        aria-pressed={pressed}
        // The keyboard stays with the canvas.
        onMouseDown={(event) => {
          event.preventDefault()
        }}
        onClick={run}
      >
        <Picture size={16} stroke={1.6} />
      </ActionIcon>
    </Hint>
  )
}

/** Where the pointer on the open image would be on this one, while both move in step. */
function PointerMark(): ReactNode {
  const stores = useStores()
  const mark = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const place = (): void => {
      if (mark.current) placeMark(mark.current, stores)
    }
    const { gesture, beside } = stores
    const stops = [
      gesture.subscribe((state, before) => {
        if (state.pointer !== before.pointer) place()
      }),
      beside.subscribe(place),
      beside.view.subscribe(place),
    ]
    place()
    return () => {
      for (const stop of stops) stop()
    }
  }, [stores])
  return <div ref={mark} className="sw-beside-mark" hidden />
}

function placeMark(mark: HTMLElement, { gesture, beside }: Stores): void {
  const { pointer } = gesture.getState()
  const { linked, relation } = beside.getState()
  mark.hidden = pointer === null || !linked
  if (pointer === null || !linked) return
  const { view, frame } = beside.view.getState()
  const { x, y } = toScreen(transformOf(view, frame), placeInStep(relation, pointer))
  mark.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`
}
