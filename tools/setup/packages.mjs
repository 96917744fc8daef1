// The npm packages and the pinned Node.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { modules, pinnedNode, root } from './paths.mjs'
import { attempt, outsideEnvironment, run } from './process.mjs'
import { sizeOf } from './report.mjs'

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** Packages that carry binaries: proved to load once they are there, since no script of theirs was run. */
const withBinaries = ['better-sqlite3', 'sharp', 'onnxruntime-node', 'koffi']

/**
 * Why node_modules is not what the lockfile asks for, or null when it is. It is compared with npm's own record of what it
 * laid down, so `npm install <package>` by a developer is no reason to lay everything anew.
 */
function difference() {
  const record = join(modules, '.package-lock.json')
  if (!existsSync(record)) return 'no node_modules yet'
  const wanted = Object.entries(readJson(join(root, 'package-lock.json')).packages)
  const there = readJson(record).packages
  const off = wanted.find(
    ([path, entry]) => path !== '' && (there[path] ? there[path].version !== entry.version : !entry.optional && !entry.peer),
  )
  return off ? `${off[0].replace(/^.*node_modules\//, '')} changed` : null
}

const pinnedVersion = () => readJson(join(root, 'package.json')).devDependencies.node

async function nodeVersion() {
  if (!existsSync(pinnedNode)) return null
  const { ok, out } = await attempt(pinnedNode, ['--version'])
  return ok ? out.trim().replace(/^v/, '') : null
}

/**
 * Brings in what the lockfile names, then the pinned Node.
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<{ node: { path: string, version: string }, packages: number }>}
 * @throws Error when a package cannot be had: nothing runs without them
 */
export async function packages(report) {
  const why = difference()
  if (why) await report.step(`npm packages (${why})`, installAll)
  let version = await nodeVersion()
  if (version !== pinnedVersion()) {
    await report.step(`Node ${pinnedVersion()}`, buildNode)
    version = await nodeVersion()
    if (version !== pinnedVersion()) throw new Error(`Node ${pinnedVersion()} is wanted in node_modules, but ${version ?? 'none'} is there`)
  }
  if (why) await proveBinaries()
  return { node: { path: pinnedNode, version }, packages: Object.keys(readJson(join(modules, '.package-lock.json')).packages).length }
}

async function installAll() {
  // No install scripts: one of them fetches from a host that closed networks do not reach, and none but Node's is needed.
  await run('npm ci', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root, env: outsideEnvironment() })
  const count = Object.keys(readJson(join(modules, '.package-lock.json')).packages).length
  return { size: sizeOf(modules), note: `${count} packages` }
}

async function buildNode() {
  await run('npm rebuild node', 'npm', ['rebuild', 'node'], { cwd: root, env: outsideEnvironment() })
  return { size: sizeOf(pinnedNode) }
}

async function proveBinaries() {
  const script = withBinaries.map((name) => `require(${JSON.stringify(name)})`).join(';')
  await run('a package with binaries does not load', pinnedNode, ['-e', `${script};new (require('better-sqlite3'))(':memory:').close()`], {
    cwd: root,
  })
}
