import type { Migration } from './migration.ts'

/**
 * What the files that objects came from had measured of them, apart from the objects: a hundred thousand cells bring some forty numbers each. Names
 * are the same for most, so a list of them is kept once, with the step of the history that brought it.
 */
export const measurements: Migration = {
  version: 38,
  name: 'measurements from files',
  up: (db) => {
    db.exec(`
      CREATE TABLE measurement_names (
        "key" INTEGER PRIMARY KEY NOT NULL,
        step INTEGER NOT NULL,
        names TEXT NOT NULL
      ) STRICT;
      CREATE INDEX measurement_names_by_step ON measurement_names (step);
      CREATE TABLE measurements (
        "key" INTEGER PRIMARY KEY NOT NULL,
        annotation_id TEXT UNIQUE NOT NULL,
        names INTEGER NOT NULL REFERENCES measurement_names ("key"),
        shape INTEGER NOT NULL,
        numbers BLOB NOT NULL
      ) STRICT;
    `)
  },
}
