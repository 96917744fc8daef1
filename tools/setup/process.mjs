// Other programs: found, run with their output kept, and stopped when they take too long.
import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const onWindows = process.platform === 'win32'

/** The full path of a program on PATH, or null. */
export function which(name) {
  const endings = onWindows ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : ['']
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const file = join(folder, name + ending)
      try {
        accessSync(file, constants.X_OK)
        if (statSync(file).isFile()) return file
      } catch {
        // not in this folder
      }
    }
  }
  return null
}

/**
 * Runs a program to its end with its output kept.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options] timeout in ms; the whole group is killed after it
 * @returns {Promise<{ ok: boolean, code: number | null, out: string, why: string }>} why: its last words, for a person
 */
export function attempt(command, args, { cwd, env, timeout } = {}) {
  return new Promise((done) => {
    // npm is a .cmd file on Windows, which only a shell can start.
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: onWindows,
      detached: !onWindows,
    })
    let out = ''
    let tooLong = false
    const keep = (chunk) => (out = (out + chunk).slice(-200_000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const stop = () => (onWindows ? child.kill() : killGroup(child.pid))
    const timer = timeout
      ? setTimeout(() => {
          tooLong = true
          stop()
        }, timeout)
      : undefined
    process.once('exit', stop)
    const finish = (code, signal, error) => {
      clearTimeout(timer)
      process.off('exit', stop)
      const why = tooLong
        ? `no end after ${Math.round((timeout ?? 0) / 1000)} s`
        : (error?.message ?? (lastWords(out) || `ended with ${signal ?? `code ${code}`}`))
      done({ ok: code === 0, code, out, why })
    }
    child.on('error', (error) => finish(null, null, error))
    child.on('close', (code, signal) => finish(code, signal))
  })
}

/** Like `attempt`, but a failure is thrown as `<what>: <its last words>`. */
export async function run(what, command, args, options) {
  const result = await attempt(command, args, options)
  if (!result.ok) throw new Error(`${what}: ${result.why}`)
  return result.out
}

/** The environment without this project's node_modules/.bin on PATH: npm must not run on the very Node that it is about to replace. */
export function outsideEnvironment() {
  const outside = (process.env.PATH ?? '').split(delimiter).filter((folder) => !/node_modules[\\/]\.bin[\\/]?$/.test(folder))
  return { ...process.env, PATH: outside.join(delimiter) }
}

/** Lets Ctrl+C and a plain kill end this process the normal way, so that what it started and holds is let go. */
export function endOnSignals() {
  process.on('SIGINT', () => process.exit(130))
  process.on('SIGTERM', () => process.exit(143))
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended already
  }
}

function lastWords(out) {
  const lines = out.split('\n').map((line) => line.trim())
  const errors = lines.filter((line) => /error|fail|cannot|not found|no matching/i.test(line))
  return (errors[0] ?? lines.filter(Boolean).at(-1) ?? '').slice(0, 240)
}
