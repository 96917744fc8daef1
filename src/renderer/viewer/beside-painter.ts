import { type ViewStore } from '../state/view.ts'
import { fit } from './beside-objects.ts'
import { drawCanvasPicture, type CanvasPicture } from './canvas-picture.ts'
import { createFrameLoop, type FrameLoop } from './frame-loop.ts'
import { type TiledTarget } from './tiles/show-tiled.ts'
import { TiledPicture } from './tiles/tiled-picture.ts'
import { turnedCanvas } from './turned-canvas.ts'
import { transformOf } from './view-geometry.ts'

/** Draws an image that is only looked at, at most once a frame. */
export class BesidePainter implements TiledTarget {
  readonly #view: ViewStore
  readonly #loop: FrameLoop<'image'>
  #canvas: HTMLCanvasElement | null = null
  #picture: CanvasPicture | null = null
  #instead: CanvasPicture | null = null
  #stop: (() => void) | null = null

  constructor(view: ViewStore) {
    this.#view = view
    this.#loop = createFrameLoop(['image'], () => {
      this.#draw()
    })
  }

  /** Draws on a canvas until the returned function is called. */
  attach(canvas: HTMLCanvasElement): () => void {
    this.#canvas = canvas
    this.#stop = this.#view.subscribe((state, before) => {
      if (state.frame.viewport === before.frame.viewport && state.frame.pixelRatio === before.frame.pixelRatio) this.#loop.request('image')
      // Setting a size clears a canvas: drawn before the browser shows it.
      else this.#loop.now('image')
    })
    this.#loop.request('image')
    return () => {
      this.#stop?.()
      this.#loop.stop()
      this.#canvas = null
    }
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

  pictureChanged(): void {
    this.#loop.request('image')
  }

  #draw(): void {
    const canvas = this.#canvas
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    const { view, frame } = this.#view.getState()
    const { viewport, pixelRatio } = frame
    fit(canvas, viewport, pixelRatio)
    const { width, height } = canvas
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, width, height)
    const turned = turnedCanvas(transformOf(view, frame), { width, height }, pixelRatio)
    context.setTransform(turned.matrix)
    const picture = this.#instead ?? this.#picture
    if (picture) drawCanvasPicture(context, picture, turned.transform, turned.canvas)
    const missing = picture === null ? '' : String(picture instanceof TiledPicture ? picture.missing : Number(picture.standin))
    if (canvas.dataset['missing'] !== missing) canvas.dataset['missing'] = missing
  }
}
