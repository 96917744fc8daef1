import { CLASS_COLORS } from '#shared/colors.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { classId, newId } from '#shared/records/ids.ts'

/** Records of new classes: colours and digits that `existing` does not use yet, in their order after it. */
export function newClasses(names: readonly string[], existing: readonly ClassRecord[] = []): ClassRecord[] {
  const digits = new Set(existing.map(({ digit }) => digit))
  const start = existing.reduce((most, { order }) => Math.max(most, order + 1), 0)
  const colours = coloursByUse(existing)
  return names.map((name, i) => {
    const digit = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((candidate) => !digits.has(candidate)) ?? null
    digits.add(digit)
    return { id: classId.parse(newId()), name: name.trim(), color: colours[i % colours.length]!, digit, order: start + i }
  })
}

/** The least used first. */
function coloursByUse(existing: readonly ClassRecord[]): string[] {
  const uses = (color: string): number => existing.filter((record) => record.color.toLowerCase() === color).length
  return [...CLASS_COLORS].sort((a, b) => uses(a) - uses(b))
}
