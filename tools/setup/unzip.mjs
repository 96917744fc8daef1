// Chosen files of a zip (a Python wheel is one), written where the caller says.
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'

/**
 * @param {string} archive path of the zip
 * @param {(name: string) => string | null} target where a file goes, or null to leave it out
 * @returns {Promise<number>} how many files were written
 */
export async function unzip(archive, target) {
  const { default: yauzl } = await import('yauzl') // a package: this runs after they are there
  const zip = await new Promise((done, fail) =>
    yauzl.open(archive, { lazyEntries: true, autoClose: true }, (error, file) => (error ? fail(error) : done(file))),
  )
  let written = 0
  await new Promise((done, fail) => {
    zip.on('error', fail)
    zip.on('end', done)
    zip.on('entry', (entry) => {
      const to = entry.fileName.endsWith('/') ? null : target(entry.fileName)
      if (to === null) return zip.readEntry()
      written++
      extract(zip, entry, to).then(() => zip.readEntry(), fail)
    })
    zip.readEntry()
  })
  return written
}

async function extract(zip, entry, to) {
  const stream = await new Promise((done, fail) => zip.openReadStream(entry, (error, file) => (error ? fail(error) : done(file))))
  mkdirSync(dirname(to), { recursive: true })
  const mode = (entry.externalFileAttributes >>> 16) & 0o777
  await pipeline(stream, createWriteStream(to, { mode: mode || 0o644 }))
}
