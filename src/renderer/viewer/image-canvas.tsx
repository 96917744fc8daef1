import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { type Layer as KonvaLayer } from 'konva/lib/Layer'
import { type Context } from 'konva/lib/Context'
import { Layer, Shape, Stage } from 'react-konva'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { t } from '#shared/i18n/translate.ts'
import { useDocument, useStores, useNameOf, useNames } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { type Stores } from '../state/stores.ts'
import { registerCanvasCommands } from '../tools/canvas-commands.ts'
import { createToolDriver } from '../tools/tool-driver.ts'
import { listenToPointer } from './canvas-input.ts'
import { leaverOf, listenToFocus } from './canvas-focus.ts'
import { ColorFilter } from './color-filter.tsx'
import { followChannels } from './channels/follow-channels.ts'
import { CanvasMenu } from './canvas-menu.tsx'
import { CanvasNotice, DensityNote, FilterNote, LookingNote, PreparingNote, RegionNote, SelectionVoice } from './canvas-notes.tsx'
import { CanvasPainter, type Layers, type MassStats } from './painter.ts'
import { usePicture } from './use-picture.ts'
import { ScaleBar } from './scale-bar.tsx'
import { useViewport } from './use-viewport.ts'
import { visibleBox } from './view-geometry.ts'
import './viewer.css'
import { createOutlineFinder } from './outline-finder.ts'
import { createWandPixels } from './wand-pixels.ts'
import { prepareWand } from './wand-ahead.ts'
import { createViewAnimator } from './zoomer.ts'

type SceneFunction = (konva: Context) => void

interface Machine {
  readonly painter: CanvasPainter
  /** Beside React's own state: it changes with every frame of a pan. */
  readonly stats: StoreApi<MassStats>
  /** Made once: another function would make Konva draw the layer again. */
  readonly scenes: Readonly<Record<keyof Layers, SceneFunction>>
}

const NOTHING_DENSE: MassStats = { single: 0, dense: 0 }

const reducedMotion = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches

/** A scene function that draws in device pixels, whatever Konva had set. */
const inDevicePixels =
  (paint: (context: CanvasRenderingContext2D) => void): SceneFunction =>
  (konva) => {
    const context = konva._context as CanvasRenderingContext2D
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    paint(context)
    context.restore()
  }

function createMachine(stores: Stores): Machine {
  const stats = createStore<MassStats>(() => NOTHING_DENSE)
  const painter = new CanvasPainter(stores, (next) => {
    stats.setState(next.dense === 0 ? NOTHING_DENSE : next, true)
  })
  return {
    painter,
    stats,
    scenes: {
      image: inDevicePixels(painter.paintImage),
      map: inDevicePixels(painter.paintMap),
      regions: inDevicePixels(painter.paintRegions),
      mass: inDevicePixels(painter.paintMass),
      edit: inDevicePixels(painter.paintEdit),
    },
  }
}

/**
 * The labelling canvas: the open image, its objects, and the tools. Takes everything from the stores, fills its nearest
 * positioned ancestor, and registers the canvas' commands while it is mounted.
 */
export function ImageCanvas(): ReactNode {
  const stores = useStores()
  const host = useRef<HTMLDivElement>(null)
  const image = useRef<KonvaLayer>(null)
  const map = useRef<KonvaLayer>(null)
  const regions = useRef<KonvaLayer>(null)
  const mass = useRef<KonvaLayer>(null)
  const edit = useRef<KonvaLayer>(null)
  const [machine] = useState(() => createMachine(stores))
  useViewport(host, stores.view)
  useEffect(() => {
    const element = host.current
    if (!element || !image.current || !map.current || !regions.current || !mass.current || !edit.current) return
    const { painter } = machine
    const wandPixels = wandOn(stores, painter)
    const finder = createOutlineFinder(stores, () => painter.picture)
    const driver = createToolDriver(stores, { likeAt: wandPixels.likeAt, findOutline: finder.find })
    const animator = createViewAnimator(stores.view, reducedMotion)
    painter.attach({ image: image.current, map: map.current, regions: regions.current, mass: mass.current, edit: edit.current })
    const stops = [
      listenToPointer({ element, stores, driver, animator }),
      registerCanvasCommands(stores, driver, animator, leaverOf(element)),
      listenToFocus(element),
      prepareWand(stores, wandPixels),
      followChannels(stores, painter),
    ]
    stores.view.setState({ seen: true })
    return () => {
      stores.view.setState({ seen: false })
      for (const stop of stops) stop()
      animator.stop()
      driver.dispose()
      finder.dispose()
      painter.detach()
    }
  }, [machine, stores])
  const picture = usePicture(machine.painter, useDocument(openImageOf))
  const label = useCanvasLabel()
  return (
    <>
      <ColorFilter />
      <div ref={host} className="sw-canvas" data-canvas tabIndex={0} role="application" aria-label={label}>
        <Stage width={1} height={1} listening={false}>
          <CanvasLayer name="image" layer={image} scene={machine.scenes.image} />
          <CanvasLayer name="map" layer={map} scene={machine.scenes.map} />
          <CanvasLayer name="regions" layer={regions} scene={machine.scenes.regions} />
          <CanvasLayer name="mass" layer={mass} scene={machine.scenes.mass} />
          <CanvasLayer name="edit" layer={edit} scene={machine.scenes.edit} />
        </Stage>
      </div>
      <Notes preparing={picture.preparing} stats={machine.stats} />
      <CanvasNotice picture={picture.state} />
      <ScaleBar />
      <SelectionVoice />
      <CanvasMenu host={host} />
    </>
  )
}

/** What is told at the top of the canvas. */
function Notes({ preparing, stats }: { readonly preparing: number | null; readonly stats: StoreApi<MassStats> }): ReactNode {
  return (
    <div className="sw-notes">
      <PreparingNote share={preparing} />
      <FilterNote />
      <RegionNote />
      <DensityNote stats={stats} />
      <LookingNote />
    </div>
  )
}

/** The pixels that the wand goes by: those of the picture in sight. */
function wandOn({ view }: Stores, painter: CanvasPainter) {
  return createWandPixels(
    () => painter.picture,
    () => visibleBox(view.getState().view, view.getState().frame),
  )
}

interface CanvasLayerProps {
  /** Stands on the layer's canvas as data-layer. */
  readonly name: keyof Layers
  readonly layer: RefObject<KonvaLayer | null>
  readonly scene: SceneFunction
}

function CanvasLayer({ name, layer, scene }: CanvasLayerProps): ReactNode {
  useEffect(() => {
    layer.current?.getNativeCanvasElement().setAttribute('data-layer', name)
  }, [layer, name])
  return (
    <Layer ref={layer} listening={false}>
      <Shape sceneFunc={scene} />
    </Layer>
  )
}

function useCanvasLabel(): string {
  const { masked } = useNames()
  const name = useNameOf(useDocument(openImageOf))
  const count = useDocument((state) => state.tables.annotations.size)
  return name === '' ? t('No image') : t('{{image}}, {{count}} objects', { image: masked ? name : t('Image {{name}}', { name }), count })
}
