import type { FileHandle } from 'node:fs/promises'
import { unreadable } from './number-formats.ts'

/** Bytes of a file from `position` on. Throws AppError `weights-unreadable` where it ends before. */
export async function readExactly(handle: FileHandle, position: number, length: number, name: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done)
    if (bytesRead === 0) throw unreadable(`${name} is cut short.`)
    done += bytesRead
  }
  return buffer
}
