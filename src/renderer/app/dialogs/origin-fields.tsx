import { Group, Stack, Text, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { shownNumber } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { LONGEST_PATTERN, ORIGIN_FACTS, type OriginFact, type OriginPatterns, PATTERN_OF } from '#shared/origin.ts'
import { useNames } from '../../state/context.tsx'
import { type GroupPreview, previewGroups } from './group-preview.ts'

/** Patterns as fields hold them: null where nothing is typed. */
export type Patterns = Readonly<Record<keyof OriginPatterns, string | null>>

const LABELS: Readonly<Record<OriginFact, string>> = {
  patient: t('Patient by file name'),
  slide: t('Slide by file name'),
  group: t('Group by file name'),
}

const HELD_TOGETHER = t(
  'Regular expressions; the part in brackets counts, for instance ^(P\\d+)_. A split never divides a patient; where none is known, no slide; else no group.',
)

interface FieldsProps {
  readonly patterns: Patterns
  readonly onChange: (part: Partial<Patterns>) => void
  /** Names of the images that the patterns would be for, to show what comes of them; left out: nothing is shown. */
  readonly names?: readonly string[]
  /** What is wrong with a pattern is said elsewhere. */
  readonly quiet?: boolean
}

/** The patterns that read patient, slide and group out of file names, each with what it makes of them. */
export function OriginFields({ patterns, onChange, names = [], quiet = false }: FieldsProps) {
  return (
    <Stack gap={4}>
      <Group gap="sm" grow align="flex-start">
        {ORIGIN_FACTS.map((fact) => (
          <PatternField
            key={fact}
            fact={fact}
            quiet={quiet}
            pattern={patterns[PATTERN_OF[fact]] ?? ''}
            onPattern={(pattern) => {
              onChange({ [PATTERN_OF[fact]]: pattern === '' ? null : pattern })
            }}
          />
        ))}
      </Group>
      <Text size="xs" c="var(--sw-muted)">
        {HELD_TOGETHER}
      </Text>
      {names.length > 0 &&
        ORIGIN_FACTS.map((fact) => <Preview key={fact} fact={fact} pattern={patterns[PATTERN_OF[fact]] ?? ''} names={names} />)}
    </Stack>
  )
}

interface PatternProps {
  readonly quiet: boolean
  readonly fact: OriginFact
  readonly pattern: string
  readonly onPattern: (pattern: string) => void
}

function PatternField({ fact, quiet, pattern, onPattern }: PatternProps) {
  const wrong = previewGroups([], pattern)
  return (
    <TextInput
      label={LABELS[fact]}
      placeholder="^([^_]+)_"
      value={pattern}
      maxLength={LONGEST_PATTERN}
      error={wrong.kind === 'wrong' && (quiet || wrong.why)}
      onChange={(event) => {
        onPattern(event.currentTarget.value)
      }}
    />
  )
}

/** Whether all that is typed can be used. */
export const isSound = (patterns: Patterns): boolean =>
  ORIGIN_FACTS.every((fact) => previewGroups([], patterns[PATTERN_OF[fact]] ?? '').kind !== 'wrong')

const COUNTED: Readonly<Record<OriginFact, (count: number) => string>> = {
  patient: (count) => t('{{count}} patients', { count }),
  slide: (count) => t('{{count}} slides', { count }),
  group: (count) => t('{{count}} groups', { count }),
}

/** The largest ones by name. */
const SHOWN = 6
const largest = (groups: readonly (readonly [string, number])[]): string =>
  groups
    .slice(0, SHOWN)
    .map(([name, count]) => `${name} (${shownNumber(count)})`)
    .join(', ') + (groups.length > SHOWN ? ' …' : '')

function Preview({ fact, pattern, names }: { readonly fact: OriginFact; readonly pattern: string; readonly names: readonly string[] }) {
  const preview = useMemo<GroupPreview>(() => previewGroups(names, pattern), [names, pattern])
  const { masked } = useNames()
  if (preview.kind !== 'groups') return null
  const { groups, unmatched } = preview
  const named = masked ? '' : `: ${largest(groups)}`
  return (
    <Text size="sm" role="status" aria-label={LABELS[fact]}>
      {groups.length === 0 ? t('No name fits this pattern.') : `${COUNTED[fact](groups.length)}${named}.`}
      {groups.length > 0 && unmatched > 0 && ` ${t('{{count}} names do not fit.', { count: unmatched })}`}
    </Text>
  )
}
