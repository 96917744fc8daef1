// `node tools/print-page.mjs page.html file.pdf`: prints a page as the app does, in a window that nobody sees. Where there is no display a hidden screen
// is used. Exit code 1, and one line on stderr, where that cannot be done; then the file is not there.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { hasDisplay, hiddenScreen } from './screen.mjs'
import { environment, readFound } from './setup/found.mjs'
import { root } from './setup/paths.mjs'
import { endOnSignals } from './setup/process.mjs'
import { buildIfStale } from './window.mjs'

/** A page is printed in a few seconds; what takes longer hangs. */
const LIMIT = 120_000

/** @throws Error in a line that says why there is no window here */
async function screenFor(found) {
  if (hasDisplay()) return null
  if (!found.screen.xvfb) throw new Error('there is no display here, and no Xvfb to stand in for one')
  return hiddenScreen(found.screen.xvfb)
}

/** @throws Error in a line that says what went wrong */
async function print(page, target) {
  const found = readFound()
  if (!found) throw new Error('the set-up has not been run yet; type: npm run setup')
  const { executable, fault } = found.electron
  if (fault) throw new Error(`no window on this machine: ${fault}`)
  await buildIfStale()
  const screen = await screenFor(found)
  const profile = mkdtempSync(join(tmpdir(), 'slidewright-print-'))
  try {
    // Chromium refuses its sandbox to root.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const wish = [`--user-data-dir=${profile}`, `--print-page=${resolve(page)}`, `--print-file=${resolve(target)}`]
    const env = { ...environment(found), CI: 'true', ...(screen ? { DISPLAY: screen.display } : {}) }
    const child = spawn(executable, [...sandbox, root, ...wish], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env, timeout: LIMIT })
    let words = ''
    child.stderr.on('data', (chunk) => (words += chunk))
    process.once('exit', () => child.kill())
    const code = await new Promise((done, fail) => {
      child.on('error', fail)
      child.on('exit', (status) => done(status ?? 1))
    })
    const said = words.split('\n').find((line) => line.startsWith('slidewright: '))
    if (code !== 0) throw new Error(said?.slice('slidewright: '.length) ?? `Electron ended with ${code}`)
  } finally {
    screen?.stop()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

endOnSignals()
try {
  const [page, target] = process.argv.slice(2)
  if (!page || !target) throw new Error('type: node tools/print-page.mjs page.html file.pdf')
  await print(page, target)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
