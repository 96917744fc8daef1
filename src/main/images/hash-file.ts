import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { fileError } from '../../imaging/failure.ts'

/** What a file is recognised by when it was moved. */
export interface Fingerprint {
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

const CHUNK = 1 << 20

/** Hashes a file piece by piece: memory stays at a megabyte whatever its size. @throws AppError of `ImageFailure`, or the signal's reason. */
export async function fingerprint(file: string, signal?: AbortSignal): Promise<Fingerprint> {
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
