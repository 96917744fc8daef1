import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import { say } from '#shared/i18n/say.ts'
import { bytesPerNumber, countOf, type NumberFormat, toFloat32, unreadable } from './number-formats.ts'
import { readExactly } from './read-exactly.ts'
import type { StoredEntry } from './stored-zip.ts'
import { openTorchLegacy, openTorchZip, type TorchArchive } from './torch-archive.ts'
import { isTorchTensor, type PickleDict, type TorchTensor } from './torch-pickle.ts'
import type { SkippedArray, StoredArray, WeightFile } from './weight-file.ts'

/** A pickle of protocol 2 begins so: PyTorch's format before 1.6. The newer one is a zip archive. */
const PICKLE_START = 0x8002
/** Where training scripts put the state dict in a larger checkpoint. */
const NESTED = ['state_dict', 'model', 'model_state_dict', 'weights']

const FORMATS: Readonly<Record<string, NumberFormat>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
}

/**
 * Opens what `torch.save(model.state_dict(), file)` writes: a pickled index, which torch-pickle.ts reads without running anything, and
 * the numbers. Throws AppError `weights-unreadable` on a damaged file, `weights-refused` on one that holds more than weights.
 */
export async function openTorchFile(file: string): Promise<WeightFile> {
  const handle = await open(file, 'r')
  try {
    const name = path.basename(file)
    const legacy = (await readExactly(handle, 0, 2, name)).readUInt16BE(0) === PICKLE_START
    const archive = await (legacy ? openTorchLegacy : openTorchZip)(handle, name)
    return { format: 'torch', ...storedArrays(handle, archive, stateDict(archive)), close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** The table of tensors in what was pickled: the value itself, or one level down in a training script's checkpoint. */
function stateDict({ index, name }: TorchArchive): PickleDict {
  if (index instanceof Map) {
    if ([...index.values()].some(isTorchTensor)) return index
    for (const key of NESTED) {
      const inner = index.get(key)
      if (inner instanceof Map && [...inner.values()].some(isTorchTensor)) return inner
    }
  }
  throw unreadable(`${name} holds no table of weights.`, 'Save model.state_dict() to a file and use that.')
}

function storedArrays(handle: FileHandle, archive: TorchArchive, dict: PickleDict): Pick<WeightFile, 'arrays' | 'skipped'> {
  const arrays = new Map<string, StoredArray>()
  const skipped: SkippedArray[] = []
  for (const [name, value] of dict) {
    const format = isTorchTensor(value) ? FORMATS[value.storage.type] : undefined
    if (!isTorchTensor(value)) skipped.push({ name, why: say('is no array') })
    else if (format === undefined)
      skipped.push({ name, why: say('holds {{type}}, not floating-point numbers', { type: value.storage.type.replace('Storage', '') }) })
    else {
      const { start } = checkedPlace(archive, name, value, format)
      arrays.set(name, { shape: value.shape, read: () => readTensor(handle, archive.name, start, value, format) })
    }
  }
  return { arrays, skipped }
}

/** Everything that a tensor claims is held against the storage, and the storage against the file, before anything is allocated. */
function checkedPlace({ name: file, storages }: TorchArchive, name: string, tensor: TorchTensor, format: NumberFormat): StoredEntry {
  const { storage, offset, shape, strides } = tensor
  const place = storages.get(storage.key)
  if (place === undefined) throw unreadable(`${file} is damaged: the numbers of "${name}" are missing or compressed.`)
  if (place.size !== storage.count * bytesPerNumber(format))
    throw unreadable(`${file}: "${name}" claims ${storage.count} numbers but has ${place.size} bytes.`)
  const count = countOf(shape, name)
  const last = shape.reduce((sum, side, i) => sum + Math.max(0, side - 1) * strides[i]!, offset)
  if (count > storage.count || (count > 0 && last >= storage.count))
    throw unreadable(`${file}: "${name}" reaches beyond its ${storage.count} numbers.`)
  return place
}

async function readTensor(
  handle: FileHandle,
  file: string,
  start: number,
  tensor: TorchTensor,
  format: NumberFormat,
): Promise<Float32Array> {
  const size = bytesPerNumber(format)
  const straight = contiguous(tensor)
  const [begin, length] = straight ? [tensor.offset, countOf(tensor.shape, file)] : [0, tensor.storage.count]
  const numbers = toFloat32(await readExactly(handle, start + begin * size, length * size, file), format)
  return straight ? numbers : gathered(numbers, tensor)
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
