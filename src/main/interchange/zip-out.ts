import type { FileHandle } from 'node:fs/promises'
import { Zip, ZipPassThrough } from 'fflate'

/** A file of an archive; large ones come piece by piece. */
export interface ZipEntry {
  readonly name: string
  readonly contents: string | AsyncIterable<Uint8Array>
}

/** Moments before this cannot be said in a ZIP. */
const FIRST_MOMENT = Date.UTC(1980, 0, 2)

/**
 * Writes a ZIP archive (stored, not compressed: weights do not get smaller) at the place where the file stands. The same entries and
 * moment give the same bytes. Whatever the contents throw is passed on.
 */
export async function writeZip(file: FileHandle, entries: readonly ZipEntry[], moment: Date): Promise<void> {
  const ready: Uint8Array[] = []
  const faults: Error[] = []
  const zip = new Zip((error, chunk) => {
    if (error) faults.push(error)
    else ready.push(chunk)
  })
  const drain = async (): Promise<void> => {
    if (faults[0]) throw faults[0]
    for (const chunk of ready.splice(0)) await file.writeFile(chunk)
  }
  for (const { name, contents } of entries) {
    const entry = new ZipPassThrough(name)
    entry.mtime = new Date(Math.max(FIRST_MOMENT, moment.getTime()))
    zip.add(entry)
    const pieces = typeof contents === 'string' ? [new TextEncoder().encode(contents)] : contents
    for await (const piece of pieces) {
      entry.push(piece)
      await drain()
    }
    entry.push(new Uint8Array(), true)
  }
  zip.end()
  await drain()
}
