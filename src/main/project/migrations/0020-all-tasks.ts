import type { Migration } from './migration.ts'

/**
 * Shapes beside boxes and points, for all kinds of task: polygons and masks carry their lines or tiles as JSON in `geometry`, with their bounds
 * in the columns as ever; the label of a whole image has neither place nor size. `image_results` is what a run says of an image as a whole.
 * Old rows stay as they are: a NULL geometry is a box or a point.
 */
export const allTasks: Migration = {
  version: 20,
  name: 'shapes and results of all tasks',
  up: (db) => {
    db.exec(ANNOTATIONS)
    db.exec(PREDICTIONS)
    db.exec(RESULTS)
  },
}

const ANNOTATIONS = `
  CREATE TABLE annotations_new (
    id TEXT PRIMARY KEY NOT NULL,
    image_id TEXT NOT NULL REFERENCES images (id) DEFERRABLE INITIALLY DEFERRED,
    class_id TEXT NOT NULL REFERENCES classes (id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL CHECK (kind IN ('box', 'point', 'polygon', 'mask', 'image')),
    x REAL,
    y REAL,
    width REAL,
    height REAL,
    geometry TEXT,
    origin TEXT NOT NULL CHECK (origin IN ('drawn', 'imported', 'accepted', 'corrected')),
    prediction_id INTEGER,
    crowd INTEGER NOT NULL CHECK (crowd IN (0, 1)),
    difficult INTEGER NOT NULL CHECK (difficult IN (0, 1)),
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((kind = 'image') = (x IS NULL) AND (x IS NULL) = (y IS NULL)),
    CHECK ((kind IN ('image', 'point')) = (width IS NULL) AND (width IS NULL) = (height IS NULL)),
    CHECK ((kind IN ('polygon', 'mask')) = (geometry IS NOT NULL))
  ) STRICT;
  INSERT INTO annotations_new
    SELECT id, image_id, class_id, kind, x, y, width, height, NULL, origin, prediction_id, crowd, difficult, note, author, created_at, updated_at
    FROM annotations;
  DROP TABLE annotations;
  ALTER TABLE annotations_new RENAME TO annotations;
  CREATE INDEX annotations_by_image ON annotations (image_id, class_id);
  CREATE INDEX annotations_by_class ON annotations (class_id);
`

const PREDICTIONS = `
  CREATE TABLE predictions_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    run INTEGER NOT NULL,
    image INTEGER NOT NULL,
    class INTEGER NOT NULL,
    score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
    kind TEXT NOT NULL CHECK (kind IN ('box', 'point', 'polygon', 'mask', 'image')),
    x REAL,
    y REAL,
    width REAL,
    height REAL,
    geometry TEXT
  ) STRICT;
  INSERT INTO predictions_new SELECT id, run, image, class, score, 'box', x, y, width, height, NULL FROM predictions;
  DROP TABLE predictions;
  ALTER TABLE predictions_new RENAME TO predictions;
  CREATE INDEX predictions_by_image ON predictions (image, run);
  CREATE INDEX predictions_by_run ON predictions (run, score, image, class);
`

const RESULTS = `
  CREATE TABLE image_results (
    run INTEGER NOT NULL REFERENCES keys (key),
    image INTEGER NOT NULL REFERENCES keys (key),
    result TEXT NOT NULL,
    PRIMARY KEY (run, image)
  ) STRICT, WITHOUT ROWID;
`
