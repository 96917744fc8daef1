import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A process that stands for main (technician.ts), and what it has said so far. */
export class Session {
  readonly lines: string[] = []
  readonly gone: Promise<number | null>
  readonly #child: ChildProcess
  readonly #log: number
  #rest = ''
  #ended = false

  constructor(args: readonly string[], log: string) {
    // To a file, not a pipe: what was said is there however the speaker ends.
    const out = openSync(log, 'w')
    this.#child = spawn(process.execPath, [fileURLToPath(new URL('technician.ts', import.meta.url)), ...args], {
      stdio: ['pipe', out, 'inherit'],
    })
    closeSync(out)
    this.#log = openSync(log, 'r')
    this.#child.stdin?.on('error', () => undefined)
    this.gone = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        this.#ended = true
        this.hear()
        closeSync(this.#log)
        resolve(code)
      })
    })
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Process ids of the engines that were started, the newest last. */
  get engines(): number[] {
    return this.lines.filter((said) => said.startsWith('engine ')).map((said) => Number(said.slice(7)))
  }

  tell(command: 'still' | 'go' | 'end'): void {
    this.#child.stdin?.write(command + '\n')
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Waits until a line from number `from` on passes; false where the process ended or the time ran out before. */
  async until(passes: (line: string) => boolean, seconds: number, from = 0): Promise<boolean> {
    const limit = performance.now() + seconds * 1000
    for (let next = from; ; await sleep(10)) {
      this.hear()
      for (; next < this.lines.length; next++) if (passes(this.lines[next]!)) return true
      if (this.#ended || performance.now() > limit) return false
    }
  }

  /** Reads what was said since. A line that was not written whole is none. */
  hear(): void {
    const buffer = Buffer.alloc(1 << 16)
    for (let bytes = this.#read(buffer); bytes > 0; bytes = this.#read(buffer)) {
      const parts = (this.#rest + buffer.toString('latin1', 0, bytes)).split('\n')
      this.#rest = parts.pop() ?? ''
      this.lines.push(...parts)
    }
  }

  #read(buffer: Buffer): number {
    try {
      return readSync(this.#log, buffer)
    } catch {
      return 0 // closed: the process has ended and all was heard
    }
  }
}

/** Whether a process still runs; one that has ended and only waits to be collected does not. */
export function runs(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  if (existsSync('/proc/self/stat')) {
    if (!existsSync(stat)) return false
    try {
      return !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
    } catch {
      return false
    }
  }
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Seconds until none of the processes runs any more; null where one still does after `limit` seconds. */
export async function secondsUntilGone(pids: readonly number[], limit: number): Promise<number | null> {
  const begun = performance.now()
  while (pids.some(runs)) {
    if (performance.now() - begun > limit * 1000) return null
    await sleep(20)
  }
  return (performance.now() - begun) / 1000
}
