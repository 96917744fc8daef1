import { type ChildProcess, fork } from 'node:child_process'
import { AppError } from '#shared/errors.ts'
import { engineContract } from '#shared/contracts/engine.ts'
import { connect } from '#shared/ipc/proxy.ts'
import type { ClientOf } from '#shared/ipc/service.ts'
import { createChildTransport } from './child-transport.ts'
import { Tail } from './tail.ts'

/** How the engine is started: Node on the sources, or Electron as Node (ELECTRON_RUN_AS_NODE=1) on the bundle. */
export interface EngineLaunch {
  readonly execPath: string
  /** src/engine/index.ts, or out/engine/index.cjs. */
  readonly entry: string
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
}

export type EngineClient = ClientOf<typeof engineContract>

/** How an engine ended. */
export interface EngineDeath {
  readonly code: number | null
  readonly signal: string | null
  /** Its last lines on stderr. */
  readonly stderr: string
}

/** Seconds that an engine gets to write its checkpoint before it is killed. */
const STOP_SECONDS = 10
const STDERR_MS = 500

/** One running engine. */
export class EngineProcess {
  readonly client: EngineClient
  /** Settles when the process has ended, however. */
  readonly died: Promise<EngineDeath>
  readonly #child: ChildProcess
  #alive = true

  constructor({ execPath, entry, env }: EngineLaunch) {
    const stderr = new Tail()
    this.#child = fork(entry, [], {
      execPath,
      // Flags of this process (an inspector's port, say) are not the engine's.
      execArgv: [],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr.add(chunk)
    })
    this.died = ended(this.#child, stderr)
    void this.died.then(() => {
      this.#alive = false
    })
    this.client = connect(engineContract, createChildTransport(this.#child))
  }

  get alive(): boolean {
    return this.#alive
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Lets go of the engine: it writes the checkpoint of what it does and ends; it is killed where that takes too long. */
  async stop(): Promise<void> {
    if (!this.#alive) return
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_SECONDS * 1000)
    await this.died
    clearTimeout(timer)
  }
}

/** Not `close`: after disconnect() it may never come. What is still in the pipe to stderr is waited for, but not for long. */
function ended(child: ChildProcess, stderr: Tail): Promise<EngineDeath> {
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      const end = (): void => {
        resolve({ code, signal, stderr: stderr.text() })
      }
      if (!child.stderr || child.stderr.closed) end()
      child.stderr?.once('close', end)
      setTimeout(end, STDERR_MS)
    })
    child.on('error', (error) => {
      stderr.add(`${error.message}\n`)
      if (child.pid === undefined) resolve({ code: null, signal: null, stderr: stderr.text() })
    })
  })
}

/** What a person is told of an engine that ended when it should not. */
export function crashError(deaths: readonly EngineDeath[]): AppError {
  const last = deaths.at(-1)
  const times = deaths.length > 1 ? ` ${deaths.length} times, the last time` : ''
  const lines = last?.stderr ? `\n${last.stderr}` : ''
  const message = `The engine ended unexpectedly${times}: ${howItEnded(last)}.${lines}`
  return new AppError('engine-crashed', message.slice(0, 4000), hintFor(last))
}

function howItEnded(death: EngineDeath | undefined): string {
  if (!death || (death.code === null && death.signal === null)) return 'it could not be started'
  return death.signal === null ? `exit code ${death.code}` : `signal ${death.signal}`
}

/** Linux kills with SIGKILL when memory runs out; Node itself aborts with SIGABRT (exit code 134). */
function hintFor(death: EngineDeath | undefined): string {
  const memory = death?.signal === 'SIGKILL' || death?.signal === 'SIGABRT' || death?.code === 134 || death?.code === 137
  return memory
    ? 'Most likely the memory ran out: close other programs or choose a smaller batch, then resume. Labels and checkpoints are intact.'
    : 'Run the doctor to see whether the engine is installed completely, then resume. Labels and checkpoints are intact.'
}
