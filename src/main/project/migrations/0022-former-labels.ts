import type { Migration } from './migration.ts'

/** A decision keeps the label of the whole image that gave way to it (a record as JSON), so that rejecting the prediction brings it back. */
export const formerLabels: Migration = {
  version: 22,
  name: 'former labels of decisions',
  up: (db) => {
    db.exec('ALTER TABLE decisions ADD COLUMN replaced TEXT')
  },
}
