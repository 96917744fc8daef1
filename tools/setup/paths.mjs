// Where set-up finds and puts things. Nothing here touches the disk.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const modules = join(root, 'node_modules')
export const foundFile = join(root, '.cache', 'setup.json')
export const platformKey = `${process.platform}-${process.arch}`

/** The pinned Node of the npm package `node`, which runs everything but the set-up itself. */
export const pinnedNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** The folder that clones of one user share. */
export function cacheRoot() {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = process.env
  if (xdg) return join(xdg, 'slidewright')
  if (process.platform === 'win32' && local) return join(local, 'slidewright', 'cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'slidewright')
  return join(homedir(), '.cache', 'slidewright')
}
