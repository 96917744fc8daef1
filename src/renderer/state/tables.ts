import { type ProjectSnapshot } from '#shared/contracts/project.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import {
  type Amend,
  type Amended,
  amendedFacts,
  type AnnotationDiff,
  type AnnotationFacts,
  type Diff,
  type Edit,
  factsOf,
  type TableDiff,
} from '#shared/records/edit.ts'
import { countsAsObject } from '#shared/records/shape.ts'
import { ObjectTable, type Records } from '../objects/object-table.ts'
import { type ClassId, type DecisionId, type FlagId, type ImageId, type ModelId, type RegionId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type DecisionRecord } from '#shared/records/prediction.ts'
import { type FlagRecord } from '#shared/records/flag.ts'
import { type ModelNote } from '#shared/records/model-note.ts'
import { type RegionRecord } from '#shared/records/region.ts'

/** Number of annotations of every class, image by image. */
export type Counts = ReadonlyMap<ImageId, ReadonlyMap<ClassId, number>>

/** The tables that edits change, as the window holds them: annotations and decisions of the open image only. */
export interface Tables {
  readonly classes: ReadonlyMap<ClassId, ClassRecord>
  readonly images: ReadonlyMap<ImageId, ImageRecord>
  readonly annotations: ObjectTable<AnnotationRecord>
  readonly decisions: ReadonlyMap<DecisionId, DecisionRecord>
  readonly counts: Counts
  /** Regions of interest of all images. */
  readonly regions: ReadonlyMap<RegionId, RegionRecord>
  /** Flags of all images. */
  readonly flags: ReadonlyMap<FlagId, FlagRecord>
  readonly modelNotes: ReadonlyMap<ModelId, ModelNote>
}

interface Identified {
  readonly id: string
}

const byId = <R extends Identified>(records: readonly R[]): ReadonlyMap<R['id'], R> => new Map(records.map((record) => [record.id, record]))

export function emptyTables(): Tables {
  return {
    classes: new Map(),
    images: new Map(),
    annotations: new ObjectTable(),
    decisions: new Map(),
    counts: new Map(),
    regions: new Map(),
    flags: new Map(),
    modelNotes: new Map(),
  }
}

/** Tables of a project as it opens, without an open image. Classes stand in their order. */
export function tablesOf(snapshot: Pick<ProjectSnapshot, 'classes' | 'images' | 'counts' | 'regions' | 'flags' | 'modelNotes'>): Tables {
  const counts = new Map<ImageId, Map<ClassId, number>>()
  for (const { imageId, classId, annotations } of snapshot.counts) {
    const row = counts.get(imageId) ?? new Map<ClassId, number>()
    counts.set(imageId, row.set(classId, annotations))
  }
  return {
    ...emptyTables(),
    classes: byId(inOrder(snapshot.classes)),
    images: byId(snapshot.images),
    counts,
    regions: byId(snapshot.regions),
    flags: byId(snapshot.flags),
    modelNotes: byId(snapshot.modelNotes),
  }
}

const inOrder = (classes: readonly ClassRecord[]): ClassRecord[] => [...classes].sort((a, b) => a.order - b.order)

/** The tables with another image's objects. */
export function withImage(tables: Tables, annotations: ObjectTable<AnnotationRecord>, decisions: readonly DecisionRecord[]): Tables {
  return { ...tables, annotations, decisions: byId(decisions) }
}

function diffTable<R extends Identified>(
  table: Pick<Records<R['id'], R>, 'get'>,
  put: readonly R[] = [],
  remove: readonly R['id'][] = [],
): TableDiff<R> {
  const known = put.map((record) => [table.get(record.id), record] as const)
  return {
    added: known.filter(([before]) => before === undefined).map(([, record]) => record),
    updated: known.filter((pair): pair is readonly [R, R] => pair[0] !== undefined).map(([before, after]) => [before, after]),
    removed: remove.flatMap((id) => table.get(id) ?? []),
  }
}

/** What of an edit is seen. */
export type Shown = Pick<Edit, 'put' | 'remove' | 'amend'>

/** What an edit would do to these tables. Records that the window does not hold count as new; ids that it does not hold are passed over. */
export function diffOf(edit: Shown, tables: Tables): Diff {
  const { put, remove, amend } = edit
  return {
    images: diffTable(tables.images, put.images, remove.images),
    classes: diffTable(tables.classes, put.classes, remove.classes),
    annotations: {
      ...diffTable(tables.annotations, put.annotations, remove.annotations),
      amended: amend === undefined ? [] : amendedIn(tables.annotations, amend),
    },
    decisions: diffTable(tables.decisions, put.decisions, remove.decisions),
    regions: diffTable(tables.regions, put.regions, remove.regions),
    flags: diffTable(tables.flags, put.flags, remove.flags),
    modelNotes: diffTable(tables.modelNotes, put.modelNotes),
    // The window holds none.
    readings: { added: [], updated: [], removed: [] },
  }
}

