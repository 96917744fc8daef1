import { type MouseEvent } from 'react'
import { Button, Group, Kbd, Stack, Text } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { type ImageId } from '#shared/records/ids.ts'
import { isInRegions } from '#shared/records/model.ts'
import { t } from '#shared/i18n/translate.ts'
import { rich } from '../app/rich.tsx'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument, useWritable, useTaskFacts } from '../app/context.ts'
import { useKeyOf, useNameOf } from '../state/context.tsx'
import { useLabelsImages } from '../labels/use-labels.ts'
import { FlagsPanel } from '../panels/flags-panel.tsx'
import { MapPanel } from '../panels/map-panel.tsx'
import { PanelSection } from '../panels/panel-section.tsx'
import { ObjectPanel } from '../panels/object-panel.tsx'
import { type ObjectId } from '../viewer/scene.ts'
import { Hint } from '../hint/hint.tsx'
import { showsObjects } from './gallery-items.ts'
import { LookRight, useLooks } from './look-panel.tsx'
import { type ReviewItem } from './items.ts'
import { doneFrom, isDecided, whyNext } from './queue.ts'
import { ReadersRight, useReaders } from './readers-panel.tsx'
import { showFlag } from './show-flag.ts'
import { decideCurrent } from './review-actions.ts'
import { leftOnImage } from './review-store.ts'
import { useGalleryAsked, useReview } from './use-review.ts'
import styles from './review.module.css'

const WHOLE = t('The images of which the model is least sure come first.')

/** Right in Review: the question, its answers with their keys, and why it is asked. */
export function ReviewRight() {
  const item = useReview(({ queue, at }) => queue[at] ?? null)
  const whole = useLabelsImages()
  const name = useDocument(({ tables }) => (item ? (tables.classes.get(item.classId)?.name ?? t('object')) : ''))
  const image = useNameOf(useDocument(({ tables }) => (item ? tables.images.get(item.imageId) : undefined)))
  // Of images as wholes the score alone does not tell how unsure the model is.
  const why = useReview((state) => (item === null ? '' : whole && state.order === 'doubt' ? WHOLE : whyNext(item, state)))
  const inGallery = useReview(showsObjects)
  const { images, allAnswered } = useGalleryAsked()
  const isDone = useReview((state) => item !== null && isDecided(item, state))
  const looking = useLooks((state) => state.on)
  const reads = useReaders((state) => state.on)
  if (reads) return <ReadersRight />
  if (looking) return <LookRight />
  if (inGallery) return <GalleryHelp />
  // Nothing is shown that could be asked about, whatever is still selected on its image.
  if (!item || allAnswered) return <FlagsPanel onShow={showFlag} />
  // In the gallery an image can be answered anew.
  if (isDone && images === null) return <DecidedItem item={item} image={image} />
  return (
    <>
      <PanelSection title={t('Is this {{name}}?', { name })}>
        <Text size="sm" mb={4}>
          {t('Score {{score}}.', { score: shownDecimals(item.score, 2) })} {why}
        </Text>
        <Text size="xs" c="var(--sw-muted)" truncate title={image} mb="sm">
          {image}
        </Text>
        <Answers />
      </PanelSection>
      <Relabel />
      <FinishImage image={item.imageId} />
      <FlagsPanel onShow={showFlag} />
      <OtherObject item={item.id} />
      <MapPanel />
    </>
  )
}

/** What was asked about and is decided meanwhile, as by another outline: what it counts as, and how to go on. */
function DecidedItem({ item, image }: { readonly item: ReviewItem; readonly image: string }) {
  const { stores } = useApp()
  const accept = useKeyOf('review.accept')
  const answer = useReview(({ answers }) => answers[item.row]!)
  const classId = useReview(({ columns }) => columns?.classIds[answer])
  const name = useDocument(({ tables }) => (classId === undefined ? undefined : tables.classes.get(classId)?.name))
  return (
    <>
      <PanelSection title={t('Decided')}>
        <Text size="sm" mb={4} role="status" aria-label={t('Decided')}>
          {name === undefined
            ? t('It was rejected and is not counted. Undo takes that back.')
            : t('It is counted as {{name}}, with the outline that it has now. Undo takes that back.', { name })}
        </Text>
        <Text size="sm" mb={4}>
          {t('Score {{score}}.', { score: shownDecimals(item.score, 2) })}
        </Text>
        <Text size="xs" c="var(--sw-muted)" truncate title={image} mb="sm">
          {image}
        </Text>
        <Button
          fullWidth
          justify="space-between"
          rightSection={<Kbd size="xs">{accept}</Kbd>}
          aria-label={t('Go on')}
          onMouseDown={keepKeyboard}
          onClick={() => stores.commands.run('review.accept')}
        >
          {t('Go on')}
        </Button>
      </PanelSection>
      <FinishImage image={item.imageId} />
      <FlagsPanel onShow={showFlag} />
      <OtherObject item={item.id} />
      <MapPanel />
    </>
  )
}

/** What a page of the gallery asks, and how it is answered. */
function GalleryHelp() {
  const accept = useKeyOf('review.accept')
  const single = useKeyOf('review.gallery')
  return (
    <PanelSection title={t('A page at a time')}>
      <Text size="sm">
        {rich('Click what is wrong. {{key}} rejects it, accepts the others and brings the next page; one undo takes the page back.', {
          key: <Kbd size="xs">{accept}</Kbd>,
        })}
      </Text>
      <Text size="xs" c="var(--sw-muted)" mt="xs">
        {rich('What needs another class or outline: the corner of its picture shows it on its image. {{key}} goes back to one by one.', {
          key: <Kbd size="xs">{single}</Kbd>,
        })}
      </Text>
    </PanelSection>
  )
}

