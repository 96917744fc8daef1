import { type ClassId } from '#shared/records/ids.ts'
import { type ObjectId, type SceneRows } from './rows.ts'

/** Rows of one block. */
export interface RowsOf {
  readonly rows: SceneRows
  readonly guess: boolean
  /** Its rows, each once. */
  readonly taken: ArrayLike<number>
}

interface Marked {
  readonly rows: SceneRows
  readonly guess: boolean
  /** 1 for each row that is in the set. */
  readonly marks: Uint8Array
  readonly count: number
}

/** Where rows are now. */
interface Shown {
  readonly parts: readonly { readonly rows: SceneRows; readonly guess: boolean; readonly isShown: (row: number) => boolean }[]
  readonly find: (id: ObjectId) => { readonly part: { readonly rows: SceneRows; readonly guess: boolean }; readonly row: number } | null
}

/** Up to so many objects are a set of their ids. */
const FEW = 1000

function markedOf({ rows, guess, taken }: RowsOf): Marked {
  const marks = new Uint8Array(rows.count)
  for (let i = 0; i < taken.length; i++) marks[taken[i]!] = 1
  return { rows, guess, marks, count: taken.length }
}

/** The objects in some rows. */
export function objectsIn(found: readonly RowsOf[]): ReadonlySet<ObjectId> {
  const size = found.reduce((sum, { taken }) => sum + taken.length, 0)
  if (size > FEW) return new RowSet(found.filter(({ taken }) => taken.length > 0).map(markedOf))
  return new Set(found.flatMap(({ rows, taken }) => Array.from(taken, rows.idAt)))
}

/** Objects that are in either of two sets. */
export function bothOf(one: ReadonlySet<ObjectId>, other: ReadonlySet<ObjectId>): ReadonlySet<ObjectId> {
  if (one.size === 0) return other
  if (other.size === 0) return one
  const [large, small] = other instanceof RowSet ? [other, one] : [one, other]
  return (large instanceof RowSet ? large.with(small) : null) ?? new Set([...one, ...other])
}

/**
 * Many objects by their rows: a selection of a hundred thousand is made, counted, compared and drawn without an id of any of them. An id is made
 * when the set is walked through, from below.
 */
export class RowSet implements ReadonlySet<ObjectId> {
  readonly #parts: readonly Marked[]
  /** Marks in blocks that hold some of these objects beside those by whose rows they are kept. */
  readonly #elsewhere = new WeakMap<SceneRows, Uint8Array>()
  readonly size: number

  constructor(parts: readonly Marked[]) {
    this.#parts = parts
    this.size = parts.reduce((sum, { count }) => sum + count, 0)
  }

  has(id: ObjectId): boolean {
    return this.#parts.some(({ rows, guess, marks }) => guess === (typeof id === 'number') && marks[rows.rowOf(id)] === 1)
  }

  /** 1 for each row of a block that is in the set. */
  marksOf(rows: SceneRows): Uint8Array {
    const own = this.#parts.find((part) => part.rows === rows)?.marks ?? this.#elsewhere.get(rows)
    if (own !== undefined) return own
    const marks = Uint8Array.from({ length: rows.count }, (_, row) => Number(this.has(rows.idAt(row))))
    this.#elsewhere.set(rows, marks)
    return marks
  }

  /** How many of the objects pass; no id is made. */
  count(passes: (rows: SceneRows, row: number, guess: boolean) => boolean): number {
    let found = 0
    for (const { rows, guess, marks } of this.#parts)
      for (let row = 0; row < marks.length; row++) if (marks[row] === 1 && passes(rows, row, guess)) found++
    return found
  }

  /** The classes that occur; looks no further than the second. */
  classes(): ReadonlySet<ClassId> {
    const found = new Set<ClassId>()
    for (const { rows, marks } of this.#parts)
      for (let row = 0; row < marks.length && found.size < 2; row++) if (marks[row] === 1) found.add(rows.classes[rows.classCodes[row]!]!)
    return found
  }

  /** These and others; null where one of the others is in none of the blocks. */
  with(others: ReadonlySet<ObjectId>): RowSet | null {
    const parts = this.#parts.map((part) => ({ ...part, marks: part.marks.slice() }))
    const isPut = (id: ObjectId): boolean =>
      parts.some(({ rows, guess, marks }) => {
        const row = guess === (typeof id === 'number') ? rows.rowOf(id) : -1
        if (row >= 0) marks[row] = 1
        return row >= 0
      })
    if (others instanceof RowSet) {
      for (const part of others.#parts) {
        const same = parts.find(({ rows }) => rows === part.rows)
        if (same === undefined) parts.push({ ...part, marks: part.marks.slice() })
        else for (let row = 0; row < part.marks.length; row++) same.marks[row]! |= part.marks[row]!
      }
    } else for (const id of others) if (!isPut(id)) return null
    return new RowSet(parts.map(counted))
  }

  /** The objects as rows of what is on show now, without those that are not. */
  within({ parts, find }: Shown): ReadonlySet<ObjectId> {
    const taken = new Map<SceneRows, RowsOf & { readonly taken: number[] }>()
    const take = ({ rows, guess }: Pick<RowsOf, 'rows' | 'guess'>, row: number): void => {
      const known = taken.get(rows) ?? { rows, guess, taken: [] }
      taken.set(rows, known)
      known.taken.push(row)
    }
    for (const { rows, marks } of this.#parts) {
      const part = parts.find((one) => one.rows === rows)
      for (let row = 0; row < marks.length; row++) {
        if (marks[row] !== 1) continue
        if (part?.isShown(row) === true) take(part, row)
        else {
          const moved = find(rows.idAt(row))
          if (moved) take(moved.part, moved.row)
        }
      }
    }
    return objectsIn([...taken.values()])
  }

  /** Whether another set holds the same objects by the same rows. */
  equals(other: RowSet): boolean {
    const isIn = ({ rows, marks }: Marked): boolean => {
      const same = other.#parts.find((part) => part.rows === rows)
      return same !== undefined && marks.every((mark, row) => mark === same.marks[row])
    }
    return this === other || (this.size === other.size && this.#parts.every(isIn))
  }

  forEach(visit: (id: ObjectId, same: ObjectId, set: ReadonlySet<ObjectId>) => void): void {
    for (const id of this) visit(id, id, this)
  }

  *values(): SetIterator<ObjectId> {
    for (const { rows, marks } of this.#parts) for (let row = 0; row < marks.length; row++) if (marks[row] === 1) yield rows.idAt(row)
  }

  keys(): SetIterator<ObjectId> {
    return this.values()
  }

  *entries(): SetIterator<[ObjectId, ObjectId]> {
    for (const id of this) yield [id, id]
  }

  [Symbol.iterator](): SetIterator<ObjectId> {
    return this.values()
  }
}

function counted(part: Marked): Marked {
  let count = 0
  for (const mark of part.marks) count += mark
  return { ...part, count }
}
