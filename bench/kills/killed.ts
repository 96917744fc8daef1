import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * Runs a script of this folder and kills it (SIGKILL) so many milliseconds after it said `open`, or after its start; what it had said by then,
 * line by line. `log` is a file that is overwritten: what was said is there however the speaker ends.
 */
export async function linesOfKilled(
  script: string,
  args: readonly string[],
  { log, ms, from }: { readonly log: string; readonly ms: number; readonly from: 'start' | 'open' },
): Promise<string[]> {
  const out = openSync(log, 'w')
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', out, 'inherit'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (from === 'open') await opened(log, child)
  await sleep(ms)
  child.kill('SIGKILL')
  await gone
  closeSync(out)
  return readFileSync(log, 'utf8').split('\n')
}

async function opened(log: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 120_000
  while (!readFileSync(log, 'utf8').startsWith('open')) {
    if (child.exitCode !== null || Date.now() > until) return
    await sleep(5)
  }
}
