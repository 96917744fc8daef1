import type { FileHandle } from 'node:fs/promises'
import { unreadable } from './number-formats.ts'
import { readExactly } from './read-exactly.ts'
import { type StoredEntry, storedEntries } from './stored-zip.ts'
import { parseTorchPickle, type PickleValue } from './torch-pickle.ts'

/** The index of a PyTorch file, and where in the file each storage's bytes lie, by key. */
export interface TorchArchive {
  readonly name: string
  readonly index: PickleValue
  readonly storages: ReadonlyMap<string, StoredEntry>
}

/** The index of a state dict of 100,000 tensors is a tenth of this. */
const MAX_INDEX = 64 * 2 ** 20
const INDEX = 'data.pkl'

/** The format since PyTorch 1.6: a zip archive, nothing in it compressed. Throws as `openTorchFile`. */
export async function openTorchZip(handle: FileHandle, name: string): Promise<TorchArchive> {
  const entries = await storedEntries(handle, name)
  const path = [...entries.keys()].find((entry) => entry.endsWith(`/${INDEX}`) && entry.indexOf('/') === entry.lastIndexOf('/'))
  if (path === undefined) throw unreadable(`${name} is a zip archive, but not of PyTorch: it has no ${INDEX}.`)
  const folder = path.slice(0, -INDEX.length)
  const read = async (entry: StoredEntry) => {
    if (entry.size > MAX_INDEX) throw unreadable(`${name}: its index claims ${entry.size} bytes.`)
    return readExactly(handle, entry.start, entry.size, name)
  }
  const order = entries.get(`${folder}byteorder`)
  if (order !== undefined && (await read(order)).toString() !== 'little') throw bigEndian(name)
  const { value } = parseTorchPickle(await read(entries.get(path)!), name)
  const data = `${folder}data/`
  const storages = [...entries]
    .filter(([entry]) => entry.startsWith(data))
    .map(([entry, place]) => [entry.slice(data.length), place] as const)
  return { name, index: value, storages: new Map(storages) }
}

function bigEndian(name: string): Error {
  return unreadable(`${name} was written on a big-endian machine, which is not supported.`)
}

/** PyTorch's mark of its first format: the pickled number 0x1950a86a20f9469cfc6c. */
const MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex')
/** Bytes of a number by storage type, those included that are skipped. */
const NUMBER_BYTES: Readonly<Record<string, number>> = {
  DoubleStorage: 8,
  LongStorage: 8,
  FloatStorage: 4,
  IntStorage: 4,
  HalfStorage: 2,
  BFloat16Storage: 2,
  ShortStorage: 2,
  CharStorage: 1,
  ByteStorage: 1,
  BoolStorage: 1,
}

/**
 * The format before PyTorch 1.6, in which torchvision's own VGG16 still comes: five pickles (mark, version, facts of the machine, the
 * value, the storages' keys), then each storage as its 64-bit count and its numbers. Throws as `openTorchFile`.
 */
export async function openTorchLegacy(handle: FileHandle, name: string): Promise<TorchArchive> {
  const { size } = await handle.stat()
  const head = await readExactly(handle, 0, Math.min(size, MAX_INDEX), name)
  if (!head.subarray(0, MAGIC.length).equals(MAGIC)) throw unreadable(`${name} is a pickle, but not of PyTorch.`)
  const version = parseTorchPickle(head, name, MAGIC.length)
  const facts = parseTorchPickle(head, name, version.end)
  if (facts.value instanceof Map && facts.value.get('little_endian') !== true) throw bigEndian(name)
  const index = parseTorchPickle(head, name, facts.end)
  const keys = parseTorchPickle(head, name, index.end)
  if (!Array.isArray(keys.value)) throw unreadable(`${name} is damaged: it lacks the list of its parts.`)
  const storages = new Map<string, StoredEntry>()
  let at = keys.end
  for (const key of keys.value as readonly PickleValue[]) {
    const storage = typeof key === 'string' ? index.storages.get(key) : undefined
    const bytes = storage === undefined ? undefined : NUMBER_BYTES[storage.type]
    const count = Number((await readExactly(handle, at, 8, name)).readBigUInt64LE(0))
    if (storage === undefined || bytes === undefined || count !== storage.count || at + 8 + count * bytes > size)
      throw unreadable(`${name} is damaged or cut short: its part ${String(key)} is not as its index says.`)
    storages.set(storage.key, { start: at + 8, size: count * bytes })
    at += 8 + count * bytes
  }
  return { name, index: index.value, storages }
}
