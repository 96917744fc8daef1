// The Electron that opens the window here: its own release, or on a closed network the stand-in of tools/closed-network.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { closedNetworkElectron } from '../closed-network/make.mjs'
import { modules, pinnedNode, platformKey, root } from './paths.mjs'
import { attempt, run } from './process.mjs'
import { sizeOf } from './report.mjs'
import { recallFailure, rememberFailure } from './store.mjs'

const home = join(modules, 'electron')

/**
 * @typedef {{ executable: string | null, version: string | null, source: 'release' | 'closed-network' | null, why: string | null, sqliteBinding: string | null }} Electron
 *   why: for 'closed-network' why it isn't the release, for none why there is none
 */

/**
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<Electron>}
 */
export async function electron(report) {
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  if (released(version)) return fromRelease(version)
  const unreachable = await tried(`electron-${version}-${platformKey}`, () => fetchRelease(version, report))
  if (!unreachable) return fromRelease(version)
  const found = { executable: null, version: null, source: null, sqliteBinding: null }
  const refused = await tried('electron-closed-network', async () => {
    Object.assign(found, await closedNetworkElectron(report), { source: 'closed-network' })
  })
  return { ...found, why: [unreachable, refused].filter(Boolean).join('; ') }
}

/** Runs the work unless it failed within the last day; why it failed, or null. */
async function tried(what, work) {
  const past = recallFailure(what)
  if (past) return past
  try {
    await work()
    return null
  } catch (error) {
    rememberFailure(what, error)
    return error.message
  }
}

const read = (name) => (existsSync(join(home, name)) ? readFileSync(join(home, name), 'utf8').trim() : '')
const executable = () => join(home, 'dist', read('path.txt'))
const released = (version) =>
  read('path.txt') !== '' && read(join('dist', 'version')).replace(/^v/, '') === version && existsSync(executable())
const fromRelease = (version) => ({ executable: executable(), version, source: 'release', why: null, sqliteBinding: null })

/** Asks for the release's short list of checksums, the way the real download goes (mirror and proxy settings included). */
const probe = `
  import { downloadArtifact } from '@electron/get'
  await downloadArtifact({ version: process.argv[1], artifactName: 'SHASUMS256.txt', isGeneric: true, cacheMode: 3, unsafelyDisableChecksums: true })`

async function fetchRelease(version, report) {
  const reached = await attempt(pinnedNode, ['--input-type=module', '-e', probe, version], { cwd: home, timeout: 8000 })
  if (!reached.ok) throw new Error(`the download of Electron ${version} cannot be reached`)
  await report.step(`Electron ${version}`, async () => {
    const install = () => run('its installer', pinnedNode, ['install.js'], { cwd: home, timeout: 30 * 60_000 })
    await install().catch(install).catch(install) // a long download over a flaky line deserves another try
    if (!released(version)) throw new Error('its installer left no Electron')
    return { size: sizeOf(join(home, 'dist')) }
  })
}

/**
 * Starts Electron as plain Node and opens a database in it.
 * @param {Electron} found
 * @returns {Promise<string | null>} why it does not run here, or null
 */
export async function electronFault(found) {
  const script = `new (require('better-sqlite3'))(':memory:', ${JSON.stringify(found.sqliteBinding ? { nativeBinding: found.sqliteBinding } : {})}).prepare('select 1').get()`
  const { ok, why } = await attempt(found.executable, ['-e', script], {
    cwd: root,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    timeout: 60_000,
  })
  return ok ? null : why
}
