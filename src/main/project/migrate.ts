import { AppError } from '#shared/errors.ts'
import type { Migration } from './migrations/migration.ts'
import type { Sqlite } from './sqlite.ts'

/** The schema's version in the file; 0 for an empty database. */
export function schemaVersion(db: Sqlite): number {
  return db.pragma('user_version', { simple: true }) as number
}

/** The version that the last of the migrations makes. */
export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

/**
 * Brings the database up to the last migration, each in its own transaction: a crash between leaves a sound older version.
 * Answers with the versions that were made. Throws where the list's numbers don't rise, and AppError `project-damaged` where rows
 * refer to rows that are not there.
 */
export function migrate(db: Sqlite, migrations: readonly Migration[]): number[] {
  assertRising(migrations)
  const due = migrations.filter(({ version }) => version > schemaVersion(db))
  if (due.length === 0) return []
  // Switching is a no-op inside a transaction, so it stands outside.
  db.pragma('foreign_keys = OFF')
  try {
    for (const migration of due) step(db, migration)
  } finally {
    db.pragma('foreign_keys = ON')
  }
  return due.map(({ version }) => version)
}

function step(db: Sqlite, migration: Migration): void {
  const run = db.transaction(() => {
    migration.up(db)
    const broken = db.pragma('foreign_key_check') as unknown[]
    if (broken.length > 0)
      throw new AppError(
        'project-damaged',
        `The project could not be brought to version ${migration.version} (${migration.name}): ${broken.length} rows refer to nothing.`,
        'Nothing was changed. Restore the newest file of its folder backups, or send the project to support.',
      )
    db.pragma(`user_version = ${migration.version}`)
  })
  run.immediate()
}

function assertRising(migrations: readonly Migration[]): void {
  migrations.forEach(({ version }, i) => {
    const before = migrations[i - 1]?.version ?? 0
    if (!Number.isInteger(version) || version <= before) throw new Error(`Migration ${version} stands after ${before}`)
  })
}
