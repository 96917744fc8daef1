import { open, readFile } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import { decodeXml, MAX_XML_BYTES } from './xml-text.ts'

/**
 * The text of an XML file of labels.
 *
 * @throws AppError `broken-xml` where it is too large or not of the encoding that it names.
 */
export async function readXmlFile(file: string): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    if (size > MAX_XML_BYTES) throw new AppError('broken-xml', `It is larger than ${MAX_XML_BYTES / 2 ** 20} MiB`)
  } finally {
    await handle.close()
  }
  return decodeXml(await readFile(file))
}

/** The first 4 KB of an XML file as Latin letters; empty where it cannot be read. UTF-16 reads as ASCII once its zero bytes are gone. */
export async function xmlHead(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return ''
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.subarray(0, bytesRead).toString('latin1').replaceAll('\0', '')
  } catch {
    return ''
  } finally {
    await handle.close()
  }
}

/** The name of a file's outermost element; null where its first 4 KB have none. */
export async function xmlRoot(file: string): Promise<string | null> {
  const head = (await xmlHead(file)).replaceAll(/<!--[\s\S]*?-->/g, '')
  return /<([a-z_][\w.-]*)[\s/>]/i.exec(head)?.[1] ?? null
}
