import { z } from 'zod'
import { taskKind, type TaskKind } from '#shared/records/task.ts'
import { damaged } from './sqlite.ts'
import type { Store } from './store.ts'

/** What a project is, set once when it is made. */
const facts = z.object({ task: taskKind, createdAt: z.iso.datetime() })
export type ProjectFacts = z.infer<typeof facts>

const KEY = 'project'

export function projectFacts(store: Store): ProjectFacts {
  const found = store.settings.get(KEY, (value) => facts.parse(value))
  if (!found) throw damaged(null)
  return found
}

export function writeProjectFacts(store: Store, task: TaskKind, createdAt: string): void {
  store.settings.set(KEY, { task, createdAt })
}
