import { type Layer } from 'konva/lib/Layer'
import { type ClassId } from '#shared/records/ids.ts'
import { filterOf } from '../state/display.ts'
import { openImageOf, regionsOf } from '../state/document.ts'
import { type Stores } from '../state/stores.ts'
import { draftOf } from '../tools/gesture-machine.ts'
import { type Gesture } from '../tools/gesture.ts'
import { regionPicture } from '../tools/region-edit.ts'
import { isSnapping } from '../tools/snapping.ts'
import { picks } from '../tools/tool-set.ts'
import { MapLayer, mapOpacity } from '../maps/map-layer.ts'
import { drawCanvasPicture, type CanvasPicture } from './canvas-picture.ts'
import { createAreaPictures } from './area-pictures.ts'
import { drawEdit, isEmptyEdit, type EditPicture } from './draw-edit.ts'
import { createBrushes, drawMass, type Brushes } from './draw-mass.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import { createSorting, planMass } from './mass-plan.ts'
import { drawGrid, gridStep } from './count-grid.ts'
import { drawRegions, REGION_COLOR } from './draw-regions.ts'
import { brushPicture } from './draw-tools.ts'
import { drawPicture, type Picture } from './picture.ts'
import { followTransform, MASS_MARGIN, stretchesTooFar, sharpEnough } from './mass-follow.ts'
import { type ObjectId } from './scene.ts'
import { TiledPicture } from './tiles/tiled-picture.ts'
import { seenBy, turnedCanvas, type TurnedCanvas } from './turned-canvas.ts'
import { toUpright, transformOf, type ViewTransform } from './view-geometry.ts'

/** The layers of the canvas, from below. */
export interface Layers {
  readonly image: Layer
  /** A map of the predictions over the image. */
  readonly map: Layer
  /** The count grid, and frames of the regions of interest. */
  readonly regions: Layer
  readonly mass: Layer
  readonly edit: Layer
}

type LayerName = keyof Layers

/** What the last drawing of the mass layer showed. */
export interface MassStats {
  readonly single: number
  readonly dense: number
}

const NOTHING: ReadonlySet<ObjectId> = new Set()
/** More selected objects than this are drawn with the mass of objects. */
const MANY_SELECTED = 300
const isMany = (selected: ReadonlySet<ObjectId>): boolean => selected.size > MANY_SELECTED
/** Milliseconds of stillness after which a layer that was only shifted is drawn anew. */
const REST = 90
/** How strongly objects are drawn beside the one that is asked about, which is selected. */
const BESIDE_ASKED = 0.55

/**
 * Draws the canvas: keeps to itself when which layer has to be drawn again, at most once a frame. The image is drawn at every
 * change of the view. So are a few objects; many are drawn once with a margin, that picture follows the view as a whole while it
 * moves, and is drawn sharply when the view comes to rest.
 */
export class CanvasPainter {
  readonly #stores: Stores
  readonly #loop: FrameLoop<LayerName>
  readonly #onStats: (stats: MassStats) => void
  #layers: Layers | null = null
  #picture: CanvasPicture | null = null
  #map: Picture | null = null
  /** Shown in the picture's place: its channels, as a person set them. */
  #instead: CanvasPicture | null = null
  #brushes: Brushes = createBrushes(1)
  /** What the mass layer shows now, and how far its canvas reaches beyond the viewport. */
  #mass: { readonly transform: ViewTransform; readonly sharp: boolean } | null = null
  #margin = 0
  #sizedMargin = 0
  #editEmpty = true
  #rest: ReturnType<typeof setTimeout> | undefined
  readonly #areas = createAreaPictures()
  readonly #sorting = createSorting()
  readonly #stops: (() => void)[] = []

