import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import type { BackendReport } from '#shared/contracts/engine.ts'
import { VERSION } from '#shared/version.ts'
import { isOpenSlide, openSlide, OPENSLIDE_VARIABLE } from '../../imaging/slides/openslide-library.ts'
import { inElectron } from './child-node.ts'
import { withEngine } from './engine-link.ts'
import { projectRoot } from './root.ts'

/** One thing that was looked at: whether it serves, and what to do where it does not. */
export interface Finding {
  readonly what: string
  readonly state: 'ok' | 'degraded' | 'missing'
  readonly detail: string
  readonly advice: string
}

export interface DoctorReport {
  readonly version: string
  readonly findings: readonly Finding[]
  readonly backends: readonly BackendReport[]
}

const GIGABYTE = 2 ** 30

/** Looks at everything that the product needs on this machine. Never throws for a missing part: that is a finding. */
export async function doctor(): Promise<DoctorReport> {
  const backends = await withEngine((engine) => engine.backends()).catch((thrown: unknown) => [
    {
      name: 'engine',
      works: false,
      device: '',
      version: '',
      why: firstLine(thrown),
      advice: 'Run npm run setup.',
    },
  ])
  const packages = await Promise.all(['better-sqlite3', 'sharp', 'onnxruntime-node'].map(packageFinding))
  return {
    version: VERSION,
    findings: [machine(), node(), ...backends.map(backendFinding), ...packages, await electron(), slides()],
    backends,
  }
}

function machine(): Finding {
  const memory = os.totalmem() / GIGABYTE
  const detail = `${os.cpus().length} cores, ${memory.toFixed(0)} GB memory, ${os.platform()} ${os.arch()}`
  return memory < 4
    ? { what: 'Machine', state: 'degraded', detail, advice: 'Training needs about 4 GB of memory; predicting runs with less.' }
    : ok('Machine', detail)
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return major >= 22
    ? ok('Node', process.version)
    : { what: 'Node', state: 'degraded', detail: process.version, advice: 'Start it through bin/slidewright, which brings its own Node.' }
}

function backendFinding(report: BackendReport): Finding {
  const detail = report.works ? [report.version, report.device, report.why].filter((part) => part !== '').join(', ') : report.why
  return {
    what: `Backend ${report.name}`,
    state: report.works ? (report.advice === '' ? 'ok' : 'degraded') : 'missing',
    detail,
    advice: report.advice,
  }
}

/** Sharp must not come into Electron's own process (`child-node.ts`); there the picture reader shows whether it works. */
const mayLoad = (name: string): boolean => !(name === 'sharp' && inElectron())

async function packageFinding(name: string): Promise<Finding> {
  const root = projectRoot()
  try {
    // Read by path: not every package lets its package.json be required.
    const { version } = JSON.parse(await readFile(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }
    if (mayLoad(name)) createRequire(path.join(root, 'package.json'))(name)
    return ok(name, version)
  } catch (thrown) {
    return { what: name, state: 'missing', detail: firstLine(thrown), advice: 'Run npm run setup.' }
  }
}

const firstLine = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? ''

/** The set-up wrote down which Electron it found or made. */
async function electron(): Promise<Finding> {
  try {
    const setup = JSON.parse(await readFile(path.join(projectRoot(), '.cache', 'setup.json'), 'utf8')) as {
      electron?: { executable?: string; version?: string; why?: string }
    }
    const found = setup.electron
    if (found?.executable) return ok('Window', `Electron ${found.version ?? ''} (${found.why ?? 'its own release'})`)
    return {
      what: 'Window',
      state: 'missing',
      detail: found?.why ?? 'no Electron was found',
      advice: 'Run npm run setup with access to the network; the command line works without a window.',
    }
  } catch {
    return { what: 'Window', state: 'missing', detail: 'set-up was not run yet', advice: 'Run npm run setup.' }
  }
}

/** Loads the library, which does not matter to sharp: it brings all that it needs. */
function slides(): Finding {
  const found = openSlide()
  if (isOpenSlide(found)) return ok('OpenSlide', `${found.version}: slides of the scanners' own formats (svs, ndpi, mrxs, scn, bif, DICOM)`)
  return {
    what: 'OpenSlide',
    state: 'missing',
    detail: `slides of the scanners' own formats (svs, ndpi, mrxs) cannot be opened: ${found.why}`,
    advice: `Run npm run setup -- --retry with access to the network, or name its library in ${OPENSLIDE_VARIABLE}; TIFF pyramids and images are read without it.`,
  }
}

const ok = (what: string, detail: string): Finding => ({ what, state: 'ok', detail, advice: '' })
