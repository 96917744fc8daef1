import { type AnnotationColumns, annotationAt } from '#shared/objects/annotation-columns.ts'
import { type PredictionColumns, predictionAt } from '#shared/objects/prediction-columns.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { WordColumn } from '#shared/objects/coded.ts'
import { idAt, rowFinder } from '#shared/objects/id-column.ts'
import { RowHash } from '#shared/objects/row-hash.ts'
import { IMAGE } from '#shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type AnnotationId, type PredictionId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { atHand, rowsOfColumns } from './column-rows.ts'
import { lazily, rowsOfList, type Makers, type ObjectId, type SceneObject, type SceneRows } from './rows.ts'

/** Records by id: what of a Map is needed where nothing is written. */
export interface Records<I, R> {
  readonly size: number
  readonly get: (id: I) => R | undefined
  readonly has: (id: I) => boolean
  /** Makes a record of every row: not for what is done at every change. */
  readonly values: () => IterableIterator<R>
}

/** Rows for the canvas and the records that they stand for. */
export interface Block<R> {
  readonly rows: SceneRows
  /** The same one each time while it is in use. */
  readonly recordAt: (row: number) => R
}

/** A block of which some rows do not count any more. */
export interface BlockPart<R> {
  readonly block: Block<R>
  /** 1 = gone; null = none is. */
  readonly gone: Uint8Array | null
  readonly left: number
}

const whole = <R>(block: Block<R>): BlockPart<R> => ({ block, gone: null, left: block.rows.count })

export function annotationBlock(columns: AnnotationColumns): Block<AnnotationRecord> {
  const { shapes, classes, flags, levels, origins, authors, predictionIds } = columns
  const makers = { origins, authors, predictionIds }
  const { ids } = columns
  const idOf = (row: number): AnnotationId => idAt(ids, row) as AnnotationId
  const finder = (): ((id: ObjectId) => number) => {
    const find = rowFinder(ids)
    return (id) => (typeof id === 'string' ? find(id) : -1)
  }
  const rows = rowsOfColumns({ shapes, classes, idAt: idOf, finder, scores: null, flags, levels, makers })
  return { rows, recordAt: atHand((row) => withShape(rows, row, annotationAt(columns, row))) }
}

export function predictionBlock(columns: PredictionColumns): Block<PredictionRecord> {
  const { shapes, classes, scores } = columns
  const { ids } = columns
  const idOf = (row: number): PredictionId => ids[row]! as PredictionId
  const rows = rowsOfColumns({
    shapes,
    classes,
    idAt: idOf,
    finder: () => numberFinder(ids),
    scores,
    flags: null,
    levels: null,
    makers: null,
  })
  return { rows, recordAt: atHand((row) => withShape(rows, row, predictionAt(columns, row))) }
}

/** Tells of a number its row, or -1. */
function numberFinder(ids: Float64Array): (id: ObjectId) => number {
  const rows = new RowHash(ids.length, (row) => ids[row]!)
  return (id) => (typeof id === 'number' ? rows.find(id, (row) => ids[row] === id) : -1)
}

/** A record with the very shape that the canvas has, so that what is derived from one is derived once. */
const withShape = <R extends object>(rows: SceneRows, row: number, record: R): R =>
  rows.kinds[row] === IMAGE ? record : { ...record, shape: rows.shapeAt(row) }

type Kept = AnnotationRecord | PredictionRecord

/** A block of records that were put one by one. */
export function listBlock<R extends Kept>(records: readonly R[]): Block<R> {
  const rows = rowsOfList(records.map(objectOf), () => makersOf(records))
  // The label of a whole image has a row, as in columns, but no place on the canvas.
  for (const [row, { shape }] of records.entries()) if (!isPlaced(shape)) rows.kinds[row] = IMAGE
  return { rows, recordAt: (row) => records[row]! }
}

/** Of records that are all annotations. */
function makersOf(records: readonly Kept[]): Makers | null {
  const [origins, authors] = [new WordColumn(), new WordColumn()]
  const predictionIds = new Float64Array(records.length).fill(NaN)
  for (const [row, record] of records.entries()) {
    if (!('origin' in record)) return null
    origins.push(record.origin)
    authors.push(record.author)
    if (record.predictionId !== null) predictionIds[row] = record.predictionId
  }
  return { origins: origins.column(), authors: authors.column(), predictionIds }
}

const NOWHERE = { type: 'point', x: 0, y: 0 } as const

function objectOf(record: Kept): SceneObject {
  const { id, classId, shape } = record
  const own = 'score' in record ? { score: record.score } : { score: null, locked: record.locked, level: record.level }
  return { id, classId, ...own, shape: isPlaced(shape) ? shape : NOWHERE }
}

const NOBODY = -1 as PredictionId

/** More records than this that were put since become a block of their own. */
const MOST_RECENT = 512
/** More blocks than this become one. */
const MOST_BLOCKS = 24

