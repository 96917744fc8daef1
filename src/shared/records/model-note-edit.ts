import type { Edit } from './edit.ts'
import { changedNote, type ModelNote, type ModelNoteChange } from './model-note.ts'
import type { ModelRecord } from './model.ts'

interface Noted {
  readonly before: ModelNote | undefined
  readonly change: ModelNoteChange
  readonly author: string
  /** An instant, ISO 8601. */
  readonly at: string
}

/** The edit by which a note, pin or archiving of a model changes: one step of undo. */
export function noteEdit({ id, name }: Pick<ModelRecord, 'id' | 'name'>, { before, change, author, at }: Noted): Edit {
  const note = changedNote(before, change, { id, author, updatedAt: at })
  return { label: `${deed(change)} ${name}`.slice(0, 120), put: { modelNotes: [note] }, remove: {} }
}

function deed({ text, pinned, archived }: ModelNoteChange): string {
  if (text !== undefined) return 'Note on'
  if (pinned !== undefined) return pinned ? 'Pin' : 'Unpin'
  return archived === true ? 'Archive' : 'Take out of the archive:'
}
