import { type ViewStore } from '../../../src/renderer/state/view.ts'
import { type Zoomer } from '../../../src/renderer/tools/canvas-commands.ts'

/** Turns a view at once, without the canvas' motion. */
export const turnOf =
  (view: ViewStore): Zoomer['turn'] =>
  (change) => {
    view.turnTo(change(view.getState().view.angle))
  }
