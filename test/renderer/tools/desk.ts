import { type CommandId } from '../../../src/shared/commands.ts'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { registerCanvasCommands } from '../../../src/renderer/tools/canvas-commands.ts'
import { createToolDriver, type ToolDriver } from '../../../src/renderer/tools/tool-driver.ts'
import { type ObjectId } from '../../../src/renderer/viewer/scene.ts'
import { toScreen, transformOf } from '../../../src/renderer/viewer/view-geometry.ts'
import { type FakeContent } from '../fake-project.ts'
import { openSession, type Session } from '../session.ts'
import { at, type Held } from './pointer.ts'
import { turnOf } from './turning.ts'

/** The whole window without a window: commands, pointer and selection over a project in memory. */
export interface Desk extends Session {
  readonly driver: ToolDriver
  /** Milliseconds; it goes on when a test says so. */
  readonly clock: { now: number }
  readonly run: (id: CommandId) => boolean
  readonly hold: (id: CommandId, times: number) => void
  readonly pointer: (kind: 'down' | 'move' | 'up', x: number, y: number, held?: Held) => void
  readonly select: (...ids: (string | number)[]) => void
  readonly selected: () => ObjectId[]
}

export async function desk(given: Partial<FakeContent> = {}): Promise<Desk> {
  const session = await openSession(given)
  const { stores } = session
  const driver = createToolDriver(stores)
  const zoomer = { zoomBy: stores.view.zoomBy, fit: stores.view.fit, actual: stores.view.actual, turn: turnOf(stores.view) }
  const clock = { now: 0 }
  registerCanvasCommands(stores, driver, zoomer, { leave: () => false }, () => clock.now)
  return {
    ...session,
    driver,
    clock,
    run: (id) => stores.commands.run(id),
    hold: (id, times) => {
      for (let time = 0; time < times; time++) stores.commands.run(id, time === 0 ? 'down' : 'repeat')
      stores.commands.run(id, 'up')
    },
    pointer: (kind, x, y, held) => {
      const { view, frame } = stores.view.getState()
      driver.pointer({ ...at(kind, x, y, held), screen: toScreen(transformOf(view, frame), { x, y }) })
    },
    select: (...ids) => {
      stores.selection.select(ids.map((id) => (typeof id === 'number' ? predictionId.parse(id) : annotationId.parse(id))))
    },
    selected: () => [...stores.selection.getState().selected],
  }
}
