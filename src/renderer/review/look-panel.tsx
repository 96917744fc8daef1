import { Button, Group, Kbd, Progress, SegmentedControl, Stack, Text } from '@mantine/core'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { outOfFold } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { FlagsPanel } from '../panels/flags-panel.tsx'
import { ObjectPanel } from '../panels/object-panel.tsx'
import { PanelSection } from '../panels/panel-section.tsx'
import { useKeyOf, useNameOf } from '../state/context.tsx'
import { Hint } from '../hint/hint.tsx'
import { backToShown, labelIsRight, lookHandlers, modelIsRight, runToAsk, settleCurrent, showLook, whyLook } from './look-actions.ts'
import { currentLook, type LooksState } from './looks-store.ts'
import { useReaders } from './readers-panel.tsx'
import { readRun } from './review-actions.ts'
import { showFlag } from './show-flag.ts'
import { useReview } from './use-review.ts'

export function useLooks<T>(select: (state: LooksState) => T): T {
  return useStore(useApp().looks, select)
}

/** Keys, reading and showing of the differences, while Review is open. */
export function useLookPlace(): void {
  const app = useApp()
  const { stores, looks } = app
  const on = useLooks((state) => state.on)
  const look = useLooks(currentLook)
  const runId = useReview((state) => state.runId)
  useEffect(() => stores.commands.intercept(lookHandlers(app)), [app, stores])
  useEffect(() => {
    if (!on) return
    looks.read(runId).catch((thrown: unknown) => {
      stores.messages.failed(t('Compare labels and predictions'), thrown)
    })
  }, [on, runId, looks, stores])
  useEffect(() => {
    if (on) return
    backToShown(stores)
    if (app.review.getState().runId !== runToAsk(app)) readRun(app, runToAsk(app))
  }, [on, app, stores])
  useEffect(() => (look ? showLook(app, look) : undefined), [app, look])
}

/** What Review asks about: open predictions, or where labels and predictions differ. */
export function AskedAbout() {
  const { looks, readers } = useApp()
  const on = useLooks((state) => state.on)
  const reads = useReaders((state) => state.on)
  const key = useKeyOf('review.second-look')
  return (
    <Hint
      label={t(
        'Undecided predictions; labels that the model contradicts ({{key}}); or what other readers decided, without seeing their answers',
        { key },
      )}
    >
      <SegmentedControl
        fullWidth
        size="xs"
        styles={{ label: { paddingInline: 2 } }}
        aria-label={t('What is asked about')}
        value={reads ? 'readers' : on ? 'looks' : 'queue'}
        data={[
          { value: 'queue', label: t('Predictions') },
          { value: 'looks', label: t('Labels') },
          { value: 'readers', label: t('Readers') },
        ]}
        onChange={(value) => {
          looks.turn(value === 'looks')
          readers.turn(value === 'readers')
        }}
      />
    </Hint>
  )
}

/** How many differences there are, and how many were settled. */
export function LookProgress() {
  const total = useLooks(({ looks }) => looks.length)
  const done = useLooks(({ settled }) => settled.size)
  return (
    <PanelSection title={t('Second look')}>
      <Text role="status" aria-label={t('Differences settled')}>
        {t('{{done}} of {{total}}', { done, total })}
      </Text>
      <Progress value={total === 0 ? 0 : (100 * done) / total} aria-label={t('Settled')} mt={4} />
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t(
          'Where the model gives another class than the label, puts the box elsewhere, finds nothing at a label, or is sure of an object on a finished image where there is no label.',
        )}
      </Text>
      <LookSource />
    </PanelSection>
  )
}

/** Whose word the labels are set against; where models looked at what they did not learn from, a way to those. */
function LookSource() {
  const app = useApp()
  const runId = useReview((state) => state.runId)
  const runs = useDocument((state) => state.runs)
  const shown = runs.find(({ id }) => id === runId)
  const of = shown && outOfFold(shown)
  const folds = runs.findLast((run) => outOfFold(run) !== null)
  const text =
    typeof of === 'string'
      ? t('From {{count}} folds: each image by the model that did not learn from it. The likeliest errors come first.', {
          count: runs.filter((run) => outOfFold(run) === of).length,
        })
      : folds
        ? t('What the model is surest of comes first. It rarely doubts labels that it learned from.')
        : t(
            'What the model is surest of comes first. It rarely doubts labels that it learned from: after a training in folds, in Train, each image is judged by a model that did not learn from it.',
          )
  const learnedLittle = useLooks((state) => state.learnedLittle)
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {text}
      </Text>
      {learnedLittle && (
        <Text size="xs" fw={600} mt={4} role="note">
          {t('The model has learned next to nothing: what it says of labels says little. Train longer first.')}
        </Text>
      )}
      {folds && typeof of !== 'string' && (
        <Hint label={t('The models of the newest cross-validation, each on the images that it did not learn from')}>
          <Button
            size="xs"
            variant="default"
            mt="xs"
            fullWidth
            onClick={() => {
              readRun(app, folds.id)
            }}
          >
            {t('Ask the folds')}
          </Button>
        </Hint>
      )}
    </>
  )
}

/** Right in Review while differences are asked about: why, and the two answers. */
export function LookRight() {
  const app = useApp()
  const writable = useWritable()
  const look = useLooks(currentLook)
  const [accept, reject, next] = [useKeyOf('review.accept'), useKeyOf('prediction.reject'), useKeyOf('review.next')]
  const classes = useDocument(({ tables }) => tables.classes)
  const image = useNameOf(useDocument(({ tables }) => (look ? tables.images.get(look.imageId) : undefined)))
  if (!look) return <ObjectPanel />
  const nameOf = (id: typeof look.labelled): string => (id === null ? t('nothing') : (classes.get(id)?.name ?? t('another class')))
  const [labelled, predicted] = [nameOf(look.labelled), nameOf(look.predicted)]
  const answer = (text: string, right: 'label' | 'model', key: string) => (
    <Button
      variant="default"
      justify="space-between"
      disabled={!writable}
      rightSection={<Kbd size="xs">{key}</Kbd>}
      onClick={() => settleCurrent(app, right)}
    >
      {text}
    </Button>
  )
  return (
    <>
      <PanelSection title={t('Label or model?')}>
        <Text size="sm" mb={4}>
          {whyLook(look, labelled, predicted)}
        </Text>
        <Text size="xs" c="var(--sw-muted)" truncate title={image} mb="sm">
          {image}
        </Text>
        <Stack gap="xs">
          <Text size="xs">{t('The model is right')}</Text>
          {answer(modelIsRight(look, predicted), 'model', accept)}
          <Text size="xs">{t('The label is right')}</Text>
          {answer(labelIsRight(look, labelled), 'label', reject)}
          <Text size="xs" c="var(--sw-muted)">
            {look.kind === 'missed'
              ? t('{{accept}} takes the label off the image. One undo brings it back.', { accept })
              : t('One undo takes an answer back.')}
          </Text>
          <Group gap="xs" grow preventGrowOverflow={false}>
            <Button variant="default" onClick={() => app.stores.commands.run('review.previous')}>
              {t('Previous')}
            </Button>
            <Button variant="default" rightSection={<Kbd size="xs">{next}</Kbd>} onClick={() => app.looks.move(1)}>
              {t('Next')}
            </Button>
          </Group>
        </Stack>
      </PanelSection>
      <FlagsPanel onShow={showFlag} />
    </>
  )
}
