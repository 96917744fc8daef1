import type { Migration } from './migration.ts'

/** What readers say of annotations and predictions has a table of its own: one a person and thing, and no annotation follows from it. */
export const readings: Migration = {
  version: 34,
  name: 'readings',
  up: (db) => {
    db.exec(`
      CREATE TABLE readings (
        id TEXT PRIMARY KEY NOT NULL,
        image_id TEXT NOT NULL REFERENCES images (id) DEFERRABLE INITIALLY DEFERRED,
        annotation_id TEXT REFERENCES annotations (id) DEFERRABLE INITIALLY DEFERRED,
        prediction_id INTEGER REFERENCES predictions (id) DEFERRABLE INITIALLY DEFERRED,
        class_id TEXT REFERENCES classes (id) DEFERRABLE INITIALLY DEFERRED,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        CHECK ((annotation_id IS NULL) <> (prediction_id IS NULL))
      ) STRICT;
      CREATE INDEX readings_by_image ON readings (image_id);
      CREATE UNIQUE INDEX readings_by_annotation ON readings (annotation_id, who) WHERE annotation_id IS NOT NULL;
      CREATE UNIQUE INDEX readings_by_prediction ON readings (prediction_id, who) WHERE prediction_id IS NOT NULL;
      CREATE INDEX readings_by_class ON readings (class_id) WHERE class_id IS NOT NULL;
    `)
  },
}
