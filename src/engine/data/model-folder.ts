import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { formatOf, MODEL_FORMAT, type ModelFile, modelFile } from '#shared/records/model-file.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { declareNetwork } from '../nn/declare-ops.ts'
import { sizeOf } from '../nn/initialize.ts'
import type { Network } from '../nn/network.ts'
import type { WeightArray, Weights } from '../nn/weights.ts'
import { readSafetensors, writeSafetensors } from './weight-files/safetensors.ts'

export const WEIGHTS_FILE = 'weights.safetensors'
export const ONNX_FILE = 'model.onnx'
const MODEL_FILE = 'model.json'
/** model.json holds a few settings and metrics; what is larger is none. */
const MAX_MODEL_FILE = 4 * 1024 * 1024
/** Safetensors metadata and padding beside the numbers. */
const MAX_WEIGHTS_HEADER = 16 * 1024 * 1024

/**
 * Writes a model folder whole or not at all: into a folder beside it, each file synced, then renamed. `fill` writes the graph there and
 * tells what model.json is to say of it. A model folder that is there already is replaced only once the new one is complete.
 */
export async function writeModelFolder(
  folder: string,
  weights: Weights,
  fill: (temporary: string) => Promise<Omit<ModelFile, 'format' | 'weightsSha256' | 'onnxSha256' | 'foreign'>>,
): Promise<ModelFile> {
  const parent = path.dirname(path.resolve(folder))
  await mkdir(parent, { recursive: true })
  const temporary = await mkdtemp(path.join(parent, '.slidewright-model-'))
  try {
    await writeSafetensors(path.join(temporary, WEIGHTS_FILE), weights)
    const facts = await fill(temporary)
    const onnx = path.join(temporary, ONNX_FILE)
    const hashed = {
      ...facts,
      foreign: null,
      weightsSha256: await fileHash(path.join(temporary, WEIGHTS_FILE)),
      onnxSha256: (await exists(onnx)) ? await syncedHash(onnx) : null,
    }
    const written: ModelFile = { ...hashed, format: formatOf(hashed) }
    await writeWhole(path.join(temporary, MODEL_FILE), JSON.stringify(modelFile.parse(written), null, 1))
    // mkdtemp makes folders that nobody else may read.
    await chmod(temporary, 0o755)
    await swapFolder(temporary, folder)
    return written
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true })
    throw thrown
  }
}

/** A folder cannot be renamed over one that is not empty: the old one steps aside first and is removed last. */
async function swapFolder(temporary: string, folder: string): Promise<void> {
  const aside = `${temporary}-old`
  const replaces = await exists(folder)
  if (replaces) await rename(folder, aside)
  await rename(temporary, folder)
  if (replaces) await rm(aside, { recursive: true, force: true })
}

/**
 * Reads and checks model.json. Throws AppError `no-model`, `model-damaged`, or `model-newer` where a later version of the program wrote it.
 */
export async function readModelFile(folder: string): Promise<ModelFile> {
  const file = path.join(folder, MODEL_FILE)
  const { size } = await stat(file).catch(() => ({ size: null }))
  if (size === null) throw new AppError('no-model', `There is no model in ${folder}.`, 'Choose the folder that holds model.json.')
  if (size > MAX_MODEL_FILE) throw damaged(folder, `${MODEL_FILE} is far too large.`)
  const json = parseJson(await readFile(file, 'utf8'))
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
  if (typeof format === 'number' && format > MODEL_FORMAT) throw newer(folder, format)
  const parsed = modelFile.safeParse(json)
  if (!parsed.success) throw damaged(folder, `${MODEL_FILE} does not say what a model file says.`)
  return parsed.data
}

/** An array that a model has beside its network's parameters. */
export interface ExtraArray {
  readonly name: string
  /** `rows`: as many as there are, 1 to `most`. */
  readonly shape: readonly (number | 'rows')[]
  readonly most: number
}

/**
 * The weights of a model folder, checked against the network that its preset builds and the arrays that it has beside: every one there, none too
 * many, each of its shape, and the file the one that was written (sha256). Throws AppError `model-damaged`.
 */
export async function readModelWeights(
  folder: string,
  model: ModelFile,
  network: Network,
  extra: readonly ExtraArray[] = [],
): Promise<Weights> {
  const file = path.join(folder, WEIGHTS_FILE)
  if (model.weightsSha256 === null)
    throw new AppError(
      'graph-alone',
      'Of this model only the graph is known; its weights are missing.',
      'Take the file that models export writes, or start from another model.',
    )
  const { parameters } = declareNetwork(network)
  const bytes = (rows: (array: ExtraArray) => number): number =>
    Float32Array.BYTES_PER_ELEMENT *
    (parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0) +
      extra.reduce((sum, array) => sum + sizeOf(filled(array, rows(array))), 0))
  const { size } = await stat(file).catch(() => ({ size: null }))
  if (size === null) throw damaged(folder, `${WEIGHTS_FILE} is missing.`)
  if (size < bytes(() => 1) || size > bytes(({ most }) => most) + MAX_WEIGHTS_HEADER)
    throw damaged(folder, `${WEIGHTS_FILE} has ${size} bytes, which does not fit ${model.preset}.`)
  if ((await fileHash(file)) !== model.weightsSha256) throw damaged(folder, `${WEIGHTS_FILE} is not the file that was saved.`)
  const { weights } = await readSafetensors(file)
  for (const { name, shape } of parameters) {
    if (weights.get(name)?.shape.join() !== shape.join()) throw damaged(folder, `"${name}" is missing or has another shape.`)
  }
  for (const array of extra)
    if (!fits(weights.get(array.name), array)) throw damaged(folder, `"${array.name}" is missing or has another shape.`)
  const count = parameters.length + extra.length
  if (weights.size !== count) throw damaged(folder, `it holds ${weights.size} arrays, not ${count}.`)
  return weights
}

function filled({ shape }: ExtraArray, rows: number): number[] {
  return shape.map((size) => (size === 'rows' ? rows : size))
}

function fits(array: WeightArray | undefined, extra: ExtraArray): boolean {
  const rows = array?.shape[extra.shape.indexOf('rows')] ?? 1
  return rows >= 1 && rows <= extra.most && array?.shape.join() === filled(extra, rows).join()
}

/** Path of the graph where it is there and the one that was written, else null. */
export async function checkedOnnx(folder: string, model: ModelFile): Promise<string | null> {
  const file = path.join(folder, ONNX_FILE)
  if (model.onnxSha256 === null || !(await exists(file))) return null
  return (await fileHash(file)) === model.onnxSha256 ? file : null
}

/** The graph of a model that was made elsewhere: nothing else of it is known. Throws AppError `model-damaged` where it is not the one that was imported. */
export async function foreignGraphBytes(folder: string, model: ModelFile): Promise<Buffer> {
  const graph = await checkedOnnx(folder, model)
  if (graph === null) throw damaged(folder, `${ONNX_FILE} is missing or not the file that was imported.`)
  return readFile(graph)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function syncedHash(file: string): Promise<string> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
  return fileHash(file)
}

function damaged(folder: string, what: string): AppError {
  return new AppError('model-damaged', `The model in ${folder} is damaged: ${what}`, 'Take another model, or train again.')
}

function newer(folder: string, format: number): AppError {
  return new AppError(
    'model-newer',
    `The model in ${folder} was written by a newer version (format ${format}; this version reads up to ${MODEL_FORMAT}).`,
    'Update the program to use it.',
  )
}
