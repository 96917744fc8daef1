import { outlinerContract } from '#shared/contracts/outliner.ts'
import { AppError } from '#shared/errors.ts'
import { connect } from '#shared/ipc/proxy.ts'
import type { ClientOf } from '#shared/ipc/service.ts'
import { type ChildDeath, type ChildLaunch, ChildProgram, howItEnded, ranOutOfMemory } from '../../process/child-program.ts'

export type OutlinerClient = ClientOf<typeof outlinerContract>

/** Seconds without a question after which it is let go of: a large model holds gigabytes. */
const IDLE_SECONDS = 600
/** A moment for the channel to close by itself; nothing in the child is worth waiting for. */
const GRACE_SECONDS = 1

class OutlinerProcess extends ChildProgram {
  readonly client: OutlinerClient

  constructor(launch: ChildLaunch) {
    super(launch, { name: 'The smart outline’s model', graceSeconds: GRACE_SECONDS })
    this.client = connect(outlinerContract, this.transport)
  }
}

/**
 * The process that runs a person's own model for the smart outline: started with the first question, let go of when idle. Where the model
 * takes it down, what was asked rejects with AppError `outliner-crashed`, and the next question starts a new one.
 */
export class OutlinerHost {
  readonly #launch: ChildLaunch
  readonly #idleSeconds: number
  #child: OutlinerProcess | null = null
  #asking = 0
  #idle: NodeJS.Timeout | null = null
  #stopped = false

  constructor(launch: ChildLaunch, { idleSeconds = IDLE_SECONDS }: { readonly idleSeconds?: number } = {}) {
    this.#launch = launch
    this.#idleSeconds = idleSeconds
  }

  /** Process id of the child where one runs. */
  get pid(): number | undefined {
    return this.#child?.alive === true ? this.#child.pid : undefined
  }

  async ask<T>(question: (client: OutlinerClient) => Promise<T>): Promise<T> {
    if (this.#stopped) throw stopped()
    this.#rest()
    if (this.#child?.alive !== true) this.#child = new OutlinerProcess(this.#launch)
    const child = this.#child
    this.#asking++
    try {
      return await question(child.client)
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'disconnected') throw thrown
      throw this.#stopped ? stopped() : crashed(await child.died)
    } finally {
      this.#asking--
      this.#restLater()
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#rest()
    await this.#child?.stop()
  }

  #restLater(): void {
    if (this.#asking > 0 || this.#stopped) return
    this.#rest()
    this.#idle = setTimeout(() => {
      const child = this.#child
      this.#child = null
      void child?.stop()
    }, this.#idleSeconds * 1000)
    this.#idle.unref()
  }

  #rest(): void {
    if (this.#idle) clearTimeout(this.#idle)
    this.#idle = null
  }
}

function crashed(death: ChildDeath): AppError {
  const said = death.stderr === '' ? '' : `\n${death.stderr}`
  return new AppError(
    'outliner-crashed',
    `The model of the smart outline broke down: ${howItEnded(death)}.${said}`.slice(0, 4000),
    ranOutOfMemory(death)
      ? 'Most likely the memory ran out: close other programs, or choose a smaller model. Labels are safe.'
      : 'Choose another model, or go back to Slidewright’s own network. Labels are safe.',
  )
}

function stopped(): AppError {
  return new AppError('outliner-stopped', 'The outline was not finished because the project was closed.')
}
