import { open } from 'node:fs/promises'
import { extensionOf, walkFiles } from './walk.ts'

/** How many XML files are looked into. */
const TRIES = 20

/**
 * What there is to import at a path: `voc` where one of its first XML files is a Pascal VOC annotation, else plain `images`.
 *
 * @throws AppError `not-found` or `too-many-files`.
 */
export async function detectFormat(root: string): Promise<'voc' | 'images'> {
  const annotations = (await walkFiles(root)).filter((file) => extensionOf(file) === 'xml')
  for (const file of annotations.slice(0, TRIES)) if (await looksLikeVoc(file)) return 'voc'
  return 'images'
}

async function looksLikeVoc(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    // UTF-16 reads as ASCII once its zero bytes are gone. CVAT's root is <annotations>.
    const head = buffer.subarray(0, bytesRead).toString('latin1').replaceAll('\0', '')
    return /<annotation[\s>]/.test(head) && !/<annotations[\s>]/.test(head)
  } finally {
    await handle.close()
  }
}
