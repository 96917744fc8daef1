import { type ImportPreview, type ImportRequest } from '#shared/contracts/project.ts'
import { NO_PATTERNS } from '#shared/origin.ts'
import { type ErrorInfo } from '#shared/errors.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { type ImportFormat } from './import-formats.ts'

/** What a person says of an import, beside what is imported. */
export type ImportDraft = Omit<ImportRequest, 'paths'>

/** What the fields of the import dialog are given. */
export interface FieldsProps {
  readonly draft: ImportDraft
  readonly preview: ImportPreview
  readonly onChange: (part: Partial<ImportDraft>) => void
}

export function initialDraft(format: ImportFormat): ImportDraft {
  return {
    ...{ format, split: null, ...NO_PATTERNS, seed: 0, maskKind: 'auto', pair: null, colors: null, planes: 'first' },
    crop: { size: 96, border: 'reflect' },
    replace: false,
  }
}

/** Which fields mean anything for what was found, or for what was asked for where nothing was. */
export function fieldsFor(draft: ImportDraft, preview: ImportPreview | null): { readonly masks: boolean; readonly crops: boolean } {
  const formats: readonly string[] = preview && preview.formats.length > 0 ? preview.formats : [draft.format]
  const has = (...names: string[]): boolean => formats.some((format) => names.includes(format))
  const unclear = preview?.masks != null || preview?.fault?.code === 'no-masks'
  return { masks: unclear || draft.pair !== null || has('masks', 'labelmaps', 'tfrecord'), crops: has('crops') }
}

/** Classes of colours or numbers once a person named one: all values are then said, those without a name are background. */
export function renamed(preview: NonNullable<ImportPreview['masks']>, value: string, name: string): NonNullable<ImportDraft['colors']> {
  return preview.values.map((one) => ({ value: one.value, name: (one.value === value ? name : one.name).trim() }))
}

interface Pattern {
  readonly pattern: string
  readonly says: string
}

const PATTERNS: readonly Pattern[] = [
  { pattern: '^([^_]+)_', says: t('before the first _') },
  { pattern: '^([^-]+)-', says: t('before the first -') },
  { pattern: '^([^ ]+) ', says: t('before the first space') },
  { pattern: '^(.*?\\d+)', says: t('up to the first number') },
]

/** Patterns that bring several of these names together, and not all. */
export function suggestedPatterns(names: readonly string[]): readonly Pattern[] {
  return PATTERNS.filter(({ pattern }) => {
    const expression = new RegExp(pattern)
    const groups = names.map((name) => expression.exec(name)?.[1])
    const different = new Set(groups)
    return !different.has(undefined) && different.size > 1 && different.size <= 0.7 * names.length
  })
}

/** One image of each of the first groups, and one that is in none: what a pattern does is seen by what it tells apart. */
export function firstOfGroups(some: ImportPreview['some'], most: number): ImportPreview['some'] {
  const seen = new Set<string | null>()
  const firsts = some.filter(({ group }) => !seen.has(group) && seen.add(group))
  return firsts.slice(0, most)
}

/** What to do about what keeps an import from being taken, in the window's words. */
export function adviceFor({ code, hint }: ErrorInfo): string {
  switch (code) {
    case 'mask-kind-unclear':
      return t('Name the class of each value below, or say what the values are.')
    case 'no-masks':
      return t('Say below which mask belongs to which image, or choose another format.')
    default:
      return hint === undefined || hint.includes('--') ? t('Choose another format, or other files.') : heard(hint)
  }
}

/** A share as a person reads it: never 0 where there is something. */
export function shownShare(share: number): string {
  if (share === 0) return '0 %'
  return share < 0.0001 ? '< 0.01 %' : `${shownDecimals(100 * share, share < 0.1 ? 2 : 1)} %`
}

/** What the button does. */
export function takes({ images, labels }: Pick<ImportPreview, 'images' | 'labels'>): string {
  if (images === 0) return labels > 0 ? t('Add {{count}} labels', { count: labels }) : t('Nothing to add')
  return t('Add {{count}} images', { count: images })
}

/** What was added, in a sentence. */
export function addedText({ images, labels }: { readonly images: number; readonly labels: number }): string {
  const taken = t('{{count}} images', { count: images })
  return labels > 0
    ? t('{{images}} and {{labels}} added', { images: taken, labels: t('{{count}} labels', { count: labels }) })
    : t('{{images}} added', { images: taken })
}
