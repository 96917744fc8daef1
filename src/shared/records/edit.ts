import { z } from 'zod'
import { annotationRecord, type AnnotationRecord } from './annotation.ts'
import { classRecord } from './class.ts'
import { flagRecord } from './flag.ts'
import { annotationId, classId, decisionId, flagId, imageId, readingId, regionId } from './ids.ts'
import { imageRecord } from './image.ts'
import { modelNote } from './model-note.ts'
import { decisionRecord } from './prediction.ts'
import { readingRecord } from './reading.ts'
import { regionRecord } from './region.ts'

/** What is known of an annotation beside its shape and where it came from: what many are given at once. */
export const annotationFacts = annotationRecord
  .unwrap()
  .pick({ classId: true, crowd: true, difficult: true, note: true, name: true, locked: true, level: true, updatedAt: true })
  .readonly()
export type AnnotationFacts = z.infer<typeof annotationFacts>

const facts = annotationFacts.unwrap().shape

/** What of `annotationFacts` an edit gives to many annotations; what is left out stays. */
const amend = z.object({
  annotations: z.array(annotationId),
  // Not `partial` of the facts: what is left out would become what old records get for it.
  to: z
    .object({
      classId,
      crowd: z.boolean(),
      difficult: z.boolean(),
      note: facts.note,
      name: facts.name.unwrap(),
      locked: z.boolean(),
      level: facts.level.unwrap(),
    })
    .partial()
    .extend({ updatedAt: facts.updatedAt }),
})

export type Amend = z.infer<typeof amend>

/** The facts of an annotation after an edit gave it some. */
export function amendedFacts({ classId, crowd, difficult, note, name, locked, level }: AnnotationFacts, to: Amend['to']): AnnotationFacts {
  return {
    classId: to.classId ?? classId,
    crowd: to.crowd ?? crowd,
    difficult: to.difficult ?? difficult,
    note: to.note ?? note,
    name: to.name ?? name,
    locked: to.locked ?? locked,
    level: to.level ?? level,
    updatedAt: to.updatedAt,
  }
}

/** The facts of a record, without the rest of it. */
export function factsOf({ classId, crowd, difficult, note, name, locked, level, updatedAt }: AnnotationFacts): AnnotationFacts {
  return { classId, crowd, difficult, note, name, locked, level, updatedAt }
}

/** Whether they say the same; when that was said last does not count. */
export const sameFacts = (a: AnnotationFacts, b: AnnotationFacts): boolean =>
  a.classId === b.classId &&
  a.crowd === b.crowd &&
  a.difficult === b.difficult &&
  a.note === b.note &&
  a.name === b.name &&
  a.locked === b.locked &&
  a.level === b.level

/** An annotation that got other facts; its shape stays, and does not travel. */
export const amended = z.object({
  id: annotationId,
  imageId,
  from: annotationFacts,
  to: annotationFacts,
  /** It is no object, so no count changes with it. */
  uncounted: z.literal(true).optional(),
})
export type Amended = z.infer<typeof amended>

// The tables that a person edits and that undo covers. Models, runs and predictions are made by jobs and are not undone.

/** What an edit wants: records to put (added or replaced whole) and ids to remove. One edit is one transaction and one undo step. */
export const edit = z.object({
  /** Shown in the menu: "Undo draw box". */
  label: z.string().min(1).max(120),
  put: z
    .object({
      images: z.array(imageRecord),
      classes: z.array(classRecord),
      annotations: z.array(annotationRecord),
      decisions: z.array(decisionRecord),
      regions: z.array(regionRecord),
      flags: z.array(flagRecord),
      readings: z.array(readingRecord),
      modelNotes: z.array(modelNote),
    })
    .partial(),
  /** Facts for many annotations, whose shapes need not be sent. None of them may be put or removed as well. */
  amend: amend.optional(),
  remove: z
    .object({
      images: z.array(imageId),
      classes: z.array(classId),
      annotations: z.array(annotationId),
      decisions: z.array(decisionId),
      regions: z.array(regionId),
      flags: z.array(flagId),
      readings: z.array(readingId),
    })
    .partial(),
})
export type Edit = z.infer<typeof edit>

const tableDiff = <T extends z.ZodType>(record: T) =>
  z.object({ added: z.array(record), updated: z.array(z.tuple([record, record])), removed: z.array(record) })

/** What an edit did: enough to apply it, to take it back, and to bring a view up to date. */
export const diff = z.object({
  images: tableDiff(imageRecord),
  classes: tableDiff(classRecord),
  annotations: tableDiff(annotationRecord).extend({ amended: z.array(amended).default([]) }),
  decisions: tableDiff(decisionRecord),
  // Edits before version 26 had none.
  regions: tableDiff(regionRecord).default({ added: [], updated: [], removed: [] }),
  // Edits before version 33 had none.
  flags: tableDiff(flagRecord).default({ added: [], updated: [], removed: [] }),
  // Edits before version 34 had none.
  readings: tableDiff(readingRecord).default({ added: [], updated: [], removed: [] }),
  // Edits before version 35 had none.
  modelNotes: tableDiff(modelNote).default({ added: [], updated: [], removed: [] }),
})
export type Diff = z.infer<typeof diff>

/** A diff of one table. */
export interface TableDiff<R> {
  added: R[]
  updated: [R, R][]
  removed: R[]
}

/** A diff of annotations. */
export interface AnnotationDiff extends TableDiff<AnnotationRecord> {
  amended: Amended[]
}

/** The diff that takes this one back. Applying a diff and then its inverse leaves every record as it was. */
export function invertDiff(diff: Diff): Diff {
  return {
    images: invertTable(diff.images),
    classes: invertTable(diff.classes),
    annotations: {
      ...invertTable(diff.annotations),
      amended: diff.annotations.amended.map(({ from, to, ...one }) => ({ ...one, from: to, to: from })),
    },
    decisions: invertTable(diff.decisions),
    regions: invertTable(diff.regions),
    flags: invertTable(diff.flags),
    readings: invertTable(diff.readings),
    modelNotes: invertTable(diff.modelNotes),
  }
}

const invertTable = <R>({ added, updated, removed }: TableDiff<R>): TableDiff<R> => ({
  added: removed,
  updated: updated.map(([from, to]): [R, R] => [to, from]),
  removed: added,
})

/** What undo and redo would do next, for menus. */
export const historyState = z.object({ undo: z.string().nullable(), redo: z.string().nullable(), sequence: z.number().int() })
export type HistoryState = z.infer<typeof historyState>

/** A committed change as views hear of it. */
export const change = z.object({ label: z.string(), kind: z.enum(['edit', 'undo', 'redo']), diff, history: historyState })
export type Change = z.infer<typeof change>
