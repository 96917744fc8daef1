import { open } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '#shared/errors.ts'
import { openKerasArchive } from './keras-archive.ts'
import { openKerasFile } from './keras-file.ts'
import { openSafetensors } from './safetensors.ts'
import { openTorchFile } from './torch-file.ts'
import type { WeightFile } from './weight-file.ts'

/**
 * Opens a file of weights that a person points to, told by its first bytes, not by its name: safetensors, PyTorch (.pth, .pt) or Keras
 * (.h5, .keras). `seconds`: how long HDF5 may think about one question. Such files are not trusted: see each reader. Throws AppError `weights-missing` where there is none, else as the readers do.
 */
export async function openWeightFile(file: string, seconds?: number): Promise<WeightFile> {
  const start = await firstBytes(file)
  if (start.subarray(1, 4).toString('latin1') === 'HDF') return openKerasFile(file, seconds)
  if (start.subarray(0, 2).toString('latin1') === 'PK') return (await openKerasArchive(file, seconds)) ?? openTorchFile(file)
  if (start.readUInt16BE(0) === 0x8002) return openTorchFile(file)
  if (start.readUInt8(8) === 0x7b) return openSafetensors(file)
  throw new AppError(
    'weights-unreadable',
    `${path.basename(file)} is no weight file that can be read here.`,
    'Weights come as .safetensors, as PyTorch .pth (a state dict) or as Keras .h5 or .keras.',
  )
}

/** The first nine bytes, zeros where the file is shorter. */
async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new AppError('weights-missing', `${file} cannot be opened.`, 'Check that the file is there and may be read.', error)
  })
  try {
    const start = Buffer.alloc(9)
    await handle.read(start, 0, 9, 0)
    return start
  } finally {
    await handle.close()
  }
}
