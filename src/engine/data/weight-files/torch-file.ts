import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { bytesPerNumber, countOf, type NumberFormat, toFloat32, unreadable } from './number-formats.ts'
import { readExactly } from './read-exactly.ts'
import { type StoredEntry, storedEntries } from './stored-zip.ts'
import { isTorchTensor, parseTorchPickle, type PickleDict, type PickleValue, type TorchTensor } from './torch-pickle.ts'
import type { SkippedArray, StoredArray, WeightFile } from './weight-file.ts'

/** The index of a state dict of 100,000 tensors is a tenth of this. */
const MAX_INDEX = 64 * 2 ** 20
const INDEX = 'data.pkl'
/** Where training scripts put the state dict in a larger checkpoint. */
const NESTED = ['state_dict', 'model', 'model_state_dict', 'weights']

const FORMATS: Readonly<Record<string, NumberFormat>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
}

interface Archive {
  readonly name: string
  readonly handle: FileHandle
  readonly entries: ReadonlyMap<string, StoredEntry>
  /** The folder inside the archive, with its slash. */
  readonly folder: string
}

/**
 * Opens what `torch.save(model.state_dict(), file)` has written since PyTorch 1.6: a zip archive with a pickled index (read by
 * torch-pickle.ts, which runs nothing) and the numbers beside it, not compressed. Throws AppError `weights-unreadable` on a damaged file,
 * `weights-refused` on one that holds more than weights, `weights-legacy` on PyTorch's old format.
 */
export async function openTorchFile(file: string): Promise<WeightFile> {
  const handle = await open(file, 'r')
  try {
    const archive = await openArchive(path.basename(file), handle)
    const index = parseTorchPickle(await readEntry(archive, INDEX, MAX_INDEX), archive.name)
    return { format: 'torch', ...storedArrays(archive, stateDict(index, archive.name)), close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openArchive(name: string, handle: FileHandle): Promise<Archive> {
  const start = Buffer.alloc(4)
  const { bytesRead } = await handle.read(start, 0, 4, 0)
  if (bytesRead < 4) throw unreadable(`${name} is too short for a weight file.`)
  if (start.readUInt16BE(0) === 0x8002) throw legacy(name)
  const entries = await storedEntries(handle, name)
  const index = [...entries.keys()].find((entry) => entry.endsWith(`/${INDEX}`) && entry.indexOf('/') === entry.lastIndexOf('/'))
  if (index === undefined) throw unreadable(`${name} is a zip archive, but not of PyTorch: it has no ${INDEX}.`)
  const archive = { name, handle, entries, folder: index.slice(0, -INDEX.length) }
  if (entries.has(`${archive.folder}byteorder`) && (await readEntry(archive, 'byteorder', 16)).toString() !== 'little')
    throw unreadable(`${name} was written on a big-endian machine, which is not supported.`)
  return archive
}

function legacy(name: string): AppError {
  return new AppError(
    'weights-legacy',
    `${name} is in the format that PyTorch wrote before version 1.6, which is not read here.`,
    'In Python: torch.save(torch.load(file, weights_only=True), new_file) writes it anew; or use a .safetensors file.',
  )
}

async function readEntry({ name, handle, entries, folder }: Archive, entry: string, limit: number): Promise<Buffer> {
  const found = entries.get(folder + entry)
  if (!found) throw unreadable(`${name} is damaged: its part ${entry} is missing or compressed.`)
  if (found.size > limit) throw unreadable(`${name}: its part ${entry} claims ${found.size} bytes.`)
  return readExactly(handle, found.start, found.size, name)
}

/** The table of tensors in what was pickled: the value itself, or one level down in a training script's checkpoint. */
function stateDict(index: PickleValue, name: string): PickleDict {
  if (index instanceof Map) {
    if ([...index.values()].some(isTorchTensor)) return index
    for (const key of NESTED) {
      const inner = index.get(key)
      if (inner instanceof Map && [...inner.values()].some(isTorchTensor)) return inner
    }
  }
  throw unreadable(`${name} holds no table of weights.`, 'Save model.state_dict() to a file and use that.')
}

function storedArrays(archive: Archive, dict: PickleDict): Pick<WeightFile, 'arrays' | 'skipped'> {
  const arrays = new Map<string, StoredArray>()
  const skipped: SkippedArray[] = []
  for (const [name, value] of dict) {
    const format = isTorchTensor(value) ? FORMATS[value.storage.type] : undefined
    if (!isTorchTensor(value)) skipped.push({ name, why: 'is no array' })
    else if (format === undefined)
      skipped.push({ name, why: `holds ${value.storage.type.replace('Storage', '')}, not floating-point numbers` })
    else {
      checkTensor(archive, name, value, format)
      arrays.set(name, { shape: value.shape, read: () => readTensor(archive, value, format) })
    }
  }
  return { arrays, skipped }
}

/** Everything that a tensor claims is held against the storage, and the storage against the file, before anything is allocated. */
function checkTensor(
  { name: file, entries, folder }: Archive,
  name: string,
  { storage, offset, shape, strides }: TorchTensor,
  format: NumberFormat,
): void {
  const size = entries.get(`${folder}data/${storage.key}`)?.size
  if (size === undefined) throw unreadable(`${file} is damaged: the numbers of "${name}" are missing or compressed.`)
  if (size !== storage.count * bytesPerNumber(format))
    throw unreadable(`${file}: "${name}" claims ${storage.count} numbers but has ${size} bytes.`)
  const count = countOf(shape, name)
  const last = shape.reduce((sum, side, i) => sum + Math.max(0, side - 1) * strides[i]!, offset)
  if (count > storage.count || (count > 0 && last >= storage.count))
    throw unreadable(`${file}: "${name}" reaches beyond its ${storage.count} numbers.`)
}

async function readTensor({ name, handle, entries, folder }: Archive, tensor: TorchTensor, format: NumberFormat): Promise<Float32Array> {
  const start = entries.get(`${folder}data/${tensor.storage.key}`)!.start
  const size = bytesPerNumber(format)
  const [begin, length] = contiguous(tensor) ? [tensor.offset, countOf(tensor.shape, name)] : [0, tensor.storage.count]
  const numbers = toFloat32(await readExactly(handle, start + begin * size, length * size, name), format)
  return contiguous(tensor) ? numbers : gathered(numbers, tensor)
}

function contiguous({ shape, strides }: TorchTensor): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

/** The elements of a strided view (a transposed or channels-last array) in row-major order. */
function gathered(numbers: Float32Array, { offset, shape, strides }: TorchTensor): Float32Array {
  const out = new Float32Array(shape.reduce((a, b) => a * b, 1))
  const at = shape.map(() => 0)
  let from = offset
  for (let i = 0; i < out.length; i++) {
    out[i] = numbers[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis]!++
      from += strides[axis]!
      if (at[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      at[axis] = 0
    }
  }
  return out
}
