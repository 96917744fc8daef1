import type { Sqlite } from '../sqlite.ts'

/**
 * Writes a table anew with another definition: SQLite changes neither a column's type nor a CHECK in its place. Its indices are kept, and numbers
 * of rows that are gone are not given again.
 *
 * @param redefined what becomes of its CREATE TABLE statement
 * @param valueOf the SQL expression of a column of the old rows
 */
export function rewriteTable(
  db: Sqlite,
  table: string,
  redefined: (sql: string) => string,
  valueOf: (column: string) => string = quoted,
): void {
  const { sql } = db.prepare<[string], { sql: string }>("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table)!
  const indices = db.prepare<[string], { sql: string }>("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL").all(table) // prettier-ignore
  const columns = db.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all().map(({ name }) => name) // prettier-ignore
  db.exec(redefined(sql).replace(new RegExp(`^CREATE TABLE "?${table}"?`), `CREATE TABLE ${table}_new`))
  db.exec(`INSERT INTO ${table}_new (${columns.map(quoted).join(', ')}) SELECT ${columns.map(valueOf).join(', ')} FROM ${table}`)
  const keepsCount = 'UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = ?) WHERE name = ?'
  db.prepare(keepsCount).run(table, `${table}_new`)
  db.exec(`DROP TABLE ${table}`)
  db.exec(`ALTER TABLE ${table}_new RENAME TO ${table}`)
  for (const index of indices) db.exec(index.sql)
}

const quoted = (column: string): string => `"${column}"`
