import type { Migration } from './migration.ts'

/** Of an image slide and patient are told apart. What is there is its group, which says neither: it stays, and holds images together as it did. */
export const slidesAndPatients: Migration = {
  version: 37,
  name: 'slides and patients',
  up: (db) => {
    db.exec('ALTER TABLE images ADD COLUMN slide TEXT')
    db.exec('ALTER TABLE images ADD COLUMN patient TEXT')
  },
}
