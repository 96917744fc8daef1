import { type ChildProcess, fork } from 'node:child_process'
import type { Transport } from '#shared/ipc/transport.ts'
import { createChildTransport } from './child-transport.ts'
import { Tail } from './tail.ts'

/** How a child is started: Node on the sources or on a bundle, or Electron as Node (ELECTRON_RUN_AS_NODE=1) on a bundle. */
export interface ChildLaunch {
  readonly execPath: string
  /** The script: a source (.ts) or a bundle (.cjs). */
  readonly entry: string
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** How a child ended. Code and signal are both null where it could not be started at all. */
export interface ChildDeath {
  readonly code: number | null
  readonly signal: string | null
  /** Its last lines on stderr. */
  readonly stderr: string
}

export interface ChildManner {
  /** What a person calls it, as the beginning of a sentence: `The engine`. */
  readonly name: string
  /** Seconds that it gets to end by itself before it is killed. */
  readonly graceSeconds: number
}

const STDERR_MS = 500

/** One running child process with a channel to it. */
export class ChildProgram {
  readonly transport: Transport
  /** Settles when the process has ended, however. */
  readonly died: Promise<ChildDeath>
  readonly #child: ChildProcess
  readonly #graceSeconds: number
  #alive = true

  constructor({ execPath, entry, env }: ChildLaunch, { name, graceSeconds }: ChildManner) {
    const stderr = new Tail()
    this.#graceSeconds = graceSeconds
    this.#child = fork(entry, [], {
      execPath,
      // Flags of this process (an inspector's port, say) are not the child's.
      execArgv: [],
      env: { ...process.env, ...env },
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
    this.transport = createChildTransport(this.#child, name)
  }

  get alive(): boolean {
    return this.#alive
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Ends it at once, whatever it is doing. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Closes the channel, at which the child ends by itself; it is killed where that takes too long. */
  async stop(): Promise<void> {
    if (!this.#alive) return
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#graceSeconds * 1000)
    await this.died
    clearTimeout(timer)
  }
}

/** Not `close`: after disconnect() it may never come. What is still in the pipe to stderr is waited for, but not for long. */
function ended(child: ChildProcess, stderr: Tail): Promise<ChildDeath> {
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

/** Whether it most likely ran out of memory: Linux then kills with SIGKILL; Node itself aborts with SIGABRT (exit code 134). */
export function ranOutOfMemory(death: ChildDeath | undefined): boolean {
  return death?.signal === 'SIGKILL' || death?.signal === 'SIGABRT' || death?.code === 134 || death?.code === 137
}

/** How it ended, in words. */
export function howItEnded(death: ChildDeath | undefined): string {
  if (!death || (death.code === null && death.signal === null)) return 'it could not be started'
  return death.signal === null ? `exit code ${death.code}` : `signal ${death.signal}`
}
