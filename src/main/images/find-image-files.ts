import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { SNIFF_BYTES, sniffFormat } from '../../imaging/formats.ts'
import { extensionOf, isImageName, mapLimited, walkFiles } from '../interchange/walk.ts'

/**
 * The image files at the given paths, in their order and by name within a folder, each once. A file that is named itself is taken whatever it
 * holds, so that the reader can say what is wrong with it. In folders and those below them the content decides: images without an ending are
 * found, and a file that only calls itself an image is taken too, to be reported. Hidden files and projects are passed over.
 *
 * @throws AppError `not-found` or `too-many-files`.
 */
export async function findImageFiles(paths: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const found = new Set<string>()
  for (const given of paths) {
    const files = await walkFiles(given, signal)
    const named = files.length === 1 && files[0] === path.resolve(given)
    const images = await mapLimited(files, 8, (file) => (named ? Promise.resolve(true) : mayBeImage(file, signal)))
    files.forEach((file, i) => images[i] && found.add(file))
  }
  for (const part of await partsOfSlides([...found])) found.delete(part)
  return [...found]
}

/** The pictures of which Hamamatsu's slides (.vms, .vmu: a list of JPEG files beside it) are made up: they are no images of their own. */
async function partsOfSlides(files: readonly string[]): Promise<string[]> {
  const parts: string[] = []
  for (const file of files.filter((name) => ['vms', 'vmu'].includes(extensionOf(name)))) {
    const text = await readFile(file, 'utf8').catch(() => '')
    for (const [, name = ''] of text.matchAll(/^(?:ImageFile|MapFile|MacroImage)[^=\r\n]{0,40}=([^\r\n]+)/gm))
      parts.push(path.join(path.dirname(file), path.basename(name.trim())))
  }
  return parts
}

async function mayBeImage(file: string, signal?: AbortSignal): Promise<boolean> {
  signal?.throwIfAborted()
  return isImageName(file) || (await isImageContent(file))
}

async function isImageContent(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return false
  try {
    const head = new Uint8Array(SNIFF_BYTES)
    const { bytesRead } = await handle.read(head, 0, SNIFF_BYTES, 0)
    return sniffFormat(head.subarray(0, bytesRead)).kind === 'image'
  } catch {
    return false
  } finally {
    await handle.close()
  }
}
