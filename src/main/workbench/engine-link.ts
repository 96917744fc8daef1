import path from 'node:path'
import { EngineSupervisor, type EngineLaunch } from '../engine/supervisor.ts'
import { projectRoot } from './root.ts'

/** How the engine is started from here: inside Electron its bundle with Electron as plain Node, from a checkout the sources on this Node. */
export function engineLaunch(): EngineLaunch {
  if (process.versions['electron'] !== undefined) {
    // A plain Node where there is one: Electron on Linux brings its own GLib, with which sharp leaks memory or crashes (electron#46323).
    const execPath = process.env['SLIDEWRIGHT_NODE'] ?? process.execPath
    return { execPath, entry: path.join(projectRoot(), 'out', 'engine', 'index.cjs'), env: { ELECTRON_RUN_AS_NODE: '1' } }
  }
  return { execPath: process.execPath, entry: path.join(projectRoot(), 'src', 'engine', 'index.ts') }
}

/** Runs a question on an engine of its own and stops it afterwards. */
export async function withEngine<T>(ask: (supervisor: EngineSupervisor) => Promise<T>): Promise<T> {
  const supervisor = new EngineSupervisor(engineLaunch())
  try {
    return await ask(supervisor)
  } finally {
    await supervisor.stop()
  }
}
