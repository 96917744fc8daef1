import type { Change } from '#shared/records/edit.ts'
import { noteEdit } from '#shared/records/model-note-edit.ts'
import type { ModelNoteChange } from '#shared/records/model-note.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { OpenProject } from '../open-project.ts'

/** Changes what is kept of a model beside what it is: one edit. */
export function noteModel(project: OpenProject, model: ModelRecord, change: ModelNoteChange): Change {
  const before = project.db.modelNotes().find(({ id }) => id === model.id)
  return project.commit(noteEdit(model, { before, change, author: project.person, at: new Date().toISOString() }))
}
