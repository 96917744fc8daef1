import { createStore, type StoreApi } from 'zustand/vanilla'
import { type CountColumns, type CountBy } from '#shared/contracts/counts.ts'
import { type CountSource, type ExportRequest } from '#shared/contracts/project.ts'

import { type ClassId, type ImageId, type RunId } from '#shared/records/ids.ts'
import { type Split } from '#shared/records/task.ts'

export type CountTab = 'table' | 'agreement' | 'curves' | 'confusion' | 'figures' | 'overlap'

/** A column of the table: a class, one of the fixed ones, or a share of positive ones by its place. */
export type SortColumn = 'image' | 'region' | 'split' | 'state' | 'images' | 'area' | 'total' | `share ${number}` | ClassId

/** What stands below each number of the table: the other count (uncorrected or corrected), objects a square millimetre, or the median size. */
export type Beside = 'none' | 'other' | 'density' | 'size'

export interface CountState {
  readonly kind: CountSource['kind']
  /** Score from which a prediction counts. */
  readonly score: number
  /** Null where none was chosen: the task's first. */
  readonly tab: CountTab | null
  /** Split on which the evaluation is made; null: none was chosen (`useEvaluatedSplit`). */
  readonly evaluated: Split | null
  /** Images that are shown: of this split, of this state, and whose name or group holds this text. */
  readonly shown: Split | 'all'
  readonly finished: 'all' | 'finished' | 'open'
  readonly text: string
  /** Images that are shown alone, and the row that they are of: a slide, a patient, a group; or those with objects that may be counted twice. */
  readonly only: { readonly by: CountBy | 'twice'; readonly name: string | null; readonly ids: ReadonlySet<ImageId> } | null
  readonly sort: SortColumn
  readonly descending: boolean
  readonly by: CountBy
  readonly beside: Beside
  /** Of an exported table. */
  readonly layout: ExportRequest['layout']
  /** All that may be counted, as it was read last, and of which project; null before that. */
  readonly read: { readonly folder: string; readonly columns: CountColumns } | null
}

export type CountStore = StoreApi<CountState>

export function createCountStore(): CountStore {
  return createStore<CountState>(() => ({
    ...{ kind: 'corrected', score: 0.5, tab: null, evaluated: null, shown: 'all', finished: 'all', text: '', only: null },
    ...{ sort: 'image', descending: false, by: 'image', beside: 'other', layout: 'wide', read: null },
  }))
}

/** What is counted; the truth where the project has no run. */
export function sourceOf({ kind, score }: Pick<CountState, 'kind' | 'score'>, run: RunId | null): CountSource {
  return kind === 'truth' || run === null ? { kind: 'truth' } : { kind, runId: run, score }
}
