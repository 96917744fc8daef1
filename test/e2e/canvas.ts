import { type Page } from 'playwright-core'
import { fitView, toScreen, transformOf } from '../../src/renderer/viewer/view-geometry.ts'

interface Point {
  readonly x: number
  readonly y: number
}

/** The canvas under a real mouse, in pixels of the image, which is seen as a whole. */
export class Canvas {
  readonly #page: Page
  readonly #image: { readonly width: number; readonly height: number }

  constructor(page: Page, image: { readonly width: number; readonly height: number }) {
    this.#page = page
    this.#image = image
  }

  /** Where a point of the image is on the page, CSS pixels. */
  async at(point: Point): Promise<Point> {
    const box = await this.#page.locator('[data-canvas]').boundingBox()
    if (!box) throw new Error('there is no canvas')
    const frame = { image: this.#image, viewport: { width: box.width, height: box.height }, pixelRatio: 1 }
    const transform = transformOf(fitView(frame), frame)
    const { x, y } = toScreen(transform, point)
    return { x: box.x + x, y: box.y + y }
  }

  async move(to: Point): Promise<void> {
    const { x, y } = await this.at(to)
    await this.#page.mouse.move(x, y, { steps: 4 })
  }

  async click(point: Point): Promise<void> {
    const { x, y } = await this.at(point)
    await this.#page.mouse.click(x, y)
  }

  /** Presses, moves and lets go; `before` is called while the button is still held. */
  async drag(from: Point, to: Point, before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.move(from)
    await this.#page.mouse.down()
    await this.move(to)
    await before()
    await this.#page.mouse.up()
  }
}
