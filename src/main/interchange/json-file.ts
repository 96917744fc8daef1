import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '#shared/errors.ts'

/** Bytes of a JSON file that is read: a string of JavaScript holds no more. */
const MAX_BYTES = 480 * 2 ** 20

const unpack = promisify(gunzip)

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads a JSON file of labels. NaN and Infinity, which JSON does not know and programs write all the same (QuPath, Python), are null.
 *
 * @throws AppError `broken-json`.
 */
export async function readJson(file: string): Promise<unknown> {
  const name = path.basename(file)
  const bytes = await bytesOf(file, name)
  if (bytes.length > MAX_BYTES)
    throw new AppError('broken-json', `${name} is larger than ${MAX_BYTES / 2 ** 20} MiB.`, 'Export it in several files.')
  try {
    return parsed(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('broken-json', `${name} is no sound JSON: ${said.slice(0, 200)}`, 'Export it again.', thrown)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (thrown) {
    const mended = withoutNonNumbers(text)
    if (mended === text) throw thrown
    return JSON.parse(mended) as unknown
  }
}

const QUOTE = 34
const BACKSLASH = 92
const NON_NUMBERS = ['NaN', 'Infinity', '-Infinity']
const FIRST_LETTERS = NON_NUMBERS.map((word) => word.charCodeAt(0))

/** The text with null for NaN and Infinity outside of strings. Letter by letter: a regular expression takes six times as long, and all of the stack. */
function withoutNonNumbers(text: string): string {
  const parts: string[] = []
  let from = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    if (letter === QUOTE) inString = !inString
    else if (inString) at += letter === BACKSLASH ? 1 : 0
    else if (FIRST_LETTERS.includes(letter)) {
      const word = NON_NUMBERS.find((one) => text.startsWith(one, at))
      if (word === undefined) continue
      parts.push(text.slice(from, at))
      from = at + word.length
      at = from - 1
    }
  }
  return from === 0 ? text : [...parts, text.slice(from)].join('null')
}

/** The file's bytes; of one that ends in .gz those that it was packed from. */
async function bytesOf(file: string, name: string): Promise<Uint8Array> {
  const bytes = await readFile(file)
  if (!file.toLowerCase().endsWith('.gz')) return bytes
  try {
    return await unpack(bytes, { maxOutputLength: MAX_BYTES })
  } catch (thrown) {
    throw new AppError(
      'broken-json',
      `${name} cannot be unpacked, or is larger than ${MAX_BYTES / 2 ** 20} MiB.`,
      'Export it again.',
      thrown,
    )
  }
}

/** The first and last 64 KB of a file as text; empty where it cannot be read. */
export async function endsOf(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return ''
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(131_072)
    const head = await handle.read(buffer, 0, 65_536, 0)
    const from = Math.max(head.bytesRead, size - 65_536)
    const tail = await handle.read(buffer, head.bytesRead, Math.max(0, size - from), from)
    return buffer.subarray(0, head.bytesRead + tail.bytesRead).toString('utf8')
  } catch {
    return ''
  } finally {
    await handle.close()
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

/** The value as numbers, or null where it is anything else. */
export function numbersIn(value: unknown): readonly number[] | null {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one)) ? (value as number[]) : null
}
