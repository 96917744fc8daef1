import { createStore, type StoreApi } from 'zustand/vanilla'
import { type CountSource } from '#shared/contracts/project.ts'
import { type ClassId, type RunId } from '#shared/records/ids.ts'
import { type Split } from '#shared/records/task.ts'

export type CountTab = 'table' | 'agreement' | 'curves' | 'confusion' | 'figures' | 'overlap'

/** A column of the table: a class, or one of the fixed ones. */
export type SortColumn = 'image' | 'split' | 'state' | 'total' | ClassId

export interface CountState {
  readonly kind: CountSource['kind']
  readonly runId: RunId | null
  /** Score from which a prediction counts. */
  readonly score: number
  /** Null where none was chosen: the task's first. */
  readonly tab: CountTab | null
  /** Split on which the evaluation is made; null: the test images, or where there are none the validation images. */
  readonly evaluated: Split | null
  /** Split whose rows are shown. */
  readonly shown: Split | 'all'
  readonly sort: SortColumn
  readonly descending: boolean
  /** A row an image, or a row a region of interest. */
  readonly by: 'image' | 'region'
}

export type CountStore = StoreApi<CountState>

export function createCountStore(): CountStore {
  return createStore<CountState>(() => ({
    kind: 'corrected',
    runId: null,
    score: 0.5,
    tab: null,
    evaluated: null,
    shown: 'all',
    sort: 'image',
    descending: false,
    by: 'image',
  }))
}

/** What is counted; the truth where the project has no run. */
export function sourceOf({ kind, score }: Pick<CountState, 'kind' | 'score'>, run: RunId | null): CountSource {
  return kind === 'truth' || run === null ? { kind: 'truth' } : { kind, runId: run, score }
}
