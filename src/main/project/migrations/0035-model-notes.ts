import type { Migration } from './migration.ts'

/** What people keep of a model has a table of its own: edits and undo change it, and never the model. */
export const modelNotes: Migration = {
  version: 35,
  name: 'model notes',
  up: (db) => {
    db.exec(`
      CREATE TABLE model_notes (
        id TEXT PRIMARY KEY NOT NULL REFERENCES models (id) DEFERRABLE INITIALLY DEFERRED,
        note TEXT NOT NULL,
        pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
        archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
        author TEXT NOT NULL,
        updated_at TEXT NOT NULL
      ) STRICT;
    `)
  },
}
