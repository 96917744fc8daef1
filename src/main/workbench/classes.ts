import { CLASS_COLORS } from '#shared/colors.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import { classId, newId } from '#shared/records/ids.ts'

const DIGITS = 9

/** Records for class names that the project lacks, after those it has, each with the next colour and the next free digit. */
export function newClasses(have: readonly ClassRecord[], names: readonly string[]): ClassRecord[] {
  const known = new Set(have.map((c) => c.name))
  const wanted = [...new Set(names)].filter((name) => !known.has(name))
  const free = Array.from({ length: DIGITS }, (_, i) => i + 1).filter((digit) => !have.some((c) => c.digit === digit))
  return wanted.map((name, i) => {
    const order = have.length + i
    return { id: classId.parse(newId()), name, color: CLASS_COLORS[order % CLASS_COLORS.length]!, digit: free[i] ?? null, order }
  })
}
