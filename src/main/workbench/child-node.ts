import { existsSync } from 'node:fs'
import path from 'node:path'
import { projectRoot } from './root.ts'

/** Whether this is Electron, not plain Node. */
export const inElectron = (): boolean => process.versions['electron'] !== undefined

/** The program that runs children, and what its environment needs. */
export interface ChildNode {
  readonly execPath: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * What children run on: this Node where it is one. From Electron's main process a plain Node, as sharp must not run in Electron on Linux
 * (electron/electron#46323, lovell/sharp#4522): the one that set-up found for a checkout (SLIDEWRIGHT_NODE), or the one that a package
 * for Linux brings along. Elsewhere Electron itself as Node.
 */
export function childNode(): ChildNode {
  if (!inElectron()) return { execPath: process.execPath, env: {} }
  const named = process.env['SLIDEWRIGHT_NODE']
  if (named) return { execPath: named, env: {} }
  const shipped = path.join(process.resourcesPath, 'node')
  if (existsSync(shipped)) return { execPath: shipped, env: {} }
  return { execPath: process.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } }
}

/** A child's script from the bundle, where a plain Node can read it: a package keeps it outside its archive. */
export function bundledEntry(name: string): string {
  const root = projectRoot()
  const unpacked = path.basename(root) === 'app.asar' ? `${root}.unpacked` : root
  return path.join(unpacked, 'out', name)
}
