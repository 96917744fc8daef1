import type { Migration } from './migration.ts'

/** Regions of interest have a table of their own: no class, and never among the objects. */
export const regions: Migration = {
  version: 26,
  name: 'regions of interest',
  up: (db) => {
    db.exec(`
      CREATE TABLE regions (
        id TEXT PRIMARY KEY NOT NULL,
        image_id TEXT NOT NULL REFERENCES images (id) DEFERRABLE INITIALLY DEFERRED,
        kind TEXT NOT NULL CHECK (kind NOT IN ('point', 'image')),
        x REAL NOT NULL,
        y REAL NOT NULL,
        width REAL NOT NULL,
        height REAL NOT NULL,
        geometry BLOB,
        name TEXT NOT NULL,
        fully_labelled INTEGER NOT NULL CHECK (fully_labelled IN (0, 1)),
        author TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX regions_by_image ON regions (image_id);
    `)
  },
}
