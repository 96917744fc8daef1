import type { Migration } from './migration.ts'

/**
 * What can be said of many annotations at once (class, note, flags, and from here on name, lock and level) lies in a narrow table of its own: an
 * edit of ten thousand then writes their facts, fifty to a page, and not the pages that hold their lines as well. Class and image have no index
 * together any more, which each of the ten thousand had to move in: a class is looked for in the narrow table as it stands, and so is the image,
 * by its number.
 * A STRICT table drops no column that a constraint names, so annotations are written anew, those of an image side by side.
 */
export const factsApart: Migration = {
  version: 27,
  name: 'facts of annotations apart from their shapes',
  up: (db) => {
    const { sql } = db.prepare<[], { sql: string }>("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'annotations'").get()!
    const columns = db.prepare<[], { name: string }>("SELECT name FROM pragma_table_info('annotations')").all().map(({ name }) => name) // prettier-ignore
    const own = columns.filter((name) => !MOVED.includes(name)).join(', ')
    db.exec(withoutFacts(sql))
    db.exec(`INSERT INTO annotations_new (${own}) SELECT ${own} FROM annotations ORDER BY image_id, created_at, id`)
    db.exec(FACTS)
    db.exec(`
      INSERT OR IGNORE INTO keys (id) SELECT DISTINCT image_id FROM annotations;
      INSERT INTO annotation_facts
        SELECT made."key", keys."key", class_id, crowd, difficult, note, '', 0, 0, updated_at
        FROM annotations AS old JOIN annotations_new AS made ON made.id = old.id JOIN keys ON keys.id = old.image_id
        ORDER BY made."key";
      DROP TABLE annotations;
      ALTER TABLE annotations_new RENAME TO annotations;
      CREATE INDEX annotations_by_image ON annotations (image_id);
    `)
  },
}

const MOVED = ['class_id', 'crowd', 'difficult', 'note', 'updated_at']

/** The statement that makes the table, for a new one: without what moves, and with a number of its own for each row. */
function withoutFacts(sql: string): string {
  const kept = sql.split('\n').filter((line) => !MOVED.some((name) => line.trim().startsWith(`${name} `)))
  return kept
    .join('\n')
    .replace(/^CREATE TABLE "?annotations"?/, 'CREATE TABLE annotations_new')
    .replace('id TEXT PRIMARY KEY NOT NULL,', '"key" INTEGER PRIMARY KEY NOT NULL,\n    id TEXT UNIQUE NOT NULL,')
}

const FACTS = `
  CREATE TABLE annotation_facts (
    annotation INTEGER PRIMARY KEY NOT NULL REFERENCES annotations ("key") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    image INTEGER NOT NULL REFERENCES keys ("key"),
    class_id TEXT NOT NULL REFERENCES classes (id) DEFERRABLE INITIALLY DEFERRED,
    crowd INTEGER NOT NULL CHECK (crowd IN (0, 1)),
    difficult INTEGER NOT NULL CHECK (difficult IN (0, 1)),
    note TEXT NOT NULL,
    name TEXT NOT NULL,
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    level INTEGER NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
`
