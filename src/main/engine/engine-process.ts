import { AppError } from '#shared/errors.ts'
import { engineContract } from '#shared/contracts/engine.ts'
import { connect } from '#shared/ipc/proxy.ts'
import type { ClientOf } from '#shared/ipc/service.ts'
import { imageError } from '../../imaging/failure.ts'
import { type ChildDeath, type ChildLaunch, ChildProgram, howItEnded, ranOutOfMemory } from '../../process/child-program.ts'

export type EngineClient = ClientOf<typeof engineContract>

/** Seconds that an engine gets to write its checkpoint before it is killed. */
const STOP_SECONDS = 10

/** One running engine. */
export class EngineProcess extends ChildProgram {
  readonly client: EngineClient

  constructor(launch: ChildLaunch) {
    const env = { TF_CPP_MIN_LOG_LEVEL: '2', ...launch.env }
    super({ ...launch, env }, { name: 'The engine', graceSeconds: STOP_SECONDS })
    this.client = connect(engineContract, this.transport)
  }
}

/** What a person is told of an engine that ended when it should not. */
export function crashError(deaths: readonly ChildDeath[]): AppError {
  const last = deaths.at(-1)
  const times = deaths.length > 1 ? ` ${deaths.length} times, the last time` : ''
  const lines = last?.stderr ? `\n${last.stderr}` : ''
  const message = `The engine ended unexpectedly${times}: ${howItEnded(last)}.${lines}`
  return new AppError('engine-crashed', message.slice(0, 4000), hintFor(last))
}

/** What a person is told of an image that an engine died over. */
export function crashedOver(file: string, death: ChildDeath): AppError {
  return imageError(
    'image-crashed',
    file,
    `cannot be predicted: the engine broke down over it (${howItEnded(death)}).`,
    ranOutOfMemory(death)
      ? 'Most likely the memory ran out: close other programs, or export regions of the image as separate files.'
      : 'Open it in another program and save it again, or leave it out.',
  )
}

function hintFor(death: ChildDeath | undefined): string {
  return ranOutOfMemory(death)
    ? 'Most likely the memory ran out: close other programs or choose a smaller batch, then resume. Labels and checkpoints are intact.'
    : 'Run the doctor to see whether the engine is installed completely, then resume. Labels and checkpoints are intact.'
}
