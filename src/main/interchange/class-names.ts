import type { ClassRecord } from '#shared/records/class.ts'
import { TASKS } from '#shared/task-facts.ts'
import type { ImportContext } from './dataset.ts'

/** Names by which collections call what is not ill: the first class of an anomaly project. */
const NORMAL = new Set(['normal', 'good', 'ok', 'healthy', 'uninfected', 'negative', 'benign'])

/** Longest name of a class. */
export const LONGEST_NAME = 120

/**
 * The name under which a class of a file goes into the project: the project's own where one is spelled so, whatever the case; in an anomaly
 * project the first class where the file says normal, good, uninfected or the like; else as it stands.
 */
export function classNamed({ task, classes }: Pick<ImportContext, 'task' | 'classes'>): (name: string) => string {
  const exact = new Set(classes.map(({ name }) => name))
  const folded = new Map(classes.map(({ name }) => [fold(name), name]))
  const [first] = classes
  return (given) => {
    const name = given.trim().slice(0, LONGEST_NAME)
    if (exact.has(name)) return name
    const same = folded.get(fold(name))
    if (same !== undefined) return same
    return TASKS[task].normalFirst && first !== undefined && NORMAL.has(fold(name)) ? first.name : name
  }
}

function fold(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
}

/** Whether a name means one of the project's classes. */
export function meansClass(classes: readonly ClassRecord[], name: string): boolean {
  return classes.some((known) => fold(known.name) === fold(name))
}

/** Whether a name means what is not ill. */
export const meansNormal = (name: string): boolean => NORMAL.has(fold(name))
