import { createHash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isFirstPlane, zarrPlace, type ZarrPlane } from '#shared/records/zarr-plane.ts'
import { fileError } from '../../imaging/failure.ts'

/** What a file is recognised by when it was moved. */
export interface Fingerprint {
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

const CHUNK = 1 << 20
/** Files of a folder up to this size are hashed whole, larger ones by their size and beginning: a Zarr may have terabytes. */
const WHOLE = 1 << 16
/** What file managers leave in a folder that somebody looked into. */
const LEFT_BY_SYSTEMS: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])

/** Folders of OME-Zarr that were looked through, for all planes of each. */
export type FoldersKnown = Map<string, Promise<Fingerprint>>

/**
 * Hashes a file piece by piece: memory stays at a megabyte whatever its size. The planes of an OME-Zarr are told apart.
 * @throws AppError of `ImageFailure`, or the signal's reason.
 */
export async function fingerprint(file: string, signal?: AbortSignal, known: FoldersKnown = new Map()): Promise<Fingerprint> {
  const place = zarrPlace(file)
  if (place) {
    const whole = known.get(place.folder) ?? folderFingerprint(place.folder, signal)
    known.set(place.folder, whole)
    return ofPlane(await whole, place.plane)
  }
  const handle = await open(file, 'r').catch((thrown: unknown) => {
    throw fileError(file, thrown)
  })
  try {
    const hash = createHash('sha256')
    const size = (await handle.stat()).size
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(size, 1)))
    let bytes = 0
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, bytes)
      if (bytesRead === 0) break
      hash.update(chunk.subarray(0, bytesRead))
      bytes += bytesRead
    }
    return { bytes, sha256: hash.digest('hex') }
  } catch (thrown) {
    signal?.throwIfAborted()
    throw fileError(file, thrown)
  } finally {
    await handle.close()
  }
}

function ofPlane({ bytes, sha256 }: Fingerprint, plane: ZarrPlane): Fingerprint {
  if (isFirstPlane(plane)) return { bytes, sha256 }
  return { bytes, sha256: createHash('sha256').update(`${sha256} z${plane.slice} t${plane.time}`).digest('hex') }
}

/** A folder by the names, sizes and beginnings of its files, hidden ones of the metadata included; links are passed over. */
async function folderFingerprint(folder: string, signal?: AbortSignal): Promise<Fingerprint> {
  const hash = createHash('sha256')
  let bytes = 0
  const collect = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      signal?.throwIfAborted()
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) await collect(name)
      if (!entry.isFile() || LEFT_BY_SYSTEMS.has(entry.name)) continue
      const file = path.join(folder, name)
      const { size } = await stat(file)
      bytes += size
      hash.update(`${name}\0${size}\0`).update(await beginning(file, Math.min(size, WHOLE)))
    }
  }
  try {
    await collect('')
  } catch (thrown) {
    signal?.throwIfAborted()
    throw fileError(folder, thrown)
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function beginning(file: string, length: number): Promise<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