  constructor(stores: Stores, onStats: (stats: MassStats) => void) {
    this.#stores = stores
    this.#onStats = onStats
    this.#loop = createFrameLoop(['image', 'map', 'regions', 'mass', 'edit'], (name) => {
      if (name === 'mass' && this.#margin !== this.#sizedMargin) this.#sizeMass()
      this.#layers?.[name].draw()
    })
  }

  /** Starts drawing on layers that were mounted. */
  attach(layers: Layers): void {
    this.#layers = layers
    const { view, scene, selection, gesture, display, document, filter, tool, maps } = this.#stores
    const mapLayer = new MapLayer(this.#stores, (map) => {
      // Areas are filled where no map lies below them.
      if ((map === null) !== (this.#map === null)) this.#loop.request('mass')
      this.#map = map
      this.#adjust()
      this.#loop.request('map')
    })
    this.#stops.push(
      view.subscribe((state, before) => {
        if (state.frame.viewport !== before.frame.viewport || state.frame.pixelRatio !== before.frame.pixelRatio) this.resize()
        else this.#viewChanged()
      }),
      scene.subscribe(() => {
        this.#loop.request('mass', 'edit')
      }),
      selection.subscribe((state, before) => {
        this.#loop.request('edit')
        if (state.selected !== before.selected && (isMany(state.selected) || isMany(before.selected))) this.#loop.request('mass')
      }),
      gesture.subscribe((state, before) => {
        if (state.region !== before.region) this.#loop.request('regions', 'edit')
        this.#gestureChanged(state.gesture !== before.gesture && hides(state.gesture) !== hides(before.gesture))
      }),
      filter.subscribe(() => {
        this.#adjust()
      }),
      display.subscribe(() => {
        this.#adjust()
        this.#loop.request('regions')
      }),
      document.subscribe((state, before) => {
        // Its pixels may be of another size now, by which rulers and the grid go.
        const other = openImageOf(state) !== openImageOf(before)
        if (other || state.classes !== before.classes) this.#loop.request('mass', 'edit')
        if (other || regionsOf(state) !== regionsOf(before)) this.#loop.request('regions')
      }),
      tool.subscribe(() => {
        this.#loop.request('edit')
      }),
      maps.subscribe(() => {
        this.#adjust()
      }),
      () => {
        mapLayer.stop()
      },
    )
    this.resize()
    this.#adjust()
  }

  detach(): void {
    for (const stop of this.#stops.splice(0)) stop()
    clearTimeout(this.#rest)
    this.#loop.stop()
    this.#areas.clear()
    this.#layers = null
  }

  /** The picture on show, null while there is none. */
  get picture(): CanvasPicture | null {
    return this.#picture
  }

  setPicture(picture: CanvasPicture | null): void {
    this.#picture = picture
    this.#loop.request('image')
  }

  /** Shows another picture of the same image in its place; null: its own again. */
  readonly showInstead = (picture: CanvasPicture | null): void => {
    this.#instead = picture
    this.#loop.request('image')
  }

  /** The picture has more to show than it had. */
  pictureChanged(): void {
    this.#loop.request('image')
  }

  /** The canvas has another size or pixel ratio: the layers' bitmaps follow, and everything is drawn before the next frame. */
  resize(): void {
    const layers = this.#layers
    if (!layers) return
    const { viewport, pixelRatio } = this.#stores.view.getState().frame
    if (pixelRatio !== this.#brushes.pixelRatio) this.#brushes = createBrushes(pixelRatio)
    for (const layer of [layers.image, layers.map, layers.regions, layers.edit]) {
      layer.getCanvas().pixelRatio = pixelRatio
      layer.getCanvas().setSize(viewport.width, viewport.height)
    }
    this.#mass = null
    this.#sizeMass()
    this.#loop.now('image', 'map', 'regions', 'mass', 'edit')
  }

  /** Scene function of the image layer. */
  readonly paintImage = (context: CanvasRenderingContext2D): void => {
    const { transform, canvas } = this.#turn(context)
    const picture = this.#instead ?? this.#picture
    if (picture) drawCanvasPicture(context, picture, transform, canvas)
    this.#tellMissing(context.canvas)
  }

  /** Says on the layer's element how many tiles of the view, or whether the picture itself, is still to come; nothing without one. */
  #tellMissing({ dataset }: HTMLCanvasElement): void {
    const picture = this.#instead ?? this.#picture
    const missing = picture === null ? '' : String(picture instanceof TiledPicture ? picture.missing : Number(picture.standin))
    if (dataset['missing'] !== missing) dataset['missing'] = missing
  }

  /** Scene function of the layer of maps. */
  readonly paintMap = (context: CanvasRenderingContext2D): void => {
    showIf(context.canvas, this.#map !== null)
    if (!this.#map) return
    const { transform, canvas } = this.#turn(context)
    drawPicture(context, this.#map, transform, canvas)
  }

  /** Scene function of the layer of regions. */
  readonly paintRegions = (context: CanvasRenderingContext2D): void => {
    const regions = regionsOf(this.#stores.document.getState())
    const display = this.#stores.display.getState()
    showIf(context.canvas, this.#hasMarks())
    if (!this.#hasMarks()) return
    const { pixelRatio, image } = this.#stores.view.getState().frame
    const { transform, canvas, matrix } = this.#turn(context)
    if (display.grid) drawGrid(context, { image, step: gridStep(display, this.#microns()), transform, canvas, pixelRatio })
    const resting = regions.filter(({ id }) => id !== this.#stores.gesture.getState().region)
    drawRegions(context, { regions, resting, transform, canvas, matrix, pixelRatio })
  }

  /** Whether the layer of regions shows anything. */
  #hasMarks(): boolean {
    return this.#stores.display.getState().grid || regionsOf(this.#stores.document.getState()).length > 0
  }

  /** Scene function of the mass layer. */
  readonly paintMass = (context: CanvasRenderingContext2D): void => {
    const { frame, view } = this.#stores.view.getState()
    const { pixelRatio } = frame
    const { transform, canvas, matrix } = this.#turn(context, this.#margin)
    const { scene } = this.#stores.scene.getState()
    const isSeen = seenBy(matrix, context.canvas, this.#margin * pixelRatio)
    const hidden = this.#hidden()
    const request = { scene, hidden, selected: this.#selectedInMass(), transform, ...canvas, pixelRatio, isSeen }
    // A layer that was mounted just now has a canvas of another size: drawn once before it is given its own.
    const plan = planMass(request, this.#sorting(request, [scene, hidden, view, frame, this.#margin, canvas.width, canvas.height]))
    const unfilled = this.#map !== null
    drawMass(context, plan, {
      colors: this.#colors(),
      brushes: this.#brushes,
      transform,
      image: frame.image,
      unfilled,
      micronsPerPixel: this.#microns(),
    })
    this.#onStats(plan.inSight)
    this.#mass = { transform: transformOf(view, frame), sharp: sharpEnough(plan) }
    context.canvas.style.transform = ''
    showIf(context.canvas, plan.single + plan.dense > 0)
    this.#fitMargin(sharpEnough(plan))
  }

  /** Scene function of the edit layer. */
  readonly paintEdit = (context: CanvasRenderingContext2D): void => {
    const picture = this.#editPicture(this.#turn(context))
    this.#editEmpty = isEmptyEdit(picture)
    showIf(context.canvas, !this.#editEmpty)
    drawEdit(context, picture)
  }

  /** Many objects get a canvas with a margin, few one without; a change of that is drawn with the next frame. */
  #fitMargin(sharp: boolean): void {
    const wanted = sharp ? 0 : MASS_MARGIN
    if (wanted === this.#margin) return
    this.#margin = wanted
    this.#loop.request('mass')
  }

  /** Gives the mass layer's canvas the size it needs now. Setting a size clears it, so this is done just before it is drawn. */
  #sizeMass(): void {
    const layers = this.#layers
    if (!layers) return
    const { viewport, pixelRatio } = this.#stores.view.getState().frame
    const margin = this.#margin
    const canvas = layers.mass.getCanvas()
    canvas.pixelRatio = pixelRatio
    canvas.setSize(viewport.width + 2 * margin, viewport.height + 2 * margin)
    const { style } = layers.mass.getNativeCanvasElement()
    style.left = style.top = `${String(-margin)}px`
    style.transformOrigin = '0 0'
    this.#sizedMargin = margin
  }

  #viewChanged(): void {
    this.#loop.request('image')
    if (this.#map) this.#loop.request('map')
    if (this.#hasMarks()) this.#loop.request('regions')
    if (!this.#editEmpty) this.#loop.request('edit')
    const { view, frame } = this.#stores.view.getState()
    const now = transformOf(view, frame)
    const mass = this.#mass
    const canvas = this.#layers?.mass.getNativeCanvasElement()
    if (!mass || !canvas || mass.sharp || stretchesTooFar(mass.transform, now, this.#margin, frame)) {
      this.#loop.request('mass')
      return
    }
    canvas.style.transform = followTransform(mass.transform, now, this.#margin)
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => {
      this.#loop.request('mass')
    }, REST)
  }

  #gestureChanged(hiddenChanged: boolean): void {
    if (hiddenChanged) this.#loop.request('mass')
    if (!this.#editEmpty || !isEmptyEdit(this.#editPicture(NO_CANVAS))) this.#loop.request('edit')
  }

  #adjust(): void {
    const layers = this.#layers
    if (!layers) return
    const display = this.#stores.display.getState()
    layers.image.getNativeCanvasElement().style.filter = filterOf(display)
    const asks = this.#stores.filter.getState().paused
    layers.mass.getNativeCanvasElement().style.opacity = String(display.labelOpacity * (asks ? BESIDE_ASKED : 1))
    layers.map.getNativeCanvasElement().style.opacity = String(mapOpacity(this.#stores))
  }

  /** Many selected objects are drawn among the others: anew when the selection changes, not at every move of the pointer. */
  #selectedInMass(): ReadonlySet<ObjectId> {
    const { selected } = this.#stores.selection.getState()
    return isMany(selected) ? selected : NOTHING
  }

  /** Objects that a gesture shows elsewhere. */
  #hidden(): ReadonlySet<ObjectId> {
    const { gesture } = this.#stores.gesture.getState()
    const { view, frame } = this.#stores.view.getState()
    const { shapes, copying, areas } = draftOf(gesture, { view, image: frame.image })
    const painted = areas.flatMap(({ id }) => id ?? [])
    return copying || shapes.size + painted.length === 0 ? NOTHING : new Set([...shapes.keys(), ...painted])
  }

  #microns(): number | null {
    return openImageOf(this.#stores.document.getState())?.micronsPerPixel ?? null
  }

  #colors(): ReadonlyMap<ClassId, string> {
    return new Map(this.#stores.document.getState().classes.map(({ id, color }) => [id, color]))
  }

  /** Turns what is drawn from now on with the view. */
  #turn(context: CanvasRenderingContext2D, margin = 0): TurnedCanvas {
    const { frame, view } = this.#stores.view.getState()
    const { width, height } = context.canvas
    const turned = turnedCanvas(transformOf(view, frame), { width, height }, frame.pixelRatio, margin)
    context.setTransform(turned.matrix)
    return turned
  }

  #editPicture({ transform, canvas }: Pick<TurnedCanvas, 'transform' | 'canvas'>): EditPicture {
    const { gesture, pointer, snap } = this.#stores.gesture.getState()
    const { frame, view } = this.#stores.view.getState()
    const { tool, classId, panHeld, snapping } = this.#stores.tool.getState()
    const { selected, hovered, accepted } = this.#stores.selection.getState()
    const document = this.#stores.document.getState()
    const at = pointer !== null && !panHeld && gesture.kind !== 'pan' ? toUpright(transform, pointer) : null
    const onScreen = at && { x: at.x / frame.pixelRatio, y: at.y / frame.pixelRatio }
    return {
      scene: this.#stores.scene.getState().scene,
      draft: draftOf(gesture, { view, image: frame.image }),
      selected: isMany(selected) ? NOTHING : selected,
      hovered,
      accepted,
      colors: this.#colors(),
      names: new Map(document.classes.map(({ id, name }) => [id, name])),
      classId: tool === 'region' ? null : classId,
      handles: picks(tool) && document.project?.readOnly === '',
      aim: tool === 'box' || tool === 'region' ? onScreen : null,
      brush: onScreen && brushPicture(this.#stores, onScreen),
      snap: at !== null && snapping && isSnapping(gesture, tool) ? snap : null,
      areas: this.#areas,
      micronsPerPixel: this.#microns(),
      transform,
      canvas,
      angle: view.angle,
      brushes: this.#brushes,
      ...regionPicture(this.#stores, REGION_COLOR),
    }
  }
}

const NO_CANVAS = { transform: { scale: 1, x: 0, y: 0 }, canvas: { width: 0, height: 0 } }

/** An empty layer is hidden: blending nothing over the image costs as much as blending something. */
function showIf(canvas: HTMLCanvasElement, shown: boolean): void {
  canvas.style.visibility = shown ? '' : 'hidden'
}

const DRAGS: ReadonlySet<Gesture['kind']> = new Set(['move', 'resize', 'turn', 'corner', 'nudge'])

/** How many objects of the scene a gesture draws in its own way; those that are dragged do not change on the way. */
function hides(gesture: Gesture): number {
  if (gesture.kind === 'stroke' || gesture.kind === 'wand' || gesture.kind === 'outline') return gesture.areas.changed.size
  return DRAGS.has(gesture.kind) ? 1 : 0
}
