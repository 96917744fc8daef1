import { crc32, deflateRawSync } from 'node:zlib'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { unzip } from '../../tools/setup/unzip.mjs'

let folder
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'slidewright-unzip-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A zip by PKWARE's APPNOTE: local headers with their data, the central directory, its end record. */
function zipOf(files) {
  const locals = []
  const central = []
  let offset = 0
  for (const { name, text, mode } of files) {
    const packed = deflateRawSync(text)
    const sizes = [crc32(text), packed.length, Buffer.byteLength(text)]
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(8, 8)
    sizes.forEach((value, i) => local.writeUInt32LE(value, 14 + 4 * i))
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE((3 << 8) | 20, 4)
    entry.writeUInt16LE(20, 6)
    entry.writeUInt16LE(8, 10)
    sizes.forEach((value, i) => entry.writeUInt32LE(value, 16 + 4 * i))
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE((mode << 16) >>> 0, 38)
    entry.writeUInt32LE(offset, 42)
    locals.push(local, Buffer.from(name), packed)
    central.push(entry, Buffer.from(name))
    offset += 30 + name.length + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

const files = [
  { name: 'App/app', text: 'program '.repeat(1000), mode: 0o100755 },
  { name: 'App/notes.txt', text: 'notes', mode: 0o100644 },
  { name: 'App/left/out', text: 'no', mode: 0o100644 },
]

it('writes the chosen files under their new names with their modes, and no others', async () => {
  writeFileSync(join(folder, 'a.zip'), zipOf(files))
  const written = await unzip(join(folder, 'a.zip'), (name) =>
    name.includes('/left/') ? null : join(folder, 'to', name.replace('App/', '')),
  )
  expect(written).toBe(2)
  expect(readFileSync(join(folder, 'to', 'app'), 'utf8')).toBe('program '.repeat(1000))
  expect(statSync(join(folder, 'to', 'app')).mode & 0o777).toBe(0o755)
  expect(existsSync(join(folder, 'to', 'left'))).toBe(false)
})

it('refuses an archive that was cut off', async () => {
  writeFileSync(join(folder, 'b.zip'), zipOf(files).subarray(0, 60))
  await expect(unzip(join(folder, 'b.zip'), (name) => join(folder, name))).rejects.toThrow()
})

it('refuses names that lead out of the folder', async () => {
  writeFileSync(join(folder, 'c.zip'), zipOf([{ name: '../evil', text: 'x', mode: 0o100644 }]))
  await expect(unzip(join(folder, 'c.zip'), (name) => join(folder, 'in', name))).rejects.toThrow()
  expect(existsSync(join(folder, 'evil'))).toBe(false)
})
