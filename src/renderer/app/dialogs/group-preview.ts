import { toErrorInfo } from '#shared/errors.ts'
import { heard } from '#shared/i18n/heard.ts'

/** What a pattern makes of names: a group each, or why the pattern can't be used. */
export type GroupPreview =
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly why: string }
  | {
      readonly kind: 'groups'
      /** Group and number of images, largest first. */
      readonly groups: readonly (readonly [string, number])[]
      readonly unmatched: number
    }

/** Groups names as an import does: the first group of the regular expression, else its whole match. */
export function previewGroups(names: readonly string[], pattern: string): GroupPreview {
  if (pattern === '') return { kind: 'none' }
  let expression: RegExp
  try {
    expression = new RegExp(pattern)
  } catch (thrown) {
    return { kind: 'wrong', why: heard(toErrorInfo(thrown).message) }
  }
  const groups = new Map<string, number>()
  let unmatched = 0
  for (const name of names) {
    const match = expression.exec(name)
    const group = match === null ? null : (match[1] ?? match[0])
    if (group === null || group === '') unmatched += 1
    else groups.set(group, (groups.get(group) ?? 0) + 1)
  }
  return { kind: 'groups', groups: [...groups].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)), unmatched }
}
