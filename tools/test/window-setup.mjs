// Vitest's global set-up of the real-window tests: the Electron that set-up found, its SQLite binding, and a screen.
import { environment, readFound } from '../setup/found.mjs'
import { hasDisplay, hiddenScreen } from '../screen.mjs'

let screen = null

export async function setup() {
  const found = readFound()
  if (!found) throw new Error('the set-up has not been run yet; type: npm run setup')
  if (found.electron.fault) throw new Error(`no window on this machine: ${found.electron.fault}`)
  // Test processes inherit the environment of this one.
  Object.assign(process.env, environment(found))
  if (hasDisplay()) return
  if (!found.screen.xvfb) throw new Error('no display and no Xvfb on this machine')
  screen = await hiddenScreen(found.screen.xvfb)
  process.env.DISPLAY = screen.display
}

export function teardown() {
  screen?.stop()
}
