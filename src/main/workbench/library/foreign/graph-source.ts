import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { type ModelFile, modelFile } from '#shared/records/model-file.ts'
import { PACKAGE_FILE } from '#shared/records/model-package.ts'
import { openZip, type ZipLimits } from '../../../interchange/zip-in.ts'
import type { Described } from './graph-plan.ts'
import { readRdf } from './rdf-in.ts'

/** A graph as a file, and what is said of it beside. */
export interface GraphSource {
  /** Path of the graph. */
  readonly graph: string
  readonly told: Described
  /** What Slidewright itself wrote beside a graph that it exported. */
  readonly ours: ModelFile | null
}

const MB = 1024 * 1024
const MOST_GRAPH = 2048 * MB
/** BioImage.IO's names for its description. */
const DESCRIPTIONS = ['rdf.yaml', 'bioimageio.yaml'] as const

/** By these an archive of Slidewright's is known that has lost the file that names the others: it is damaged, and no other program's. */
const OWN_FILES = ['model.json', 'model.onnx'] as const

/** Whether a file is no model that Slidewright wrote as one file: an ONNX file, or an archive of BioImage.IO. */
export async function isForeign(file: string): Promise<boolean> {
  if (/\.onnx$/i.test(file)) return true
  const looked = [PACKAGE_FILE, ...OWN_FILES, ...DESCRIPTIONS]
  const zip = await openZip(file, Object.fromEntries(looked.map((name) => [name, Infinity]))).catch(() => null)
  if (zip === null) return false
  const ours = zip.has(PACKAGE_FILE) || OWN_FILES.every((name) => zip.has(name))
  const foreign = !ours && DESCRIPTIONS.some((name) => zip.has(name))
  zip.close()
  return foreign
}

/** Does something with the graph of a file; what was unpacked for it is gone afterwards. @throws AppError `not-found`, `package-damaged`, `graph-unfit`. */
export async function withGraph<T>(file: string, cacheFolder: string, work: (source: GraphSource) => Promise<T>): Promise<T> {
  const known = await stat(file).catch(() => null)
  if (known?.isFile() !== true) throw new AppError('not-found', `There is no file ${file}.`, 'Name an ONNX file, or an archive of a model.')
  if (/\.onnx$/i.test(file)) return work({ graph: file, told: {}, ours: await beside(file) })
  await mkdir(cacheFolder, { recursive: true })
  const folder = await mkdtemp(path.join(cacheFolder, 'graph-'))
  try {
    const graph = path.join(folder, 'model.onnx')
    const told = await unpacked(file, graph)
    return await work({ graph, told, ours: null })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function unpacked(file: string, target: string): Promise<Described> {
  const named = await opened(file, Object.fromEntries(DESCRIPTIONS.map((name) => [name, 4 * MB])))
  const text = await named.text(DESCRIPTIONS.find((name) => named.has(name)) ?? DESCRIPTIONS[0]).finally(() => {
    named.close()
  })
  const { source, told } = readRdf(text)
  const zip = await opened(file, { [source]: MOST_GRAPH })
  try {
    await zip.extract(source, target)
  } catch (thrown) {
    throw damaged(file, thrown)
  } finally {
    zip.close()
  }
  return told
}

async function opened(file: string, limits: ZipLimits) {
  return openZip(file, limits).catch((thrown: unknown) => {
    throw damaged(file, thrown)
  })
}

function damaged(file: string, cause: unknown): AppError {
  const why = cause instanceof Error && cause.name === 'Error' ? `: ${cause.message}` : ''
  return new AppError(
    'package-damaged',
    `${path.basename(file)} is damaged${why}.`,
    'Nothing was changed. Take the file from where it came once more.',
    cause,
  )
}

/** `cells.onnx.json`, which an export of a bare graph writes beside it, or what lies beside `model.onnx` in an unpacked archive; null: none can be read. */
async function beside(file: string): Promise<ModelFile | null> {
  const unpacked = path.basename(file) === 'model.onnx' ? path.join(path.dirname(file), 'model.json') : null
  const read = (name: string | null) => (name === null ? null : readFile(name, 'utf8').catch(() => null))
  const text = (await read(`${file}.json`)) ?? (await read(unpacked))
  if (text === null) return null
  try {
    return modelFile.parse(JSON.parse(text))
  } catch {
    return null
  }
}
