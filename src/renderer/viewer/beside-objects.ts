import { type ObjectId } from '../objects/rows.ts'
import { type Stores } from '../state/stores.ts'
import { openImageOf, regionsOf } from '../state/document.ts'
import { createBrushes, drawMass, type Brushes } from './draw-mass.ts'
import { drawRegions } from './draw-regions.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import { followTransform, sharpEnough, stretchesTooFar } from './mass-follow.ts'
import { createSorting, planMass } from './mass-plan.ts'
import { seenBy, turnedCanvas } from './turned-canvas.ts'
import { transformOf, type ViewTransform } from './view-geometry.ts'

/** Milliseconds of stillness after which many objects are drawn sharply. */
const REST = 90
const NOTHING: ReadonlySet<ObjectId> = new Set()

/**
 * Draws the objects and regions of the second image, which cannot be changed there: as on the canvas, a few at once with the view, of many the picture that
 * was drawn follows it until it rests.
 */
export class BesideObjects {
  readonly #stores: Stores
  readonly #loop: FrameLoop<'objects'>
  readonly #sorting = createSorting()
  #canvas: HTMLCanvasElement | null = null
  #brushes: Brushes = createBrushes(1)
  #drawn: { readonly transform: ViewTransform; readonly sharp: boolean } | null = null
  #rest: ReturnType<typeof setTimeout> | undefined

  constructor(stores: Stores) {
    this.#stores = stores
    this.#loop = createFrameLoop(['objects'], () => {
      this.#draw()
    })
  }

  /** Draws on a canvas until the returned function is called. */
  attach(canvas: HTMLCanvasElement): () => void {
    this.#canvas = canvas
    const { beside, besideScene, selection, document, display } = this.#stores
    const anew = (): void => {
      this.#loop.request('objects')
    }
    const stops = [
      beside.view.subscribe((state, before) => {
        if (state.frame.viewport === before.frame.viewport && state.frame.pixelRatio === before.frame.pixelRatio) this.#viewChanged()
        else this.#loop.now('objects')
      }),
      besideScene.subscribe(anew),
      selection.subscribe((state, before) => {
        if (state.selected !== before.selected) anew()
      }),
      document.subscribe((state, before) => {
        const [now, then] = [state.tables, before.tables]
        if (state.classes !== before.classes || now.regions !== then.regions || now.images !== then.images) anew()
      }),
      display.subscribe(anew),
    ]
    anew()
    return () => {
      for (const stop of stops) stop()
      clearTimeout(this.#rest)
      this.#loop.stop()
      this.#canvas = null
    }
  }

  #viewChanged(): void {
    const { view, frame } = this.#stores.beside.view.getState()
    const [now, drawn] = [transformOf(view, frame), this.#drawn]
    if (!this.#canvas || !drawn || drawn.sharp || stretchesTooFar(drawn.transform, now, 0, frame)) {
      this.#loop.request('objects')
      return
    }
    this.#canvas.style.transform = followTransform(drawn.transform, now, 0)
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => {
      this.#loop.request('objects')
    }, REST)
  }

  #draw(): void {
    const canvas = this.#canvas
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    const { beside, besideScene, document, display } = this.#stores
    const { view, frame } = beside.view.getState()
    const { viewport, pixelRatio } = frame
    if (pixelRatio !== this.#brushes.pixelRatio) this.#brushes = createBrushes(pixelRatio)
    fit(canvas, viewport, pixelRatio)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    const transform = transformOf(view, frame)
    const turned = turnedCanvas(transform, canvas, pixelRatio)
    context.setTransform(turned.matrix)
    const { scene } = besideScene.getState()
    const { classes, tables } = document.getState()
    const request = {
      ...{ scene, hidden: NOTHING, selected: this.#selected(), transform: turned.transform, ...turned.canvas, pixelRatio },
      isSeen: seenBy(turned.matrix, canvas, 0),
    }
    const plan = planMass(request, this.#sorting(request, [scene, view, frame]))
    const { imageId } = beside.getState()
    drawMass(context, plan, {
      colors: new Map(classes.map(({ id, color }) => [id, color])),
      brushes: this.#brushes,
      transform: turned.transform,
      image: frame.image,
      micronsPerPixel: imageId === null ? null : (tables.images.get(imageId)?.micronsPerPixel ?? null),
    })
    const regions = regionsOf({ tables, imageId })
    drawRegions(context, {
      regions,
      resting: regions,
      transform: turned.transform,
      canvas: turned.canvas,
      matrix: turned.matrix,
      pixelRatio,
    })
    const count = plan.single + plan.dense
    this.#drawn = { transform, sharp: sharpEnough(plan) }
    canvas.style.transform = ''
    canvas.style.opacity = String(display.getState().labelOpacity)
    canvas.dataset['objects'] = String(count)
    canvas.dataset['regions'] = String(regions.length)
  }

  /** What is selected on the open image is seen to be so on the same image beside it. */
  #selected(): ReadonlySet<ObjectId> {
    const { beside, document, selection } = this.#stores
    return openImageOf(document.getState())?.id === beside.getState().imageId ? selection.getState().selected : NOTHING
  }
}

/** Gives a canvas the pixels of a viewport. Setting a size clears it, so it is done only where it is another. */
export function fit(canvas: HTMLCanvasElement, viewport: { readonly width: number; readonly height: number }, pixelRatio: number): void {
  const [width, height] = [Math.round(viewport.width * pixelRatio), Math.round(viewport.height * pixelRatio)]
  if (canvas.width === width && canvas.height === height) return
  canvas.width = width
  canvas.height = height
  canvas.style.width = `${String(viewport.width)}px`
  canvas.style.height = `${String(viewport.height)}px`
}
