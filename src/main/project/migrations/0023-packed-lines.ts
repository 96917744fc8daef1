import { z } from 'zod'
import { packRings } from '../geometry.ts'
import type { Migration } from './migration.ts'
import { rewriteTable } from './rewrite-table.ts'

/**
 * The lines of polygons are numbers (`geometry.ts`), no JSON any more: a hundred thousand of them are read in a fraction of a second. Tiles of
 * masks stay JSON, as bytes. The column becomes a BLOB, and a STRICT table takes no other type in its place, so both tables are written anew.
 */
export const packedLines: Migration = {
  version: 23,
  name: 'lines of polygons as numbers',
  up: (db) => {
    db.function('packed_lines', { deterministic: true }, (json) => packRings(rings.parse(JSON.parse(String(json)))))
    const packed = "CASE kind WHEN 'polygon' THEN packed_lines(geometry) ELSE CAST(geometry AS BLOB) END"
    for (const table of ['annotations', 'predictions'])
      rewriteTable(
        db,
        table,
        (sql) => sql.replace('geometry TEXT', 'geometry BLOB'),
        (column) => (column === 'geometry' ? packed : column),
      )
  },
}

const rings = z.array(z.array(z.number()))
