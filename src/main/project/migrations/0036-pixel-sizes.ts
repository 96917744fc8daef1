import type { Migration } from './migration.ts'

/** A person may set the size of an image's pixels: whose number it is, what the file states instead, and when it was set. All so far are the file's. */
export const pixelSizes: Migration = {
  version: 36,
  name: 'pixel sizes set by hand',
  up: (db) => {
    db.exec(`ALTER TABLE images ADD COLUMN pixel_size_by TEXT NOT NULL DEFAULT 'file' CHECK (pixel_size_by IN ('file', 'person'))`)
    db.exec('ALTER TABLE images ADD COLUMN stated_microns REAL')
    db.exec('ALTER TABLE images ADD COLUMN pixel_size_at TEXT')
  },
}
