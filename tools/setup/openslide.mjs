// OpenSlide, which reads the slide formats of the scanners' makers: its self-contained library out of PyPI's openslide-bin, laid beside koffi,
// through which it is called.
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { modules, pinnedNode, platformKey, root } from './paths.mjs'
import { downloadWheel } from './pip.mjs'
import { run } from './process.mjs'
import { sizeOf } from './report.mjs'
import { Lack, keep, place, recallFailure, rememberFailure, writeWhole } from './store.mjs'
import { unzip } from './unzip.mjs'

const version = '4.0.1.2'

const mac = {
  platform: 'macosx_11_0_universal2',
  sha256: '230cdb1e2cfa88b9f28ca8f51a7b47065b20a855ad3e7ba141cd663e5a713e8c',
  library: 'libopenslide.1.dylib',
}

/** By platform: the wheel, pinned by content, and the library in it. Tried: linux-x64. */
const wheels = {
  'linux-x64': {
    platform: 'manylinux_2_28_x86_64',
    sha256: '8ac4aa3a2277ed5e218ca0019db65bdd6e853f865eb4edd3da00e2f4acf0c923',
    library: 'libopenslide.so.1',
  },
  'linux-arm64': {
    platform: 'manylinux_2_28_aarch64',
    sha256: '0dff14807e1b7ccfd476ca5b6945edf46908b76ec61777d35acb2a514e205c30',
    library: 'libopenslide.so.1',
  },
  'darwin-x64': mac,
  'darwin-arm64': mac,
  'win32-x64': {
    platform: 'win_amd64',
    sha256: '0c882f0693e4b43e187a51469bff8057de381e865765ac5508a7e1feba319116',
    library: 'libopenslide-1.dll',
  },
}

const key = `openslide-${version}-${platformKey}`
const home = join(modules, 'koffi', 'openslide')
const markFile = join(home, 'slidewright.json')

/** @typedef {{ available: boolean, version: string | null, library: string | null, why: string | null }} OpenSlide */

/**
 * Lays OpenSlide where the app looks for it. Without it slides of the makers' formats are refused, everything else works.
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<OpenSlide>}
 */
export async function openSlide(report) {
  const laid = mark()
  if (laid?.key === key && laid.found.library.startsWith(home) && existsSync(laid.found.library)) return laid.found
  const past = recallFailure(key)
  if (past) return nothing(past)
  try {
    let found
    await report.step(`OpenSlide ${version}`, async () => {
      found = await lay()
      writeWhole(markFile, JSON.stringify({ key, found }, null, 2))
      return { size: sizeOf(found.library) }
    })
    return found
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    rememberFailure(key, error)
    return nothing(error.message)
  }
}

const nothing = (why) => ({ available: false, version: null, library: null, why })

function mark() {
  try {
    return JSON.parse(readFileSync(markFile, 'utf8'))
  } catch {
    return null
  }
}

async function lay() {
  const wheel = wheels[platformKey]
  if (!wheel) throw new Lack(`no openslide-bin for ${platformKey}`)
  const kept = await keep(key, async (folder) => {
    const file = await downloadWheel({ ...wheel, package: 'openslide-bin', version }, join(folder, 'wheel'))
    await unzip(file, (name) => {
      if (name === `openslide_bin/${wheel.library}`) return join(folder, wheel.library)
      const licence = /^[^/]+\.dist-info\/licenses\/(.+)$/.exec(name)
      return licence ? join(folder, 'licenses', ...licence[1].split('/')) : null
    })
    if (!existsSync(join(folder, wheel.library))) throw new Error('the wheel holds no library')
    rmSync(join(folder, 'wheel'), { recursive: true })
  })
  const library = join(home, wheel.library)
  place(join(kept, wheel.library), library)
  if (existsSync(join(kept, 'licenses'))) cpSync(join(kept, 'licenses'), join(home, 'licenses'), { recursive: true }) // packages bring it along
  return { available: true, version: await prove(library), library, why: null }
}

const proof = `
  const lib = require('koffi').load(process.argv[1])
  console.log(lib.func('const char *openslide_get_version()')())`

/** Calls the library in the pinned Node: one that only exists is not one that works. */
async function prove(library) {
  const said = (await run('OpenSlide does not load', pinnedNode, ['-e', proof, library], { cwd: root, timeout: 60_000 })).trim()
  if (!/^\d+\.\d+/.test(said)) throw new Error(`it answers "${said.slice(0, 80)}"`)
  return said
}
