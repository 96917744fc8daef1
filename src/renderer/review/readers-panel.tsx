import { Button, Group, Kbd, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { type AgreementView, NOTHING } from '#shared/contracts/readers.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument, useShell, useWritable } from '../app/context.ts'
import { FewDrawn } from '../app/few-drawn.tsx'
import { setPreferences } from '../app/preferences.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { useKeyOf, useNameOf, useNames } from '../state/context.tsx'
import { answerReading, readerHandlers, showReading } from './reader-actions.ts'
import { currentReading, currentSaid, type ReadersState } from './readers-store.ts'
import { useReview } from './use-review.ts'

export function useReaders<T>(select: (state: ReadersState) => T): T {
  return useStore(useApp().readers, select)
}

/** Keys, reading and showing of second readings, while Review is open. */
export function useReadersPlace(): void {
  const app = useApp()
  const { stores, readers } = app
  const on = useReaders((state) => state.on)
  const item = useReaders(currentReading)
  const runId = useReview((state) => state.runId)
  const person = useShell(({ preferences }) => preferences.person)
  useEffect(() => stores.commands.intercept(readerHandlers(app)), [app, stores])
  useEffect(() => {
    if (!on) return
    readers.read(runId).catch((thrown: unknown) => {
      stores.messages.failed(t('Read what readers said'), thrown)
    })
  }, [on, runId, person, readers, stores])
  useEffect(() => (item ? showReading(app, item) : undefined), [app, item])
  useEffect(() => {
    if (!on) return
    // Another image would show what was decided on it.
    stores.beside.close()
    return () => {
      stores.predictions.setBlind(null)
    }
  }, [on, stores])
}

/** Left: who reads, what is left to read and to settle, and how far readers agree. */
export function ReadersLeft() {
  const { readers } = useApp()
  const task = useReaders((state) => state.task)
  const toRead = useReaders((state) => state.toRead.length)
  const toSettle = useReaders((state) => state.toSettle.length)
  const agreement = useReaders((state) => state.agreement)
  return (
    <>
      <PanelSection title={t('Readers')}>
        <Stack gap="xs">
          <ReaderName />
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label={t('Read or settle')}
            value={task}
            data={[
              { value: 'read', label: t('To read {{toRead}}', { toRead }) },
              { value: 'settle', label: t('To settle {{toSettle}}', { toSettle }) },
            ]}
            onChange={(value) => {
              readers.choose(value === 'settle' ? 'settle' : 'read')
            }}
          />
          <Text size="xs" c="var(--sw-muted)">
            {task === 'read'
              ? t('Objects that others decided on, without their answers. Your answers are kept apart and change no label.')
              : t('Where readers differ. Your answer decides: the label is changed to it.')}
          </Text>
        </Stack>
      </PanelSection>
      <PanelSection title={t('Agreement')}>{agreement ? <Figures agreement={agreement} /> : <NoFigures />}</PanelSection>
    </>
  )
}

const NoFigures = () => (
  <Text size="xs" c="var(--sw-muted)">
    {t('How well people agree is shown here as soon as two of them have judged the same objects.')}
  </Text>
)

function ReaderName() {
  const app = useApp()
  const stored = useShell(({ preferences }) => preferences.person)
  const [name, setName] = useState(stored)
  const keep = (): void => {
    const given = name.trim()
    if (given === '') setName(stored)
    else if (given !== stored) void setPreferences(app, { person: given }).then(() => { app.stores.tool.setAuthor(given) }) // prettier-ignore
  }
  return (
    <TextInput
      size="xs"
      label={t('Your name')}
      description={t(
        'Your answers here, and what you label and decide from now on, are signed with it. What is signed already keeps its name.',
      )}
      styles={{ description: { fontSize: 'var(--mantine-font-size-xs)' } }}
      maxLength={200}
      value={name}
      onChange={(event) => {
        setName(event.currentTarget.value)
      }}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}

const kappaText = ({ kappa, interval }: AgreementView['overall']): string => {
  if (kappa === null) return t('not defined')
  return interval === null
    ? shownDecimals(kappa, 2)
    : t('{{kappa}} ({{lower}} to {{upper}})', {
        kappa: shownDecimals(kappa, 2),
        lower: shownDecimals(interval.lower, 2),
        upper: shownDecimals(interval.upper, 2),
      })
}

/** Cohen's kappa of two readers each: what all have read says little where one has only begun. */
function OfPairs({ pairs }: Pick<AgreementView, 'pairs'>) {
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t('Two by two, Cohen’s kappa:')}
      </Text>
      {pairs.map(({ first, second, agreement }) => (
        // Names are told in full: cut short, two pairs may read the same. The figure goes below where both do not fit.
        <Group key={`${first} ${second}`} justify="space-between" gap={0} mb={2}>
          <Text size="xs" mr="xs" style={{ overflowWrap: 'anywhere' }}>
            {t('{{first}} and {{second}}', { first, second })}
          </Text>
          <Text size="xs" ml="auto" title={t('{{count}} read by both', { count: agreement.items })}>
            {kappaText(agreement)}
          </Text>
        </Group>
      ))}
    </>
  )
}