/**
 * The annotations, or the predictions, of an image: large blocks that never change, and over them what was put since. A change takes time by its
 * own size and by the bits that tell which rows are gone, not by the number of records; the table before it stays as it was.
 */
export class ObjectTable<R extends Kept> implements Records<R['id'], R> {
  readonly #blocks: readonly BlockPart<R>[]
  readonly #recent: ReadonlyMap<ObjectId, R>
  readonly #recentPart: () => BlockPart<R>
  readonly size: number

  constructor(blocks: readonly BlockPart<R>[] = [], recent: ReadonlyMap<ObjectId, R> = new Map()) {
    this.#blocks = blocks
    this.#recent = recent
    this.#recentPart = lazily(() => whole(listBlock([...recent.values()])))
    this.size = blocks.reduce((sum, { left }) => sum + left, recent.size)
  }

  static ofBlock<R extends Kept>(block: Block<R>): ObjectTable<R> {
    return new ObjectTable([whole(block)])
  }

  /** What the canvas draws, from below. */
  get parts(): readonly BlockPart<R>[] {
    return this.#recent.size === 0 ? this.#blocks : [...this.#blocks, this.#recentPart()]
  }

  /** Builds what the first search and the first edit need, so that they do not wait for it. */
  prepare(): void {
    for (const { block } of this.parts) {
      block.rows.index()
      block.rows.rowOf(block.rows.count > 0 ? block.rows.idAt(0) : NOBODY)
    }
  }

  get(id: R['id']): R | undefined {
    const recent = this.#recent.get(id)
    if (recent !== undefined) return recent
    const at = this.#find(id)
    return at === null ? undefined : this.#blocks[at.part]!.block.recordAt(at.row)
  }

  has(id: R['id']): boolean {
    return this.#recent.has(id) || this.#find(id) !== null
  }

  /** Whether it may not be changed by hand; makes no record. */
  isLocked(id: R['id']): boolean {
    return this.standingOf(id)?.locked ?? false
  }

  /** Its level and whether it is locked; makes no record. */
  standingOf(id: R['id']): { readonly locked: boolean; readonly level: number } | null {
    const recent = this.#recent.get(id)
    if (recent !== undefined) return 'locked' in recent ? recent : null
    const at = this.#find(id)
    if (at === null) return null
    const { rows } = this.#blocks[at.part]!.block
    return { locked: rows.lockedAt(at.row), level: rows.levelAt(at.row) }
  }

  *values(): IterableIterator<R> {
    for (const { block, gone } of this.#blocks)
      for (let row = 0; row < block.rows.count; row++) if (gone === null || gone[row] === 0) yield block.recordAt(row)
    yield* this.#recent.values()
  }

  /** The table with records put (in place of those of the same id) and others removed. */
  with(put: readonly R[], removed: readonly R['id'][]): ObjectTable<R> {
    if (put.length + removed.length === 0) return this
    const recent = new Map(this.#recent)
    const leaving: R['id'][] = []
    for (const id of removed) if (!recent.delete(id)) leaving.push(id)
    for (const record of put) {
      if (!recent.has(record.id)) leaving.push(record.id)
      recent.set(record.id, record)
    }
    const blocks = this.#without(leaving)
    if (recent.size <= MOST_RECENT) return new ObjectTable(blocks, recent)
    const settled = [...blocks, whole(listBlock([...recent.values()]))]
    return new ObjectTable(settled.length > MOST_BLOCKS ? joined(settled) : settled)
  }

  #without(ids: readonly R['id'][]): readonly BlockPart<R>[] {
    const marks = new Map<number, { readonly gone: Uint8Array; left: number }>()
    for (const id of ids) {
      const at = this.#find(id)
      if (at === null) continue
      const { gone, block, left } = this.#blocks[at.part]!
      const mark = marks.get(at.part) ?? { gone: gone === null ? new Uint8Array(block.rows.count) : gone.slice(), left }
      mark.left -= 1 - mark.gone[at.row]!
      mark.gone[at.row] = 1
      marks.set(at.part, mark)
    }
    if (marks.size === 0) return this.#blocks
    return this.#blocks.flatMap((part, at) => {
      const mark = marks.get(at)
      if (mark === undefined) return [part]
      return mark.left === 0 ? [] : [{ block: part.block, ...mark }]
    })
  }

  #find(id: R['id']): { readonly part: number; readonly row: number } | null {
    for (let part = this.#blocks.length - 1; part >= 0; part--) {
      const { block, gone } = this.#blocks[part]!
      const row = block.rows.rowOf(id)
      if (row >= 0 && (gone === null || gone[row] === 0)) return { part, row }
    }
    return null
  }
}

/** The small blocks as one, over the large first one. */
function joined<R extends Kept>([first, ...others]: readonly BlockPart<R>[]): BlockPart<R>[] {
  const records = [...new ObjectTable(others).values()]
  return [...(first ? [first] : []), whole(listBlock(records))]
}
