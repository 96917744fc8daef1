import type { Migration } from './migration.ts'

/** What slides say of themselves beside their pixel's size: magnification of the objective and when they were scanned. */
export const slides: Migration = {
  version: 21,
  name: 'objective and scan date of slides',
  up: (db) => {
    db.exec('ALTER TABLE images ADD COLUMN objective REAL')
    db.exec('ALTER TABLE images ADD COLUMN scanned_at TEXT')
  },
}
