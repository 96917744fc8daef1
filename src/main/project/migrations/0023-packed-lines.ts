import { z } from 'zod'
import type { Sqlite } from '../sqlite.ts'
import { packRings } from '../geometry.ts'
import type { Migration } from './migration.ts'

/**
 * The lines of polygons are numbers (`geometry.ts`), no JSON any more: a hundred thousand of them are read in a fraction of a second. Tiles of
 * masks stay JSON, as bytes. The column becomes a BLOB, and a STRICT table takes no other type in its place, so both tables are written anew.
 */
export const packedLines: Migration = {
  version: 23,
  name: 'lines of polygons as numbers',
  up: (db) => {
    db.function('packed_lines', { deterministic: true }, (json) => packRings(rings.parse(JSON.parse(String(json)))))
    for (const [table, index] of TABLES) rewrite(db, table, index)
  },
}

const rings = z.array(z.array(z.number()))

const TABLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'annotations',
    [
      'CREATE INDEX annotations_by_image ON annotations (image_id, class_id)',
      'CREATE INDEX annotations_by_class ON annotations (class_id)',
    ],
  ],
  [
    'predictions',
    [
      'CREATE INDEX predictions_by_image ON predictions (image, run)',
      'CREATE INDEX predictions_by_run ON predictions (run, score, image, class)',
    ],
  ],
]

function rewrite(db: Sqlite, table: string, indices: readonly string[]): void {
  const { sql } = db.prepare<[string], { sql: string }>("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table)!
  const columns = db.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all().map(({ name }) => name) // prettier-ignore
  const packed = "CASE kind WHEN 'polygon' THEN packed_lines(geometry) ELSE CAST(geometry AS BLOB) END"
  db.exec(sql.replace(new RegExp(`^CREATE TABLE "?${table}"?`), `CREATE TABLE ${table}_new`).replace('geometry TEXT', 'geometry BLOB'))
  db.exec(`INSERT INTO ${table}_new SELECT ${columns.map((name) => (name === 'geometry' ? packed : name)).join(', ')} FROM ${table}`)
  // Numbers of predictions that are gone are not given again.
  const keepsCount = 'UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = ?) WHERE name = ?'
  db.prepare(keepsCount).run(table, `${table}_new`)
  db.exec(`DROP TABLE ${table}`)
  db.exec(`ALTER TABLE ${table}_new RENAME TO ${table}`)
  for (const statement of indices) db.exec(statement)
}
