// Builds what Electron runs, when it is stale, and opens the window.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { hasDisplay } from './screen.mjs'
import { environment } from './setup/found.mjs'
import { modules, pinnedNode, root } from './setup/paths.mjs'
import { run } from './setup/process.mjs'

const built = ['main/index.cjs', 'engine/index.cjs', 'imaging/process.cjs', 'preload/index.cjs', 'renderer/index.html'].map((name) =>
  join(root, 'out', name),
)
const sources = ['src', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json'].map((name) => join(root, name))

function newest(path) {
  const info = statSync(path, { throwIfNoEntry: false })
  if (!info) return 0
  if (!info.isDirectory()) return info.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}

const isStale = () => !built.every((file) => existsSync(file)) || Math.min(...built.map(newest)) < Math.max(...sources.map(newest))

export async function buildIfStale() {
  if (!isStale()) return
  console.error('building the window ...')
  await run('the build failed', pinnedNode, [join(modules, 'electron-vite', 'bin', 'electron-vite.js'), 'build'], { cwd: root })
}

/**
 * @param {import('./setup/found.mjs').Found} found
 * @param {string[]} args for the application: a project to open
 * @returns {Promise<number>} the application's exit code
 * @throws Error where no window can be shown, in a line that says why and what to do
 */
export async function openWindow(found, args) {
  const { executable, fault } = found.electron
  if (fault) throw new Error(`no window on this machine: ${fault}${found.byHand ? `\ntype once: ${found.byHand}` : ''}`)
  if (!hasDisplay()) throw new Error('there is no display here; the command line works without one: bin/slidewright --help')
  await buildIfStale()
  // Chromium refuses its sandbox to root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  // npm runs scripts in the repository's root; what the person typed is relative to where they typed it.
  const typed = args.map((arg) => (arg.startsWith('-') ? arg : resolve(process.env.INIT_CWD ?? '.', arg)))
  const child = spawn(executable, [...sandbox, root, ...typed], { cwd: root, stdio: 'inherit', env: environment(found) })
  process.once('exit', () => child.kill())
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => done(code ?? 1))
  })
}
