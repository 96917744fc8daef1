import { type FileHandle, mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { crc32 } from 'node:zlib'

/** What was found of a part of an image, kept until the prediction is through. */
export interface WorkRecord {
  /** Which part: number of a tile, or first row of a band. */
  readonly key: number
  readonly bytes: Uint8Array
}

/** Finished parts of the work on one image, in the order in which they were finished. */
export interface WorkLog {
  /**
   * Those that an earlier prediction kept; to be read before anything is appended. Who breaks off at a record, because it is not the one that
   * was to come, throws away that one and all after it.
   */
  kept(): AsyncIterable<WorkRecord>
  append(key: number, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Opens the logs of an image by name: one for each model that looks at it. */
export type OpenLog = (name: string) => Promise<WorkLog>

/** First bytes of a log; the number grows when an older program could misread a newer file. */
const MAGIC = Buffer.from('slidewright-work-1\n')
/** Key, length, CRC-32 of key, length and bytes; 4 bytes each, little-endian. */
const HEAD = 12
/** No part is larger: what claims to be is damaged. */
const MOST_BYTES = 2 ** 30

/** Nothing is kept. */
export const forgetfulLog: OpenLog = () =>
  Promise.resolve({
    kept: async function* () {
      // There is nothing.
    },
    append: () => Promise.resolve(),
    close: () => Promise.resolve(),
  })

/**
 * Logs in a folder, which is made. A log that was broken off in the middle of a record, or was damaged, is cut after its last sound one. Bytes
 * are handed to the operating system record by record: a killed program loses none, a power cut may.
 */
export function logsIn(folder: string): OpenLog {
  return async (name) => {
    await mkdir(folder, { recursive: true })
    const file = await open(path.join(folder, `${name}.log`), 'a+')
    return new FileLog(file)
  }
}

class FileLog implements WorkLog {
  readonly #file: FileHandle
  #read = false

  constructor(file: FileHandle) {
    this.#file = file
  }

  async *kept(): AsyncGenerator<WorkRecord> {
    this.#read = true
    let end = await this.#begin()
    try {
      for (;;) {
        const record = await this.#recordAt(end)
        if (record === null) break
        yield record
        end += HEAD + record.bytes.length
      }
    } finally {
      await this.#file.truncate(end)
    }
  }

  async append(key: number, bytes: Uint8Array): Promise<void> {
    if (!this.#read) throw new Error('A log is read before it is written')
    await this.#file.writev([headOf(key, bytes), bytes])
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** Where the records begin; what does not begin as a log is begun anew. */
  async #begin(): Promise<number> {
    const magic = Buffer.alloc(MAGIC.length)
    await this.#file.read(magic, 0, MAGIC.length, 0)
    if (!magic.equals(MAGIC)) {
      await this.#file.truncate(0)
      await this.#file.write(MAGIC)
    }
    return MAGIC.length
  }

  async #recordAt(place: number): Promise<WorkRecord | null> {
    const head = Buffer.alloc(HEAD)
    if ((await this.#file.read(head, 0, HEAD, place)).bytesRead < HEAD) return null
    const length = head.readUInt32LE(4)
    const { size } = await this.#file.stat()
    if (length > MOST_BYTES || place + HEAD + length > size) return null
    const bytes = Buffer.alloc(length)
    await this.#file.read(bytes, 0, length, place + HEAD)
    const key = head.readUInt32LE(0)
    return headOf(key, bytes).equals(head) ? { key, bytes } : null
  }
}

function headOf(key: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD)
  head.writeUInt32LE(key, 0)
  head.writeUInt32LE(bytes.length, 4)
  head.writeUInt32LE(crc32(bytes, crc32(head.subarray(0, 8))), 8)
  return head
}
