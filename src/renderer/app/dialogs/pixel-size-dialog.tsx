import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { type PixelSizeRequest } from '#shared/contracts/pixel-size.ts'
import { shownNumber, typedNumber } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { shownMicrons } from '#shared/pixel-size-text.ts'
import { t } from '#shared/i18n/translate.ts'
import { oddSizeText, PIXEL_SIZES } from '#shared/pixel-size.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { lengthsText } from '../../panels/image-fact-rows.ts'
import { useApp, useWritable } from '../context.ts'
import { KnownLine } from './known-line.tsx'
import {
  type Asked,
  outcomeOf,
  requestOf,
  type Scope,
  scopeOptions,
  type ScopeOption,
  setByHand,
  sizeText,
  sizeTyped,
  usualScope,
} from './pixel-size-choice.ts'
import { Choice, useCandidates } from './scope-choice.tsx'
import { WindowDialog } from './window-dialog.tsx'

/** Sets the size of pixels of images whose file does not state it, or states a wrong one: as a number, or from a line whose length is known. */
export function PixelSizeDialog({ line, missing }: Asked) {
  const candidates = useCandidates()
  const options = useMemo(() => scopeOptions(candidates), [candidates])
  const { open } = candidates
  const known = line === null && !missing ? (open?.micronsPerPixel ?? null) : null
  const [text, setText] = useState(sizeText(known))
  const [scope, setScope] = useState<Scope>(() => usualScope(options, { line, missing }, candidates))
  const chosen = options.find((one) => one.scope === scope) ?? options[0]
  const set = useSet()
  const microns = sizeTyped(text, known)
  if (chosen === undefined) return null
  return (
    <WindowDialog title={t('Set pixel size')} width={480}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (microns !== null && outcomeOf(chosen.images, microns).changed > 0) void set({ microns, of: requestOf(chosen) })
        }}
      >
        <Stack gap="sm">
          {line !== null && (
            <KnownLine
              pixels={line}
              onSize={(size) => {
                setText(sizeText(size))
              }}
            />
          )}
          <SizeField first={line === null} text={text} wrong={text.trim() !== '' && microns === null} onText={setText} />
          <Choice options={options} scope={chosen.scope} onScope={setScope} />
          <Effect images={chosen.images} microns={microns} open={open} />
          <Buttons chosen={chosen} microns={microns} set={set} />
        </Stack>
      </form>
    </WindowDialog>
  )
}

/** Has main set it, and says what came of it. */
function useSet(): (request: PixelSizeRequest) => Promise<void> {
  const { stores, shell } = useApp()
  return async (request) => {
    try {
      const { changed, notes } = await stores.clients.project.setPixelSize(request)
      shell.close()
      const title =
        request.microns === null
          ? t('{{count}} images have the pixel size of their file again', { count: changed })
          : t('Pixel size of {{count}} images set', { count: changed })
      stores.messages.tell({ kind: 'done', title, text: notes.map((note) => heard(note)).join(' '), error: null, undo: changed > 0 })
    } catch (thrown) {
      stores.messages.failed(t('Set pixel size'), thrown)
    }
  }
}

interface SizeFieldProps {
  /** The keyboard starts here. */
  readonly first: boolean
  readonly text: string
  readonly wrong: boolean
  readonly onText: (text: string) => void
}

function SizeField({ first, text, wrong, onText }: SizeFieldProps) {
  const { min, max } = PIXEL_SIZES
  const range = t('A number from {{min}} to {{max}}', { min: typedNumber(min, 1), max: shownNumber(max) })
  return (
    <TextInput
      data-autofocus={first ? true : undefined}
      label={t('Micrometres per pixel (µm/px)')}
      inputMode="decimal"
      autoComplete="off"
      styles={{ input: { width: 200 } }}
      value={text}
      error={wrong ? range : null}
      onFocus={(event) => {
        event.currentTarget.select()
      }}
      onChange={(event) => {
        onText(event.currentTarget.value)
      }}
    />
  )
}

interface EffectProps {
  readonly images: readonly ImageRecord[]
  readonly microns: number | null
  readonly open: ImageRecord | null
}

/** What would change, before it does. */
function Effect({ images, microns, open }: EffectProps) {
  const said = useMemo(() => (microns === null ? [] : effectOf(images, microns, open)), [images, microns, open])
  return (
    <Text size="sm" c="var(--sw-muted)" role="status" aria-label={t('What would change')} mih={38}>
      {said.join(' ')}
    </Text>
  )
}

function effectOf(images: readonly ImageRecord[], microns: number, open: ImageRecord | null): string[] {
  const { changed, overridden } = outcomeOf(images, microns)
  if (changed === 0) return [t('Nothing would change.')]
  const size = open !== null && images.some(({ id }) => id === open.id) ? lengthsText(open, microns) : null
  return [
    t('{{count}} images would change.', { count: changed }),
    ...(overridden === 0 ? [] : [t('The files of {{count}} images state another size, which is kept.', { count: overridden })]),
    ...(size === null ? [] : [t('The open image is then {{size}}.', { size })]),
    ...(oddSizeText(microns) === '' ? [] : [heard(oddSizeText(microns))]),
  ]
}

interface ButtonsProps {
  readonly chosen: ScopeOption
  readonly microns: number | null
  readonly set: (request: PixelSizeRequest) => Promise<void>
}

function Buttons({ chosen, microns, set }: ButtonsProps) {
  const writable = useWritable()
  const { count, stated } = setByHand(chosen.images)
  const changes = microns !== null && outcomeOf(chosen.images, microns).changed > 0
  return (
    <Group justify="space-between">
      {count === 0 ? (
        <span />
      ) : (
        <Button variant="default" disabled={!writable} onClick={() => void set({ microns: null, of: requestOf(chosen) })}>
          {backText(stated)}
        </Button>
      )}
      <Button type="submit" disabled={!writable || !changes}>
        {t('Set')}
      </Button>
    </Group>
  )
}

function backText(stated: number | 'other' | null): string {
  if (stated === null) return t('Take the size away: the file states none')
  if (stated === 'other') return t('Back to what the files state')
  return t('Back to what the file states: {{microns}} µm', { microns: shownMicrons(stated) })
}
