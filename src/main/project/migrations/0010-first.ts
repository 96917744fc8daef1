import type { Migration } from './migration.ts'

/**
 * The first schema. STRICT tables refuse values of another type than the column's. Foreign keys of what a person edits are checked at the
 * end of a transaction, so an edit may name its records in any order.
 *
 * - Predictions come in the hundred thousands: their run, image and class are small integers out of `keys`. They have no foreign keys: a run
 *   keeps its predictions when an image or class leaves the project, and has them again when that is undone.
 * - `history` is the list of edits; those up to `position` are done, those after it were undone. `sequence` counts every change ever made.
 */
export const first: Migration = {
  version: 10,
  name: 'first schema',
  up: (db) => {
    db.exec(EDITED_TABLES)
    db.exec(JOB_TABLES)
    db.exec(OWN_TABLES)
  },
}

const EDITED_TABLES = `
  CREATE TABLE images (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    relative_path TEXT NOT NULL,
    absolute_path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    bit_depth INTEGER NOT NULL,
    channels INTEGER NOT NULL,
    microns_per_pixel REAL,
    split TEXT CHECK (split IN ('train', 'val', 'test')),
    group_name TEXT,
    state TEXT NOT NULL CHECK (state IN ('unlabelled', 'in-work', 'done', 'reviewed')),
    added_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX images_by_hash ON images (sha256);

  CREATE TABLE classes (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    digit INTEGER CHECK (digit BETWEEN 1 AND 9),
    position INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE annotations (
    id TEXT PRIMARY KEY NOT NULL,
    image_id TEXT NOT NULL REFERENCES images (id) DEFERRABLE INITIALLY DEFERRED,
    class_id TEXT NOT NULL REFERENCES classes (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL CHECK (kind IN ('box', 'point')),
    x REAL NOT NULL,
    y REAL NOT NULL,
    width REAL,
    height REAL,
    origin TEXT NOT NULL CHECK (origin IN ('drawn', 'imported', 'accepted', 'corrected')),
    prediction_id INTEGER,
    crowd INTEGER NOT NULL CHECK (crowd IN (0, 1)),
    difficult INTEGER NOT NULL CHECK (difficult IN (0, 1)),
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((kind = 'box') = (width IS NOT NULL AND height IS NOT NULL))
  ) STRICT;
  CREATE INDEX annotations_by_image ON annotations (image_id, class_id);
  CREATE INDEX annotations_by_class ON annotations (class_id);

  CREATE TABLE decisions (
    id TEXT PRIMARY KEY NOT NULL,
    prediction_id INTEGER NOT NULL UNIQUE REFERENCES predictions (id) DEFERRABLE INITIALLY DEFERRED,
    image_id TEXT NOT NULL REFERENCES images (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL CHECK (kind IN ('accept', 'correct', 'reject')),
    annotation_id TEXT REFERENCES annotations (id) DEFERRABLE INITIALLY DEFERRED,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT
  ) STRICT;
  CREATE INDEX decisions_by_image ON decisions (image_id);
  CREATE INDEX decisions_by_annotation ON decisions (annotation_id);
`

const JOB_TABLES = `
  CREATE TABLE models (
    id TEXT PRIMARY KEY NOT NULL,
    created_at TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT;

  CREATE TABLE runs (
    id TEXT PRIMARY KEY NOT NULL,
    model_id TEXT NOT NULL REFERENCES models (id),
    settings TEXT NOT NULL,
    images INTEGER NOT NULL,
    objects INTEGER NOT NULL,
    seconds REAL NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;

  CREATE TABLE keys (
    key INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE run_images (
    run INTEGER NOT NULL REFERENCES keys (key),
    image INTEGER NOT NULL REFERENCES keys (key),
    PRIMARY KEY (run, image)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE predictions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    run INTEGER NOT NULL,
    image INTEGER NOT NULL,
    class INTEGER NOT NULL,
    score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
    x REAL NOT NULL,
    y REAL NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL
  ) STRICT;
  CREATE INDEX predictions_by_image ON predictions (image, run);
  CREATE INDEX predictions_by_run ON predictions (run, score, image, class);
`

const OWN_TABLES = `
  CREATE TABLE history (
    number INTEGER PRIMARY KEY NOT NULL,
    label TEXT NOT NULL,
    at TEXT NOT NULL,
    diff ANY NOT NULL
  ) STRICT;

  CREATE TABLE history_state (
    only INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
    position INTEGER NOT NULL,
    sequence INTEGER NOT NULL
  ) STRICT;
  INSERT INTO history_state (only, position, sequence) VALUES (1, 0, 0);

  CREATE TABLE settings (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`
