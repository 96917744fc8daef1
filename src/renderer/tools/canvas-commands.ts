import { COMMANDS, nudgeOf, type NudgeKind } from '#shared/commands.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { type Stores } from '../state/stores.ts'
import { type CommandHandlers, type KeyPhase } from './command-registry.ts'
import { areaHandlers, deleteCorner } from './area-commands.ts'
import {
  copySelected,
  decideAll,
  decideSelected,
  deleteSelected,
  duplicateSelected,
  insertObject,
  paste,
  pickClass,
  selectAll,
  selectNext,
  zoomToSelection,
} from './object-commands.ts'
import { factHandlers } from './fact-commands.ts'
import { unfinishedIn } from './drafts.ts'
import { endingByKey } from './ending-by-key.ts'
import { editNextRegion, editRegion } from './region-edit.ts'
import { type ToolDriver } from './tool-driver.ts'
import { drawsAreas, fits, isOffered, type ToolName } from './tool-set.ts'
import { arrowOnImage } from '../viewer/view-turn.ts'

/** CSS pixels by which an arrow key moves the view where nothing is selected, and with Shift. */
const PAN_STEP = 64
const PAN_FAR = 320
/** Factor of one press of + or -. */
const ZOOM_STEP = 1.4
const SCORE_STEP = 0.05
/** Factor of one press of [ or ]. */
const BRUSH_STEP = 1.25

/** What leaving the canvas by key needs of it. */
export interface Leaver {
  /** Gives up the keyboard focus, so that Tab goes on through the window; false where the canvas has no focus. */
  readonly leave: () => boolean
}

/** What zooming by key needs of the canvas: it animates. */
export interface Zoomer {
  readonly zoomBy: (factor: number) => void
  readonly fit: () => void
  readonly actual: () => void
  /** Turns the view about its middle, from one angle to another (degrees clockwise). */
  readonly turn: (change: (angle: number) => number) => void
}

function viewHandlers({ view, display, tool, maps, channels, document }: Stores, zoomer: Zoomer): CommandHandlers {
  const actual = (): void => {
    // A second press goes back to the whole image.
    const { view: seen, frame } = view.getState()
    if (Math.abs(seen.zoom * frame.pixelRatio - 1) < 1e-6) zoomer.fit()
    else zoomer.actual()
  }
  return {
    'view.pan': (phase) => {
      tool.holdPan(phase !== 'up')
    },
    'view.zoom-in': () => {
      zoomer.zoomBy(ZOOM_STEP)
    },
    'view.zoom-out': () => {
      zoomer.zoomBy(1 / ZOOM_STEP)
    },
    'view.fit': zoomer.fit,
    'view.turn-right': () => {
      zoomer.turn((angle) => angle + 90)
    },
    'view.turn-left': () => {
      zoomer.turn((angle) => angle - 90)
    },
    'view.upright': () => {
      zoomer.turn(() => 0)
    },
    'view.actual': actual,
    'view.adjust': () => {
      display.toggle('adjusting')
    },
    'view.reset-adjust': () => {
      display.resetAdjustments()
      channels.show(false)
      zoomer.turn(() => 0)
    },
    'view.grid': () => {
      const { project } = document.getState()
      if (project === null || !isOffered('view.grid', project.task)) return false
      display.toggle('grid')
      return true
    },
    'layer.annotations': () => {
      display.toggle('annotations')
    },
    'layer.predictions': () => {
      display.toggle('predictions')
    },
    'layer.map': () => {
      maps.toggle()
    },
  }
}

function toolHandlers(stores: Stores, driver: ToolDriver, leaver: Leaver): CommandHandlers {
  const task = (): TaskKind | null => stores.document.getState().project?.task ?? null
  const pick = (name: ToolName) => (): boolean => {
    const now = task()
    if (now !== null && !fits(name, now)) return false
    driver.settle()
    stores.tool.pick(name)
    return true
  }
  return {
    'tool.move': pick('move'),
    'tool.select': pick('select'),
    'tool.lasso': pick('lasso'),
    'tool.box': pick('box'),
    'tool.rotated-box': pick('rotated-box'),
    'tool.ellipse': pick('ellipse'),
    'tool.polyline': pick('polyline'),
    'tool.ruler': pick('ruler'),
    'tool.point': pick('point'),
    'tool.brush': pick('brush'),
    'tool.eraser': pick('eraser'),
    'tool.polygon': pick('polygon'),
    'tool.region': pick('region'),
    'tool.wand': pick('wand'),
    'tool.outline': pick('outline'),
    'tool.split': pick('split'),
    'region.edit': () => editNextRegion(stores),
    ...brushHandlers(stores),
    'tool.snap': () => {
      const now = task()
      if (now === null || !isOffered('tool.snap', now)) return false
      stores.tool.setSnapping(!stores.tool.getState().snapping)
      return true
    },
    'gesture.cancel': () => {
      if (driver.cancel() || editRegion(stores, null)) return true
      if (stores.display.getState().adjusting) {
        stores.display.toggle('adjusting')
        return true
      }
      if (stores.selection.getState().selected.size === 0) return leaver.leave()
      stores.selection.select([])
      return true
    },
  }
}