/** What the person picked on the canvas beside the object that is asked about. */
function OtherObject({ item }: { readonly item: ObjectId }) {
  const { stores } = useApp()
  const asked = useStore(stores.selection, ({ selected }) => selected.size === 1 && selected.has(item))
  return asked ? null : <ObjectPanel />
}

function Answers() {
  const app = useApp()
  const writable = useWritable()
  const accept = useKeyOf('review.accept')
  const reject = useKeyOf('prediction.reject')
  const next = useKeyOf('review.next')
  const flag = useKeyOf('object.flag')
  return (
    <Stack gap="xs">
      <Button
        leftSection={<IconCheck size={16} />}
        rightSection={<Kbd size="xs">{accept}</Kbd>}
        justify="space-between"
        disabled={!writable}
        aria-label={t('Accept and go on')}
        onMouseDown={keepKeyboard}
        onClick={() => decideCurrent(app, 'accept')}
      >
        {t('Accept')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconX size={16} />}
        rightSection={<Kbd size="xs">{reject}</Kbd>}
        justify="space-between"
        disabled={!writable}
        aria-label={t('Reject and go on')}
        onMouseDown={keepKeyboard}
        onClick={() => decideCurrent(app, 'reject')}
      >
        {t('Reject')}
      </Button>
      <Group gap="xs" grow preventGrowOverflow={false}>
        <Button variant="default" onMouseDown={keepKeyboard} onClick={() => app.stores.commands.run('review.previous')}>
          {t('Previous')}
        </Button>
        <Hint label={t('Flag it for a colleague, or take the flag off  {{flag}}', { flag })}>
          <Button
            variant="default"
            disabled={!writable}
            rightSection={<Kbd size="xs">{flag}</Kbd>}
            aria-label={t('Flag for a colleague')}
            onMouseDown={keepKeyboard}
            onClick={() => app.stores.commands.run('object.flag')}
          >
            {t('Flag')}
          </Button>
        </Hint>
        <Button
          variant="default"
          rightSection={<Kbd size="xs">{next}</Kbd>}
          aria-label={t('Next uncertain object')}
          onClick={() => app.review.move(1)}
        >
          {t('Next')}
        </Button>
      </Group>
    </Stack>
  )
}

/** When the image is done, and the button that says that it is. */
function FinishImage({ image }: { readonly image: ImageId }) {
  const { stores } = useApp()
  const writable = useWritable()
  const key = useKeyOf('review.image-done')
  const left = useReview((state) => leftOnImage(state, image))
  const from = useReview(doneFrom)
  const byLabel = useTaskFacts()?.objects === 'none'
  const runId = useReview((state) => state.runId)
  const inRegions = useDocument(({ runs }) => runs.some((run) => run.id === runId && isInRegions(run)))
  if (byLabel) return <PanelSection title={t('This image')}>{note(t('It is done as soon as it has a label.'))}</PanelSection>
  return (
    <PanelSection title={t('This image')}>
      {note(
        inRegions
          ? t(
              '{{left}} left to decide. The model looked at regions alone, so the image is not done by that: say of a region that all in it is labelled, or finish the image.',
              { left },
            )
          : from === 0
            ? t('{{left}} left to decide. When all are decided the image is done: places without a label are then taken to be empty.', {
                left,
              })
            : t(
                '{{left}} left to decide. When all from score {{from}} up are decided the image is done: places without a label are then taken to be empty.',
                { left, from: shownDecimals(from, 2) },
              ),
      )}
      <Button
        fullWidth
        mt={8}
        className={styles['wrapped'] ?? ''}
        variant="default"
        justify="space-between"
        disabled={!writable}
        rightSection={<Kbd size="xs">{key}</Kbd>}
        aria-label={t('Image is finished, next one')}
        onClick={() => stores.commands.run('review.image-done')}
      >
        {t('Image is finished')}
      </Button>
    </PanelSection>
  )
}

const note = (text: string) => (
  <Text size="xs" c="var(--sw-muted)">
    {text}
  </Text>
)

/** A click leaves the keyboard where it was: with the focus on a button, Tab and Enter would press the next one instead of answering. */
const keepKeyboard = (event: MouseEvent): void => {
  event.preventDefault()
}

/** The other classes it may be: a click or its digit corrects and goes on. */
function Relabel() {
  const app = useApp()
  const writable = useWritable()
  const classes = useDocument((state) => state.classes)
  const item = useReview(({ queue, at }) => queue[at] ?? null)
  const others = classes.filter(({ id }) => id !== item?.classId)
  if (others.length === 0) return null
  return (
    <PanelSection title={t('No, it is')}>
      <Stack gap={4}>
        {others.map((record) => (
          <Button
            key={record.id}
            className={styles['wrapped'] ?? ''}
            variant="default"
            justify="space-between"
            disabled={!writable}
            leftSection={<span className={styles['chip']} aria-hidden style={{ background: record.color }} />}
            rightSection={record.digit === null ? null : <Kbd size="xs">{record.digit}</Kbd>}
            aria-label={t('It is {{name}}', { name: record.name })}
            onMouseDown={keepKeyboard}
            onClick={() => decideCurrent(app, 'accept', record)}
          >
            {record.name}
          </Button>
        ))}
      </Stack>
    </PanelSection>
  )
}