function Figures({ agreement: { kind, readers, overall, pairs, perClass, perImage } }: { readonly agreement: AgreementView }) {
  const shown = perClass.filter(({ agreement }) => agreement.kappa !== null)
  const said = { readers: readers.join(', '), observed: Math.round(100 * overall.observed), items: overall.items }
  return (
    <>
      <Text size="sm" role="status" aria-label={t('Agreement of readers')}>
        {t(kind === 'cohen' ? 'Cohen’s kappa {{kappa}}' : 'Fleiss’ kappa {{kappa}}', { kappa: kappaText(overall) })}
      </Text>
      <Text size="xs" c="var(--sw-muted)" mb={4}>
        {overall.interval === null
          ? t('{{readers}}: the same on {{observed}} % of {{items}} read by all.', said)
          : t('{{readers}}: the same on {{observed}} % of {{items}} read by all; 95 % range in brackets.', said)}
      </Text>
      {shown.map(({ name, agreement }) => (
        <Group key={name} justify="space-between" gap="xs" wrap="nowrap">
          <Text size="xs" truncate>
            {name === NOTHING ? t('nothing') : name}
          </Text>
          <Text size="xs" style={{ flex: 'none' }}>
            {kappaText(agreement)}
          </Text>
        </Group>
      ))}
      {kind === 'fleiss' && overall.interval !== null && <FewDrawn drawn={[{ over: 'images', units: perImage.length }]} />}
      {pairs.length > 1 && <OfPairs pairs={pairs} />}
      <OfImages perImage={perImage} />
    </>
  )
}

/** Of so many images is said that readers agree least on them. */
const SHOWN_IMAGES = 5

/** The images on which readers agree least, where they do not agree wholly. */
function OfImages({ perImage }: Pick<AgreementView, 'perImage'>) {
  const names = useNames()
  const images = useDocument(({ tables }) => tables.images)
  const worst = perImage
    .flatMap(({ imageId, agreement }) => {
      const image = images.get(imageId)
      return image && agreement.observed < 1 ? [{ image, agreement }] : []
    })
    .sort((a, b) => a.agreement.observed - b.agreement.observed)
    .slice(0, SHOWN_IMAGES)
  if (worst.length === 0) return null
  return (
    <div role="group" aria-label={t('Images on which readers agree least')}>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t('Images on which readers agree least')}
      </Text>
      {worst.map(({ image, agreement: { observed, items, kappa } }) => (
        <Group key={image.id} justify="space-between" gap="xs" wrap="nowrap">
          <Text size="xs" truncate title={names.of(image)}>
            {names.of(image)}
          </Text>
          <Text size="xs" style={{ flex: 'none' }}>
            {t('{{observed}} % of {{items}}', { observed: Math.round(100 * observed), items })}
            {kappa === null ? '' : `, κ ${shownDecimals(kappa, 2)}`}
          </Text>
        </Group>
      ))}
    </div>
  )
}

/** Right: what is asked of a reader, with its keys; where readers differ, who says what. */
export function ReadersRight() {
  const app = useApp()
  const item = useReaders(currentReading)
  const said = useReaders(currentSaid)
  const classes = useDocument((state) => state.classes)
  const image = useNameOf(useDocument(({ tables }) => (item ? tables.images.get(item.imageId) : undefined)))
  const [accept, reject, next] = [useKeyOf('review.accept'), useKeyOf('prediction.reject'), useKeyOf('review.next')]
  if (!item) return null
  const nameOf = (id: ClassId | null): string => classes.find((one) => one.id === id)?.name ?? t('nothing')
  return (
    <PanelSection title={said.length > 0 ? t('Readers differ') : t('Is this {{nameOf}}?', { nameOf: nameOf(item.classId) })}>
      <Text size="xs" c="var(--sw-muted)" truncate title={image} mb="xs">
        {image}
      </Text>
      {said.map(({ who, classId }) => (
        <Text key={who} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {who}: {nameOf(classId)}
        </Text>
      ))}
      <Stack gap={4} mt="md">
        <Answer text={nameOf(item.classId)} hint={accept} onGive={() => answerReading(app, item.classId)} />
        {classes
          .filter(({ id }) => id !== item.classId)
          .map(({ id, name, digit }) => (
            <Answer key={id} text={name} hint={digit === null ? '' : String(digit)} onGive={() => answerReading(app, id)} />
          ))}
        <Answer text={t('Nothing to label')} hint={reject} onGive={() => answerReading(app, null)} />
        <Answer
          text={t('Next')}
          hint={next}
          onGive={() => {
            app.readers.move(1)
          }}
        />{' '}
        {/* prettier-ignore */}
      </Stack>
    </PanelSection>
  )
}

function Answer({ text, hint, onGive }: { readonly text: string; readonly hint: string; readonly onGive: () => void }) {
  const writable = useWritable()
  return (
    <Button
      variant="default"
      justify="space-between"
      disabled={!writable}
      rightSection={hint === '' ? null : <Kbd size="xs">{hint}</Kbd>}
      onClick={onGive}
    >
      {text}
    </Button>
  )
}
