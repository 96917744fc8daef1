import { type ClassRecord } from '#shared/records/class.ts'
import { classId, newId } from '#shared/records/ids.ts'

/**
 * Colours of new classes, for lines on pink, purple and brown stain and on fluorescence's black: Okabe and Ito's set ("Color Universal
 * Design", 2008), apart under protanopia and deuteranopia, without its black, in the order of contrast to H&E and Giemsa.
 */
export const CLASS_COLORS = ['#009e73', '#f0e442', '#56b4e9', '#e69f00', '#0072b2', '#d55e00', '#cc79a7'] as const

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
