import path from 'node:path'
import type { ChildLaunch } from '../../process/child-program.ts'
import { EngineSupervisor } from '../engine/supervisor.ts'
import { bundledEntry, childNode, inElectron } from './child-node.ts'
import { projectRoot } from './root.ts'

/** How the engine is started from here: inside Electron its bundle, from a checkout the sources. */
export function engineLaunch(): ChildLaunch {
  const entry = inElectron() ? bundledEntry('engine/index.cjs') : path.join(projectRoot(), 'src', 'engine', 'index.ts')
  return { ...childNode(), entry }
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
