import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { ProjectDatabase } from '../../src/main/project/database.ts'
import { openProject } from '../../src/main/project/open.ts'
import { openSqlite } from '../../src/main/project/sqlite.ts'
import { after, type Expected, type Operation } from './script.ts'

/** What the killed process said: the state after its answered commits, and the one that it was in the middle of. */
export function replay(start: Expected, lines: readonly string[]): { state: Expected; pending: Operation | null; done: number } {
  let state = start
  let pending: Operation | null = null
  let done = 0
  for (const line of lines) {
    if (line.startsWith('try ') && line.endsWith('}')) pending = JSON.parse(line.slice(4)) as Operation
    if (line !== 'done' || pending === null) continue
    state = after(state, pending)
    pending = null
    done++
  }
  return { state, pending, done }
}

/**
 * Which of the allowed states the project holds, and whether all else about it is sound. Opened to write, so that a lock that was left
 * behind shows; with `looking` beside the process that has it.
 */
export async function verify(
  folder: string,
  allowed: readonly Expected[],
  looking = false,
): Promise<{ which: number; failure: string | null }> {
  const project = await openProject(folder, { readOnly: looking }).catch((thrown: unknown) => String(thrown))
  if (typeof project === 'string') return { which: 0, failure: `does not open: ${project}` }
  try {
    if (!looking && project.readOnly !== '') return { which: 0, failure: `opens to read only: ${project.readOnly}` }
    const which = allowed.findIndex((state) => holds(project, state))
    if (which < 0) return { which: 0, failure: 'a committed edit is lost, or one is there that never was' }
    return { which, failure: (looking ? null : historyFailure(project, allowed[which]!)) ?? integrityFailure(folder) }
  } finally {
    await project.close()
  }
}

function holds(project: ProjectDatabase, state: Expected): boolean {
  if (project.totals().predictions !== state.predictions) return false
  return sameAnnotations(project, state.annotations)
}

function sameAnnotations(project: ProjectDatabase, wanted: Expected['annotations']): boolean {
  const held = project.annotations()
  return held.length === wanted.size && held.every((record) => isDeepStrictEqual(record, wanted.get(record.id)))
}

/** Goes a few steps back and forth again: the history must lead through the states that were. */
function historyFailure(project: ProjectDatabase, state: Expected): string | null {
  const steps = Math.min(state.undo.length, 3)
  for (let i = 1; i <= steps; i++) {
    project.undo()
    if (!sameAnnotations(project, state.undo.at(-i)!)) return `undo ${i} leads elsewhere`
  }
  for (let i = 0; i < steps; i++) project.redo()
  return sameAnnotations(project, state.annotations) ? null : 'redo leads elsewhere'
}

/** What SQLite itself finds wrong; null where nothing. */
export function integrityFailure(folder: string): string | null {
  const db = openSqlite(path.join(folder, 'project.db'), { readOnly: true })
  try {
    const found = db.pragma('integrity_check', { simple: true })
    const loose = (db.pragma('foreign_key_check') as unknown[]).length
    return found === 'ok' && loose === 0 ? null : `integrity: ${String(found)}, ${loose} loose references`
  } finally {
    db.close()
  }
}