function amendedIn(table: ObjectTable<AnnotationRecord>, { annotations, to }: Amend): Amended[] {
  return annotations.flatMap((id) => {
    const record = table.get(id)
    if (record === undefined) return []
    const from = factsOf(record)
    const uncounted = countsAsObject(record.shape) ? {} : { uncounted: true as const }
    return [{ id, imageId: record.imageId, from, to: amendedFacts(from, to), ...uncounted }]
  })
}

function applyTable<R extends Identified>(
  table: ReadonlyMap<R['id'], R>,
  { added, updated, removed }: TableDiff<R>,
  keeps: (record: R) => boolean = () => true,
): ReadonlyMap<R['id'], R> {
  const puts = [...added, ...updated.map(([, after]) => after)].filter(keeps)
  const gone = [...removed, ...updated.map(([, after]) => after).filter((record) => !keeps(record))].filter(({ id }) => table.has(id))
  if (puts.length === 0 && gone.length === 0) return table
  const next = new Map(table)
  for (const record of puts) next.set(record.id, record)
  for (const { id } of gone) next.delete(id)
  return next
}

const withFacts = (record: AnnotationRecord | undefined, facts: AnnotationFacts): AnnotationRecord[] =>
  record === undefined ? [] : [{ ...record, ...facts }]

function applyObjects(
  table: ObjectTable<AnnotationRecord>,
  { added, updated, removed, amended }: AnnotationDiff,
  keeps: (record: AnnotationRecord) => boolean,
): ObjectTable<AnnotationRecord> {
  const facts = amended.flatMap(({ id, to }) => withFacts(table.get(id), to))
  const now = [...added, ...updated.map(([, after]) => after), ...facts]
  const gone = [...removed, ...now.filter((record) => !keeps(record))].map(({ id }) => id)
  return table.with(
    now.filter(keeps),
    gone.filter((id) => table.has(id)),
  )
}

/** The tables after a diff. Objects of other images than the open one only change the counts. Tables that stay keep their identity. */
export function applyDiff(tables: Tables, diff: Diff, open: ImageId | null): Tables {
  const ofOpen = (record: { readonly imageId: ImageId }): boolean => record.imageId === open
  const classes = applyTable(tables.classes, diff.classes)
  return {
    classes: classes === tables.classes ? classes : byId(inOrder([...classes.values()])),
    images: applyTable(tables.images, diff.images),
    annotations: applyObjects(tables.annotations, diff.annotations, ofOpen),
    decisions: applyTable(tables.decisions, diff.decisions, ofOpen),
    counts: applyCounts(tables.counts, diff.annotations),
    regions: applyTable(tables.regions, diff.regions),
    flags: applyTable(tables.flags, diff.flags),
    modelNotes: applyTable(tables.modelNotes, diff.modelNotes),
  }
}

function applyCounts(counts: Counts, { added, updated, removed, amended }: AnnotationDiff): Counts {
  const recounted = updated.filter(([before, after]) => before.classId !== after.classId || before.imageId !== after.imageId)
  const reclassed = amended.filter(({ from, to, uncounted }) => uncounted !== true && from.classId !== to.classId)
  if (added.length + removed.length + recounted.length + reclassed.length === 0) return counts
  const rows = new Map<ImageId, Map<ClassId, number>>()
  const add = ({ imageId, classId }: Pick<AnnotationRecord, 'imageId' | 'classId'>, amount: number): void => {
    const row = rows.get(imageId) ?? new Map(counts.get(imageId))
    rows.set(imageId, row.set(classId, Math.max(0, (row.get(classId) ?? 0) + amount)))
  }
  for (const record of added) if (countsAsObject(record.shape)) add(record, 1)
  for (const record of removed) if (countsAsObject(record.shape)) add(record, -1)
  for (const [before, after] of recounted) {
    if (!countsAsObject(after.shape)) continue
    add(before, -1)
    add(after, 1)
  }
  for (const { imageId, from, to } of reclassed) {
    add({ imageId, classId: from.classId }, -1)
    add({ imageId, classId: to.classId }, 1)
  }
  return new Map([...counts, ...rows])
}
