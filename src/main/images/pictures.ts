import { stat } from 'node:fs/promises'
import type { picturesContract } from '#shared/contracts/pictures.ts'
import type { ClientOf } from '#shared/ipc/service.ts'

/**
 * Decodes and writes pictures for main. Where main is Electron's, a child process does it (`ChildPictures`): Electron on Linux has the
 * system's GLib in its process, and sharp's own beside it leaks memory and can crash (electron/electron#46323, lovell/sharp#4522).
 */
export interface Pictures extends Omit<ClientOf<typeof picturesContract>, 'hello'> {
  /** Ends whatever works for it. What is on the way rejects with code `pictures-stopped`. */
  stop(): Promise<void>
}

/** Whether the cache has a file: an empty one is what a power cut left. */
export async function isCached(file: string): Promise<boolean> {
  return ((await stat(file).catch(() => null))?.size ?? 0) > 0
}
