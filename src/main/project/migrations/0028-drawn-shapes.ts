import type { Migration } from './migration.ts'
import { rewriteTable } from './rewrite-table.ts'

/**
 * Ellipses, rotated boxes, polylines and rulers: their bounds stand in the columns as those of every shape, their own numbers in `geometry`
 * (`geometry.ts`). Which kinds there are is a CHECK, so both tables are written anew; no row becomes another.
 */
export const drawnShapes: Migration = {
  version: 28,
  name: 'ellipses, rotated boxes, lines and rulers',
  up: (db) => {
    for (const table of ['annotations', 'predictions'])
      rewriteTable(db, table, (sql) =>
        sql.replace(KINDS, `kind IN (${OLD}, ${NEW})`).replace(WITH_GEOMETRY, `kind IN ('polygon', 'mask', ${NEW})`),
      )
    // Rulers are no objects, and told apart from them at every count.
    db.exec(`CREATE INDEX annotations_that_measure ON annotations ("key") WHERE kind = 'ruler'`)
  },
}

const OLD = "'box', 'point', 'polygon', 'mask', 'image'"
const NEW = "'ellipse', 'rotated-box', 'polyline', 'ruler'"
const KINDS = `kind IN (${OLD})`
const WITH_GEOMETRY = "kind IN ('polygon', 'mask')"
