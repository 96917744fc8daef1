import type { Migration } from './migration.ts'

/** Flags for a colleague have a table of their own: on an annotation, a prediction, or with neither on the image. One a target. */
export const flags: Migration = {
  version: 33,
  name: 'flags for a colleague',
  up: (db) => {
    db.exec(`
      CREATE TABLE flags (
        id TEXT PRIMARY KEY NOT NULL,
        image_id TEXT NOT NULL REFERENCES images (id) DEFERRABLE INITIALLY DEFERRED,
        annotation_id TEXT REFERENCES annotations (id) DEFERRABLE INITIALLY DEFERRED,
        prediction_id INTEGER REFERENCES predictions (id) DEFERRABLE INITIALLY DEFERRED,
        note TEXT NOT NULL,
        author TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        CHECK (annotation_id IS NULL OR prediction_id IS NULL)
      ) STRICT;
      CREATE INDEX flags_by_image ON flags (image_id);
      CREATE UNIQUE INDEX flags_by_annotation ON flags (annotation_id) WHERE annotation_id IS NOT NULL;
      CREATE UNIQUE INDEX flags_by_prediction ON flags (prediction_id) WHERE prediction_id IS NOT NULL;
      CREATE UNIQUE INDEX flags_of_images ON flags (image_id) WHERE annotation_id IS NULL AND prediction_id IS NULL;
    `)
  },
}
