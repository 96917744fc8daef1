import { CLASS_COLORS } from '#shared/colors.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { classId, newId } from '#shared/records/ids.ts'

/**
 * Records of new classes: colours and digits that `existing` does not use yet, in their order after it. A colour (`#rrggbb`) that a name
 * brings along is kept unless a class has it already.
 */
export function newClasses(
  names: readonly string[],
  existing: readonly ClassRecord[] = [],
  brought: ReadonlyMap<string, string> = new Map(),
): ClassRecord[] {
  const digits = new Set(existing.map(({ digit }) => digit))
  const start = existing.reduce((most, { order }) => Math.max(most, order + 1), 0)
  const colours = coloursByUse(existing)
  const used = new Set(existing.map(({ color }) => color.toLowerCase()))
  const colourOf = (name: string, i: number): string => {
    const own = brought.get(name)?.toLowerCase()
    const colour =
      own !== undefined && !used.has(own) ? own : (colours.find((one, at) => at >= i && !used.has(one)) ?? colours[i % colours.length]!)
    used.add(colour)
    return colour
  }
  return names.map((name, i) => {
    const digit = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((candidate) => !digits.has(candidate)) ?? null
    digits.add(digit)
    return { id: classId.parse(newId()), name: name.trim(), color: colourOf(name, i), digit, order: start + i }
  })
}

/** The least used first. */
function coloursByUse(existing: readonly ClassRecord[]): string[] {
  const uses = (color: string): number => existing.filter((record) => record.color.toLowerCase() === color).length
  return [...CLASS_COLORS].sort((a, b) => uses(a) - uses(b))
}
