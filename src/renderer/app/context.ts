import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { must } from '#shared/assert.ts'
import { type TaskFacts, TASKS } from '#shared/task-facts.ts'
import { type DocumentState } from '../state/document.ts'
import { type Stores } from '../state/stores.ts'
import { type DomainNotes } from '../panels/domain-notes.ts'
import { type LibraryState, type LibraryStore } from '../panels/library-store.ts'
import { type LabelStore } from '../labels/label-store.ts'
import { type CountStore } from '../count/count-store.ts'
import { type LooksStore } from '../review/looks-store.ts'
import { type ReadersStore } from '../review/readers-store.ts'
import { type ReviewStore } from '../review/review-store.ts'
import { type FoldsStore } from '../training/folds-store.ts'
import { type TrainStore } from '../training/train-store.ts'
import { type JobsState, type JobsStore } from './jobs-store.ts'
import { type ProjectActions } from './project-actions.ts'
import { type ShellState, type ShellStore } from './shell-store.ts'

/** Everything that the window holds, made once and handed down. */
export interface AppModel {
  readonly stores: Stores
  readonly shell: ShellStore
  readonly jobs: JobsStore
  readonly library: LibraryStore
  /** Labels of images as wholes, and the gallery. */
  readonly labels: LabelStore
  readonly projects: ProjectActions
  /** What the places remember while the person is elsewhere. */
  readonly train: TrainStore
  readonly folds: FoldsStore
  readonly domainNotes: DomainNotes
  readonly review: ReviewStore
  /** Where labels and predictions differ. */
  readonly looks: LooksStore
  /** Second readings. */
  readonly readers: ReadersStore
  readonly count: CountStore
  /** Path of a file that was dropped on the window; empty where it has none. */
  readonly pathOf: (file: File) => string
  readonly mac: boolean
}

export const AppContext = createContext<AppModel | null>(null)

export function useApp(): AppModel {
  return must(useContext(AppContext), 'components stand inside AppContext')
}

export function useDocument<T>(select: (state: DocumentState) => T): T {
  return useStore(useApp().stores.document, select)
}

/** What sets the task of the open project apart; null without one. */
export const useTaskFacts = (): TaskFacts | null => useDocument(({ project }) => (project === null ? null : TASKS[project.task]))

export function useShell<T>(select: (state: ShellState) => T): T {
  return useStore(useApp().shell, select)
}

export function useJobs<T>(select: (state: JobsState) => T): T {
  return useStore(useApp().jobs, select)
}

export function useLibrary<T>(select: (state: LibraryState) => T): T {
  return useStore(useApp().library, select)
}

/** True while the open project can be changed here. */
export function useWritable(): boolean {
  return useDocument(({ project }) => project?.readOnly === '')
}
