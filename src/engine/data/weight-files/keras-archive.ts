import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openKerasFile } from './keras-file.ts'
import { unreadable } from './number-formats.ts'
import { storedEntries, type StoredEntry } from './stored-zip.ts'
import type { WeightFile } from './weight-file.ts'

/** What Keras 3 calls the weights in a `.keras` archive. */
const WEIGHTS = 'model.weights.h5'

/**
 * Opens the weights in what Keras 3 writes as `model.save('x.keras')`: a zip archive with an HDF5 file in it, as it is. The model's
 * description beside it is not looked at. HDF5 reads files only, so the weights are copied to a temporary one until close(). Null where the
 * archive is none of Keras's. Throws AppError `weights-unreadable` on a damaged one.
 */
export async function openKerasArchive(file: string, seconds?: number): Promise<WeightFile | null> {
  const entry = await weightsEntry(file)
  if (entry === undefined) return null
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keras-weights-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const copy = path.join(folder, path.basename(file))
    const { start, size } = entry
    if (size === 0) throw unreadable(`${path.basename(file)} is damaged: its weights are empty.`)
    await pipeline(createReadStream(file, { start, end: start + size - 1 }), createWriteStream(copy, { mode: 0o600 }))
    const opened = await openKerasFile(copy, seconds)
    const close = () => opened.close().finally(remove)
    return { ...opened, close }
  } catch (error) {
    await remove()
    throw error
  }
}

async function weightsEntry(file: string): Promise<StoredEntry | undefined> {
  const handle = await open(file, 'r')
  try {
    return (await storedEntries(handle, path.basename(file))).get(WEIGHTS)
  } finally {
    await handle.close()
  }
}
