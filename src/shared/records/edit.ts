import { z } from 'zod'
import { annotationRecord } from './annotation.ts'
import { classRecord } from './class.ts'
import { annotationId, classId, decisionId, imageId } from './ids.ts'
import { imageRecord } from './image.ts'
import { decisionRecord } from './prediction.ts'

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
    })
    .partial(),
  remove: z
    .object({ images: z.array(imageId), classes: z.array(classId), annotations: z.array(annotationId), decisions: z.array(decisionId) })
    .partial(),
})
export type Edit = z.infer<typeof edit>

const tableDiff = <T extends z.ZodType>(record: T) =>
  z.object({ added: z.array(record), updated: z.array(z.tuple([record, record])), removed: z.array(record) })

/** What an edit did: enough to apply it, to take it back, and to bring a view up to date. */
export const diff = z.object({
  images: tableDiff(imageRecord),
  classes: tableDiff(classRecord),
  annotations: tableDiff(annotationRecord),
  decisions: tableDiff(decisionRecord),
})
export type Diff = z.infer<typeof diff>

/** A diff of one table. */
export interface TableDiff<R> {
  added: R[]
  updated: [R, R][]
  removed: R[]
}

/** What undo and redo would do next, for menus. */
export const historyState = z.object({ undo: z.string().nullable(), redo: z.string().nullable(), sequence: z.number().int() })
export type HistoryState = z.infer<typeof historyState>

/** A committed change as views hear of it. */
export const change = z.object({ label: z.string(), kind: z.enum(['edit', 'undo', 'redo']), diff, history: historyState })
export type Change = z.infer<typeof change>
