import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { unreadable } from './number-formats.ts'

/** Where the bytes of a zip entry lie in the file. */
export interface StoredEntry {
  readonly start: number
  readonly size: number
}

const MAX_ENTRIES = 100_000

/**
 * The entries of a zip archive that are stored as they are, by name. Compressed and encrypted ones are left out: so nothing grows on
 * reading. Throws AppError `weights-unreadable` on a damaged archive or one with more than 100,000 entries.
 */
export async function storedEntries(file: string, name: string): Promise<ReadonlyMap<string, StoredEntry>> {
  let zip: ZipFile | undefined
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false })
    if (zip.entryCount > MAX_ENTRIES) throw unreadable(`${name} claims ${zip.entryCount} parts.`)
    const entries = new Map<string, StoredEntry>()
    for await (const entry of zip.eachEntry()) await collect(zip, entry, entries)
    return entries
  } catch (error) {
    throw unreadable(`${name} is damaged or cut short: ${error instanceof Error ? error.message : String(error)}.`)
  } finally {
    zip?.close()
  }
}

async function collect(zip: ZipFile, entry: Entry, entries: Map<string, StoredEntry>): Promise<void> {
  if (entry.compressionMethod !== 0 || entry.isEncrypted()) return
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
  entries.set(entry.fileName, { start: fileDataStart, size: entry.uncompressedSize })
}
