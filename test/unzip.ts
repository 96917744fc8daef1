import { buffer } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'

/** The text of a file in a ZIP archive. */
export async function entryOf(archive: Buffer, name: string): Promise<string> {
  const zip = await fromBufferPromise(archive)
  for await (const entry of zip.eachEntry())
    if (entry.fileName === name) return (await buffer(await zip.openReadStreamPromise(entry))).toString()
  throw new Error(`${name} is not in the archive`)
}
