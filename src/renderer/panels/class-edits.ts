import { CLASS_COLORS } from '#shared/colors.ts'
import { say } from '#shared/i18n/say.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type Edit } from '#shared/records/edit.ts'
import { classId, newId } from '#shared/records/ids.ts'

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const

function freeName(classes: readonly ClassRecord[]): string {
  const taken = new Set(classes.map(({ name }) => name.toLowerCase()))
  for (let n = 1; ; n++) {
    const name = n === 1 ? t('New class') : t('New class {{number}}', { number: String(n) })
    if (!taken.has(name.toLowerCase())) return name
  }
}

/** A class after the others: least used colour, lowest free digit. */
export function newClass(classes: readonly ClassRecord[]): ClassRecord {
  const uses = (color: string): number => classes.filter((one) => one.color === color).length
  const color = [...CLASS_COLORS].sort((a, b) => uses(a) - uses(b))[0]!
  const digits = new Set(classes.map(({ digit }) => digit))
  return {
    id: classId.parse(newId()),
    name: freeName(classes),
    color,
    digit: DIGITS.find((digit) => !digits.has(digit)) ?? null,
    order: classes.reduce((most, { order }) => Math.max(most, order + 1), 0),
  }
}

const put = (label: string, classes: ClassRecord[]): Edit => ({ label: label.slice(0, 120), put: { classes }, remove: {} })

export const addClassEdit = (record: ClassRecord): Edit => put(say('Add class'), [record])

/** Another name; null where it is empty, the same, or taken by another class. */
export function renameEdit(record: ClassRecord, name: string, classes: readonly ClassRecord[]): Edit | null {
  const trimmed = name.trim()
  const taken = classes.some(({ id, name: other }) => id !== record.id && other.toLowerCase() === trimmed.toLowerCase())
  if (trimmed === '' || trimmed === record.name || taken) return null
  return put(say('Rename {{name}}', { name: record.name }), [{ ...record, name: trimmed }])
}

export const recolourEdit = (record: ClassRecord, color: string): Edit =>
  put(say('Colour {{name}}', { name: record.name }), [{ ...record, color }])

/** Gives a digit to a class and takes it from the one that had it. */
export function digitEdit(record: ClassRecord, digit: number | null, classes: readonly ClassRecord[]): Edit {
  const before = digit === null ? [] : classes.filter((one) => one.digit === digit && one.id !== record.id)
  return put(say('Key of {{name}}', { name: record.name }), [{ ...record, digit }, ...before.map((one) => ({ ...one, digit: null }))])
}

/** Moves a class one place up (-1) or down (1); null at the ends. */
export function moveClassEdit(record: ClassRecord, step: 1 | -1, classes: readonly ClassRecord[]): Edit | null {
  const at = inOrder(classes).findIndex(({ id }) => id === record.id)
  return placeClassEdit(record, step === -1 ? at - 1 : at + 2, classes)
}

const inOrder = (classes: readonly ClassRecord[]): ClassRecord[] => [...classes].sort((a, b) => a.order - b.order)

/** Moves a class into a gap of the list, 0 above the first, their number below the last; null where it stands beside that gap already. */
export function placeClassEdit(record: ClassRecord, gap: number, classes: readonly ClassRecord[]): Edit | null {
  const before = inOrder(classes)
  const at = before.findIndex(({ id }) => id === record.id)
  if (gap < 0 || gap > before.length || gap === at || gap === at + 1) return null
  const others = before.filter(({ id }) => id !== record.id)
  const order = others.toSpliced(gap > at ? gap - 1 : gap, 0, record)
  const moved = order.flatMap((one, place) => (one.order === place ? [] : [{ ...one, order: place }]))
  return put(say('Move {{name}}', { name: record.name }), moved)
}

/** The gap between rows that a height (CSS pixels, as the rows' own) lies nearest to: 0 above the first. */
export function gapAt(rows: readonly { readonly top: number; readonly height: number }[], y: number): number {
  return rows.filter(({ top, height }) => top + height / 2 < y).length
}

export const removeClassEdit = (record: ClassRecord): Edit => ({
  label: say('Remove class {{name}}', { name: record.name }).slice(0, 120),
  put: {},
  remove: { classes: [record.id] },
})