/** How wide the brush is; only where something is painted. */
function brushHandlers({ document, tool, view }: Stores): CommandHandlers {
  const wherePainted = (change: () => void) => (): boolean => {
    const task = document.getState().project?.task
    if (task === undefined || !drawsAreas(task)) return false
    change()
    return true
  }
  const size = (factor: number) =>
    wherePainted(() => {
      const { brushSize } = tool.getState()
      tool.sizeBrush(factor > 1 ? Math.max(brushSize + 1, brushSize * factor) : Math.min(brushSize - 1, brushSize * factor))
    })
  return {
    'brush.smaller': size(1 / BRUSH_STEP),
    'brush.larger': size(BRUSH_STEP),
    'brush.adding': tool.toggleAdding,
    'brush.unit': wherePainted(() => {
      tool.keepBrush(tool.getState().brushUnit === 'image' ? 'screen' : 'image', view.getState().view.zoom)
    }),
  }
}

function objectHandlers(stores: Stores): CommandHandlers {
  return {
    'view.selection': () => zoomToSelection(stores),
    'object.insert': () => {
      const task = stores.document.getState().project?.task
      return task !== undefined && isOffered('object.insert', task) && insertObject(stores)
    },
    'object.next': () => selectNext(stores, 1),
    'object.previous': () => selectNext(stores, -1),
    'object.select-all': () => selectAll(stores),
    'object.select-none': () => {
      stores.selection.select([])
    },
    'object.delete': () => deleteSelected(stores),
    'object.copy': () => copySelected(stores),
    'object.cut': () => copySelected(stores) && deleteSelected(stores, 'Cut'),
    'object.paste': () => paste(stores),
    'object.duplicate': () => duplicateSelected(stores),
  }
}

function predictionHandlers(stores: Stores): CommandHandlers {
  const { predictions } = stores
  const shiftScore = (by: number) => (): void => {
    predictions.setThreshold(Math.round((predictions.getState().threshold + by) * 100) / 100)
  }
  return {
    'prediction.accept': () => decideSelected(stores, 'accept'),
    'prediction.reject': () => decideSelected(stores, 'reject'),
    'prediction.accept-all': () => decideAll(stores, 'accept'),
    'prediction.reject-all': () => decideAll(stores, 'reject'),
    'prediction.score-up': shiftScore(SCORE_STEP),
    'prediction.score-down': shiftScore(-SCORE_STEP),
  }
}

/**
 * What an arrow of the screen means to an object of a turned image: the edge that is on the right or below on the screen may be the
 * object's left or upper one.
 */
export function nudgeOnImage(angle: number, kind: NudgeKind, dx: number, dy: number): [NudgeKind, number, number] {
  if (kind === 'turn') return [kind, dx, dy]
  const { x, y } = arrowOnImage(angle, dx, dy)
  const along = arrowOnImage(angle, Math.abs(dx), Math.abs(dy))
  if (kind === 'move' || along.x + along.y >= 0) return [kind, x, y]
  return [kind === 'stretch' ? 'stretch-start' : 'stretch', x, y]
}

/** Arrow keys: the selected objects move or stretch while the key is held; with nothing selected the view moves. */
function nudgeHandler(stores: Stores, driver: ToolDriver, kind: NudgeKind, dx: number, dy: number) {
  return (phase: KeyPhase): boolean => {
    if (phase === 'up') return stores.gesture.getState().gesture.kind === 'nudge' && driver.finish()
    if (driver.context().selected.size > 0) {
      driver.nudge(...nudgeOnImage(stores.view.getState().view.angle, kind, dx, dy))
      return true
    }
    if (kind !== 'move') return false
    const distance = Math.max(Math.abs(dx), Math.abs(dy)) > 1 ? PAN_FAR : PAN_STEP
    stores.view.panBy(-Math.sign(dx) * distance, -Math.sign(dy) * distance)
    return true
  }
}

function generatedHandlers(stores: Stores, driver: ToolDriver): CommandHandlers {
  const handlers: CommandHandlers = {}
  for (const { id } of COMMANDS) {
    const nudge = nudgeOf(id)
    if (nudge) handlers[id] = nudgeHandler(stores, driver, nudge.kind, nudge.dx, nudge.dy)
    const digit = /^class\.([1-9])$/.exec(id)?.[1]
    if (digit !== undefined) handlers[id] = () => pickClass(stores, Number(digit))
  }
  return handlers
}

/** Registers what the canvas does, until the returned function is called. `now`: milliseconds of a clock that never goes back. */
export function registerCanvasCommands(
  stores: Stores,
  driver: ToolDriver,
  zoomer: Zoomer,
  leaver: Leaver,
  now: () => number = () => performance.now(),
): () => void {
  const undoing = (): boolean => driver.back() || driver.cancel()
  const { finishing, stop: stopEnding } = endingByKey(stores, driver, now)
  // Turning to another image keeps what was being painted; a polygon or smart outline goes on when its image is open again.
  const leaving = (): boolean => {
    if (unfinishedIn(stores.gesture.getState().gesture) === null) driver.settle()
    return false
  }
  const stops = [
    stores.commands.register({
      ...viewHandlers(stores, zoomer),
      ...toolHandlers(stores, driver, leaver),
      ...objectHandlers(stores),
      ...areaHandlers(stores),
      ...factHandlers(stores),
      ...predictionHandlers(stores),
      ...generatedHandlers(stores, driver),
    }),
    // A running gesture goes first: undo takes it back, Enter ends it, Backspace takes back a corner.
    stores.commands.intercept({
      ...{
        'edit.undo': undoing,
        'image.done': finishing,
        'review.accept': finishing,
        'object.delete': () => driver.back() || deleteCorner(stores, driver),
      },
      ...{ 'image.next': leaving, 'image.previous': leaving },
    }),
    stopEnding,
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
