import { z } from 'zod'
import { modelId } from './ids.ts'
import type { ModelRecord } from './model.ts'
import { instant } from './task.ts'

/** What people keep of a model beside what it is; one a model at most, under the model's own id. */
export const modelNote = z
  .object({
    id: modelId,
    text: z.string().max(4000),
    /** Stands first in lists. */
    pinned: z.boolean(),
    /** Left out of lists and choices; the model and its runs stay as they are. */
    archived: z.boolean(),
    author: z.string().max(200),
    updatedAt: instant,
  })
  .readonly()
export type ModelNote = z.infer<typeof modelNote>

export type ModelNoteChange = Partial<Pick<ModelNote, 'text' | 'pinned' | 'archived'>>

/** The note that a change makes of the one before it, if there was one. */
export function changedNote(
  before: ModelNote | undefined,
  change: ModelNoteChange,
  by: Pick<ModelNote, 'id' | 'author' | 'updatedAt'>,
): ModelNote {
  return { text: '', pinned: false, archived: false, ...before, ...change, ...by }
}

/** Models that are offered: all but archived ones, in their order. */
export function shownModels(models: readonly ModelRecord[], notes: Iterable<ModelNote>): ModelRecord[] {
  const archived = new Set([...notes].filter((note) => note.archived).map(({ id }) => id))
  return models.filter(({ id }) => !archived.has(id))
}
