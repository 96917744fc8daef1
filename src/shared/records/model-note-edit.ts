import { say } from '../i18n/say.ts'
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
  return { label: deed(change, name).slice(0, 120), put: { modelNotes: [note] }, remove: {} }
}

function deed({ text, pinned, archived }: ModelNoteChange, name: string): string {
  if (text !== undefined) return say('Note on {{name}}', { name })
  if (pinned !== undefined) return pinned ? say('Pin {{name}}', { name }) : say('Unpin {{name}}', { name })
  return archived === true ? say('Archive {{name}}', { name }) : say('Take out of the archive: {{name}}', { name })
}
