import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'

/** What a file of an archive may hold at most, by its name; names that are not in it are passed over. */
export type ZipLimits = Readonly<Record<string, number>>

/** Entries of an archive; more are none that this program wants. */
const MOST_ENTRIES = 1000

/** A ZIP archive of which only files are read that were asked for by name. Its owner closes it. */
export interface OpenZip {
  has(name: string): boolean
  text(name: string): Promise<string>
  /** Writes a file of the archive to `target`. */
  extract(name: string, target: string): Promise<void>
  close(): void
}

/**
 * Opens an archive. Nothing in it decides where anything is written: names are only compared. Throws Error where it is damaged, holds a name
 * twice or one that leads out of a folder, or a file that is larger than allowed; so do the readers where a checksum does not fit.
 */
export async function openZip(file: string, limits: ZipLimits): Promise<OpenZip> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true })
  try {
    const entries = await entriesOf(zip, limits)
    const entryOf = (name: string): Entry => {
      const entry = entries.get(name)
      if (entry === undefined) throw new Error(`${name} is not in it`)
      return entry
    }
    return {
      has: (name) => entries.has(name),
      text: async (name) => (await buffer(await streamOf(zip, entryOf(name)))).toString('utf8'),
      extract: async (name, target) => pipeline(await streamOf(zip, entryOf(name)), createWriteStream(target, { flags: 'wx' })),
      close: () => { zip.close() }, // prettier-ignore
    }
  } catch (thrown) {
    zip.close()
    throw thrown
  }
}

async function entriesOf(zip: ZipFile, limits: ZipLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_ENTRIES) throw new Error(`it holds ${zip.entryCount} files`)
  const entries = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    const most = Object.hasOwn(limits, entry.fileName) ? limits[entry.fileName] : undefined
    if (most === undefined) continue
    if (entries.has(entry.fileName)) throw new Error(`${entry.fileName} is in it twice`)
    if (entry.uncompressedSize > most) throw new Error(`${entry.fileName} is far too large`)
    entries.set(entry.fileName, entry)
  }
  return entries
}

/** The contents, which must be as long as the archive says (yauzl holds that) and have the checksum that it says. */
async function streamOf(zip: ZipFile, entry: Entry): Promise<Transform> {
  const source = await zip.openReadStreamPromise(entry)
  let sum = 0
  const checked = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      sum = crc32(chunk, sum)
      done(null, chunk)
    },
    flush: (done) => {
      done(sum === entry.crc32 ? null : new Error(`the checksum of ${entry.fileName} does not fit`))
    },
  })
  source.on('error', (error) => checked.destroy(error))
  return source.pipe(checked)
}
