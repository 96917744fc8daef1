import type { ProjectPaths } from './folder.ts'
import type { Sqlite } from './sqlite.ts'

/** What openProject found out. */
export interface Opened {
  readonly db: Sqlite
  readonly paths: ProjectPaths
  /** Empty, or why nothing can be changed. */
  readonly readOnly: string
  /** Lets go of the lock and of temporary files. */
  readonly release: () => void
}
