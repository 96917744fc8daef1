import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { AppError } from '#shared/errors.ts'
import type { Diff, HistoryState } from '#shared/records/edit.ts'
import { packDiff, unpackDiff } from '#shared/records/packed-diff.ts'
import { type Row, rowReader, type SqlValue } from './rows.ts'
import type { Sqlite } from './sqlite.ts'

const read = rowReader('history')

/** Diffs longer than this are stored compressed. */
const COMPRESS_FROM = 4096
/** A stored diff never unpacks to more: a hostile file can't fill the memory. */
const LARGEST_DIFF = 2 ** 30

/** One done or undone edit. */
export interface HistoryEntry {
  readonly label: string
  readonly diff: Diff
}

/**
 * The project's undo list, in its database: entries 1..position are done, those after it were undone. Every change, undo and redo
 * included, raises `sequence`. All methods that change it are to be called inside the transaction of the change itself.
 */
export interface History {
  state(): HistoryState
  /** How many edits are done: the number of the last of them. */
  position(): number
  /** Another number after every change. */
  sequence(): number
  /** Adds a done edit and drops what was undone. */
  push(entry: HistoryEntry, at: string): void
  /**
   * The edit that undo takes back, and marks it undone; null at the beginning. `images`: also where several images leave the project by that.
   * @throws AppError `takes-images`; nothing is marked then.
   */
  back(images: boolean): HistoryEntry | null
  /** The edit that redo makes again, and marks it done; null at the end. */
  forward(): HistoryEntry | null
}

export function openHistory(db: Sqlite): History {
  const position = db.prepare<[], Row>('SELECT position, sequence FROM history_state')
  const move = db.prepare<[number]>('UPDATE history_state SET position = ?, sequence = sequence + 1')
  const entry = db.prepare<[number], Row>('SELECT number, label, diff FROM history WHERE number = ?')
  const label = db.prepare<[number], Row>('SELECT number, label FROM history WHERE number = ?')
  const dropAfter = db.prepare<[number]>('DELETE FROM history WHERE number > ?')
  const insert = db.prepare<SqlValue[]>('INSERT INTO history (number, label, at, diff) VALUES (?, ?, ?, ?)')
  const now = (): { at: number; sequence: number } => {
    const row = position.get() ?? {}
    return { at: read.number(row, 'position'), sequence: read.number(row, 'sequence') }
  }
  const labelOf = (number: number): string | null => {
    const row = label.get(number)
    return row ? read.text(row, 'label') : null
  }
  const step = (number: number, to: number): HistoryEntry | null => {
    const row = entry.get(number)
    if (!row) return null
    move.run(to)
    return { label: read.text(row, 'label'), diff: unpack(row) }
  }
  return {
    state: () => {
      const { at, sequence } = now()
      return { undo: labelOf(at), redo: labelOf(at + 1), sequence }
    },
    position: () => now().at,
    sequence: () => now().sequence,
    push: ({ label: text, diff }, when) => {
      const { at } = now()
      dropAfter.run(at)
      insert.run(at + 1, text, when, pack(diff))
      move.run(at + 1)
    },
    back: (images) => {
      const { at } = now()
      const taken = step(at, at - 1)
      const count = taken?.diff.images.added.length ?? 0
      // The transaction takes the mark back.
      if (!images && count > 1) throw takesImages(count)
      return taken
    },
    forward: () => {
      const { at } = now()
      return step(at + 1, at + 1)
    },
  }
}

const takesImages = (count: number): AppError =>
  new AppError(
    'takes-images',
    `This would take ${count} images out of the project again, with all their labels and decisions.`,
    'Nothing was changed.',
  )

function pack(diff: Diff): string | Uint8Array {
  const json = JSON.stringify(packDiff(diff))
  return json.length < COMPRESS_FROM ? json : deflateRawSync(json, { level: 3 })
}

function unpack(row: Row): Diff {
  const stored = row['diff']
  try {
    const json = stored instanceof Uint8Array ? inflateRawSync(stored, { maxOutputLength: LARGEST_DIFF }).toString('utf8') : String(stored)
    return unpackDiff(JSON.parse(json))
  } catch (thrown) {
    throw new AppError(
      'history-broken',
      `The step "${String(row['label'])}" can't be read back from the project's history.`,
      'Nothing was changed. Steps before it can’t be undone; everything else works.',
      thrown,
    )
  }
}
