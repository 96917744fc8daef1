import { open } from 'node:fs/promises'
import path from 'node:path'
import type { Dataset, Group } from 'h5wasm/node'
import { say } from '#shared/i18n/say.ts'
import { countOf, unreadable } from './number-formats.ts'
import { readExactly } from './read-exactly.ts'
import type { SkippedArray, StoredArray, WeightFile } from './weight-file.ts'

const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')
/** HDF5's number of its class of floating-point types. */
const H5T_FLOAT = 1
const HINT = 'Try to fetch the file again.'
const MAX_OBJECTS = 100_000
const MAX_DEPTH = 12

/** A walk through the groups of a file. */
interface Walk {
  readonly file: string
  readonly size: number
  readonly arrays: Map<string, StoredArray>
  readonly skipped: SkippedArray[]
  seen: number
}

/**
 * Opens the weights of a Keras model: `model.save_weights('x.weights.h5')` (Keras 3), or weights or a whole model as `.h5` (Keras 1 to 3).
 * Only arrays are looked at; the architecture that such a file may hold besides is not, so nothing of it can run. Names are paths; where
 * Keras 3 numbers layers (`layers/conv2d_4/vars/0`) the layer's own name stands instead (`layers/block3_conv1/vars/0`). They come in the
 * order of the model's layers where the file tells (Keras 1 and 2), else in that of the layers of each class. Links, to other files above
 * all, are not followed. Throws AppError `weights-unreadable` on what is no HDF5 file or damaged.
 *
 * A file that is damaged in just the wrong place can make the HDF5 library end or never answer: openKerasFile has it run in a thread of its own.
 */
export async function openHdf5Weights(file: string): Promise<WeightFile> {
  const name = path.basename(file)
  const size = await checkedSize(file, name)
  // Loaded on demand: HDF5 as WebAssembly is large and few need it.
  const hdf5 = await import('h5wasm/node')
  const library = await hdf5.ready
  // Otherwise HDF5 prints its own stack on stderr and goes on.
  library.activate_throwing_error_handler()
  const root = guarded(name, () => new hdf5.File(path.resolve(file), 'r'))
  const close = () => Promise.resolve(void root.close())
  try {
    const walk: Walk = { file: name, size, arrays: new Map(), skipped: [], seen: 0 }
    guarded(name, () => visitGroup(walk, root, '', 0))
    return { format: 'keras', arrays: walk.arrays, skipped: walk.skipped, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function checkedSize(file: string, name: string): Promise<number> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    if (!(await readExactly(handle, 0, SIGNATURE.length, name)).equals(SIGNATURE)) throw unreadable(`${name} is no HDF5 file.`)
    return size
  } finally {
    await handle.close()
  }
}

/** HDF5's own errors in our words. */
function guarded<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && error.name === 'AppError') throw error
    throw unreadable(`${file} is damaged: HDF5 cannot read it.`, HINT)
  }
}

function visitGroup(walk: Walk, group: Group, prefix: string, depth: number): void {
  if (depth > MAX_DEPTH) throw unreadable(`${walk.file} nests its groups too deeply.`)
  for (const key of inOrder(group)) {
    if (++walk.seen > MAX_OBJECTS) throw unreadable(`${walk.file} claims too many objects.`)
    const name = prefix + key
    if (isLink(group, key)) walk.skipped.push({ name, why: say('is a link') })
    else visitObject(walk, group.get(key), name, depth)
  }
}

/** A group's members in the order that it lists its layers in, or by their numbers: `conv2d`, `conv2d_1`, ..., `conv2d_10`. */
function inOrder(group: Group): string[] {
  const listed: unknown = group.attrs['layer_names']?.value
  const places = new Map(Array.isArray(listed) ? listed.map((name, i) => [String(name), i]) : [])
  const place = (key: string) => places.get(key) ?? places.size
  return group.keys().sort((a, b) => place(a) - place(b) || byNumber(a, b))
}

function byNumber(a: string, b: string): number {
  const [[stem, number], [other, second]] = [numbered(a), numbered(b)]
  return stem === other ? number - second : stem < other ? -1 : 1
}

function numbered(key: string): [stem: string, number: number] {
  const digits = /\d*$/.exec(key)![0]
  return [key.slice(0, key.length - digits.length).replace(/_$/, ''), Number(digits)]
}

/** Whether a member is a soft or external link. The library answers null or an empty object for what is none, whatever its types say. */
function isLink(group: Group, key: string): boolean {
  const full = `${group.path === '/' ? '' : group.path}/${key}`
  return typeof group.get_link(full) === 'string' || typeof group.get_external_link(full).filename === 'string'
}

function visitObject(walk: Walk, found: ReturnType<Group['get']>, name: string, depth: number): void {
  if (found === null || !('type' in found)) return
  if (found.type === 'Group') {
    const group = found as Group
    visitGroup(walk, group, `${layerName(group, name)}/`, depth + 1)
  } else if (found.type === 'Dataset') addArray(walk, found as Dataset, name)
}

/** `layers/conv2d_4` under the name that its `vars` give it, if they do. What the optimiser keeps stays known as such. */
function layerName(group: Group, path: string): string {
  if (path === 'optimizer' || !group.keys().includes('vars') || isLink(group, 'vars')) return path
  const vars = group.get('vars')
  const given = vars !== null && 'attrs' in vars ? vars.attrs['name']?.value : undefined
  return typeof given === 'string' && /^[\w.-]{1,200}$/.test(given) ? path.replace(/[^/]*$/, given) : path
}

function addArray(walk: Walk, dataset: Dataset, name: string): void {
  const { shape, type, size, chunks, virtual_sources: elsewhere } = dataset.metadata
  const skip = (why: string) => void walk.skipped.push({ name, why })
  if (elsewhere !== undefined && elsewhere.length > 0) return skip(say('takes its numbers from another file'))
  if (shape === null || type !== H5T_FLOAT || (size !== 4 && size !== 8))
    return skip(say('holds no 32-bit or 64-bit floating-point numbers'))
  const count = countOf(shape, name)
  if (chunks === null && count * size > walk.size)
    throw unreadable(`${walk.file}: "${name}" claims more numbers than the file has room for.`)
  walk.arrays.set(name, { shape, read: () => Promise.resolve(readNumbers(walk.file, dataset, name, count)) })
}

function readNumbers(file: string, dataset: Dataset, name: string, count: number): Float32Array {
  const value = guarded(file, () => dataset.value)
  if (!(value instanceof Float32Array || value instanceof Float64Array) || value.length !== count)
    throw unreadable(`${file} is damaged: "${name}" does not hold what it claims.`)
  return value instanceof Float32Array ? value : Float32Array.from(value)
}
