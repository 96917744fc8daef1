import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { type z } from 'zod'
import { type originRequest } from '#shared/contracts/origin.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ImageOrigin, NO_PATTERNS, ORIGIN_FACTS, type OriginFact } from '#shared/origin.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { useNames } from '../../state/context.tsx'
import { useApp, useDocument, useWritable } from '../context.ts'
import { FACT_TITLES } from '../fact-titles.ts'
import { isSound, OriginFields, type Patterns } from './origin-fields.tsx'
import { type ScopeOption, scopeOptions } from './pixel-size-choice.ts'
import { Choice, useCandidates } from './scope-choice.tsx'
import { WindowDialog } from './window-dialog.tsx'

type Asked = z.input<typeof originRequest>
type Typed = Partial<Record<OriginFact, string>>

/** Says which patient, slide and group images are of: by hand, the same of all that are meant, or out of their file names. One edit. */
export function OriginDialog({ image }: { readonly image: ImageId | null }) {
  const options = useOptions(image)
  const [scope, setScope] = useState(() => (image === null && options.some((one) => one.scope === 'selected') ? 'selected' : 'open'))
  const [way, setWay] = useState<'hand' | 'names'>('hand')
  const [typed, setTyped] = useState<Typed>({})
  const [patterns, setPatterns] = useState<Patterns>(NO_PATTERNS)
  const chosen = options.find((one) => one.scope === scope) ?? options[0]
  const { set, busy } = useSet()
  const writable = useWritable()
  if (chosen === undefined) return null
  const request = requestOf(chosen, way === 'hand' ? { set: asSet(typed) } : patterns)
  const says = way === 'hand' ? Object.keys(typed).length > 0 : isSound(patterns) && Object.values(patterns).some((one) => one !== null)
  return (
    <WindowDialog title={t('Slide, patient, group')} width={620}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (says && !busy) void set(request)
        }}
      >
        <Stack gap="sm">
          <WayChoice way={way} onWay={setWay} />
          {way === 'hand' ? (
            <ByHand
              images={chosen.images}
              typed={typed}
              onTyped={(part) => {
                setTyped({ ...typed, ...part })
              }}
            />
          ) : (
            <OriginFields
              patterns={patterns}
              names={chosen.images.map(({ name }) => name)}
              onChange={(part) => {
                setPatterns({ ...patterns, ...part })
              }}
            />
          )}
          <Choice options={options} scope={chosen.scope} onScope={setScope} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={!writable || !says}>
              {t('Set')}
            </Button>
          </Group>
        </Stack>
      </form>
    </WindowDialog>
  )
}

function WayChoice({ way, onWay }: { readonly way: 'hand' | 'names'; readonly onWay: (way: 'hand' | 'names') => void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('How it is said')}
      value={way}
      data={[
        { value: 'hand', label: t('By hand') },
        { value: 'names', label: t('From file names') },
      ]}
      onChange={(value) => {
        onWay(value === 'names' ? 'names' : 'hand')
      }}
    />
  )
}

/** Whom it may be said of: `image`, or else the open one, and those that are selected or listed, or all. */
function useOptions(image: ImageId | null): ScopeOption[] {
  const candidates = useCandidates()
  const named = useDocument(({ tables }) => (image === null ? null : (tables.images.get(image) ?? null)))
  return useMemo(() => {
    const options = scopeOptions({ ...candidates, open: named ?? candidates.open })
    return options.filter(({ scope }) => scope !== 'missing' && scope !== 'unstated')
  }, [candidates, named])
}

const requestOf = ({ scope, images }: ScopeOption, part: Omit<Asked, 'of'>): Asked => ({
  ...part,
  of: scope === 'all' ? 'all' : { images: images.map(({ id }) => id) },
})

/** What was typed; an emptied field says that it is not known. */
const asSet = (typed: Typed): Partial<ImageOrigin> => Object.fromEntries(Object.entries(typed).map(([fact, name]) => [fact, name.trim() === '' ? null : name.trim()])) // prettier-ignore

interface ByHandProps {
  readonly images: readonly ImageRecord[]
  readonly typed: Typed
  readonly onTyped: (part: Typed) => void
}

/** A field for each fact: what all the images have, until something else is typed. */
function ByHand({ images, typed, onTyped }: ByHandProps) {
  const { masked } = useNames()
  const common = (fact: OriginFact): string | null => {
    const names = new Set(images.map((image) => image[fact]))
    return names.size === 1 ? ([...names][0] ?? '') : null
  }
  // While names are masked a field is empty, whatever is known: it says so.
  const placeholderOf = (name: string | null): string => (name === null ? t('several') : masked && name !== '' ? t('not shown') : '')
  return (
    <Stack gap={4}>
      <Group gap="sm" grow align="flex-start">
        {ORIGIN_FACTS.map((fact, i) => (
          <TextInput
            key={fact}
            data-autofocus={i === 0 ? true : undefined}
            label={FACT_TITLES[fact]}
            autoComplete="off"
            maxLength={512}
            placeholder={placeholderOf(common(fact))}
            value={typed[fact] ?? (masked ? '' : (common(fact) ?? ''))}
            onChange={(event) => {
              onTyped({ [fact]: event.currentTarget.value })
            }}
          />
        ))}
      </Group>
      <Text size="xs" c="var(--sw-muted)">
        {t('A split never divides a patient; where none is known, no slide; else no group. An emptied field takes it away.')}
      </Text>
    </Stack>
  )
}

/** Has main set it, and says what came of it. */
function useSet(): { readonly set: (request: Asked) => Promise<void>; readonly busy: boolean } {
  const { stores, shell } = useApp()
  const [busy, setBusy] = useState(false)
  const set = async (request: Asked): Promise<void> => {
    setBusy(true)
    try {
      const { changed, notes } = await stores.clients.project.setOrigin({ set: {}, ...NO_PATTERNS, ...request })
      shell.close()
      const title = t('Slide, patient or group of {{count}} images set', { count: changed })
      stores.messages.tell({ kind: 'done', title, text: notes.map((note) => heard(note)).join(' '), error: null, undo: changed > 0 })
    } catch (thrown) {
      stores.messages.failed(t('Set slide, patient, group'), thrown)
    } finally {
      setBusy(false)
    }
  }
  return { set, busy }
}
