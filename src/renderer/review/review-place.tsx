import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { isFinished } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { CanvasStage } from '../panels/canvas-stage.tsx'
import { RestOffer } from '../panels/rest-offer.tsx'
import { useUnseen } from '../app/use-unseen.ts'
import { Bulk } from './bulk.tsx'
import { Gallery } from './gallery.tsx'
import { ImageReviewGallery } from './image-gallery.tsx'
import { EstimatePanel } from './estimate-panel.tsx'
import { LookProgress, useLookPlace, useLooks } from './look-panel.tsx'
import { currentLook } from './looks-store.ts'
import { ReadersLeft, useReaders, useReadersPlace } from './readers-panel.tsx'
import { currentReading } from './readers-store.ts'
import { RetrainPanel } from './retrain-panel.tsx'
import { ProgressPanel, QueuePanel } from './queue-panel.tsx'
import { readRun } from './review-actions.ts'
import { useGalleryAsked, useReview, useReviewPlace } from './use-review.ts'
import styles from './review.module.css'

/** Left in Review: what is looked at, and how far it is. */
export function ReviewLeft() {
  const looking = useLooks((state) => state.on)
  const reads = useReaders((state) => state.on)
  const hasRun = useDocument(({ runs }) => runs.length > 0)
  if (!hasRun) return null
  return (
    <div className={styles['scroll']}>
      <QueuePanel />
      {reads ? (
        <ReadersLeft />
      ) : looking ? (
        <LookProgress />
      ) : (
        <>
          <ProgressPanel />
          <EstimatePanel />
          <RetrainPanel />
          <Bulk />
        </>
      )}
    </div>
  )
}

/** The canvas on the object that is asked about; what to do where there is none. */
export function ReviewMiddle() {
  useReviewPlace()
  useLookPlace()
  useReadersPlace()
  const reads = useReaders((state) => state.on)
  const toRead = useReaders((state) => currentReading(state) !== null)
  const looking = useLooks((state) => state.on)
  const looked = useLooks((state) => currentLook(state) !== null)
  const reading = useLooks((state) => state.reading)
  const hasRun = useDocument(({ runs }) => runs.length > 0)
  const gallery = useReview((state) => state.gallery)
  const { images, allAnswered } = useGalleryAsked()
  const isEmpty = useReview((state) => state.queue[state.at] === undefined)
  if (!hasRun) return <NoPredictions />
  if (reads) return toRead ? <CanvasStage /> : <NothingToRead />
  if (looking) return looked ? <CanvasStage /> : <NoDifference reading={reading} />
  if (images) return allAnswered ? <NothingLeft /> : <ImageReviewGallery items={images} />
  if (isEmpty) return <NothingLeft />
  return gallery ? <Gallery /> : <CanvasStage />
}

function NoPredictions() {
  const { stores } = useApp()
  const hasModel = useDocument(({ models }) => models.length > 0)
  return (
    <Stack align="center" justify="center" h="100%" gap="md">
      <Text size="lg">{t('Nothing to review yet')}</Text>
      <Text c="var(--sw-muted)" maw={380} ta="center">
        {hasModel
          ? t('Let the newest model look at all images, then decide on what it is unsure of.')
          : t('Label some images and train a model first: here its predictions are accepted, corrected or rejected.')}
      </Text>
      <Button onClick={() => stores.commands.run(hasModel ? 'predict.start' : 'place.train')}>
        {hasModel ? t('Predict on all images') : t('Go to Train')}
      </Button>
    </Stack>
  )
}

function NothingToRead() {
  const task = useReaders((state) => state.task)
  return (
    <Stack align="center" justify="center" h="100%" gap="md">
      <Text size="lg">{task === 'read' ? t('Nothing to read') : t('Nothing to settle')}</Text>
      <Text c="var(--sw-muted)" maw={420} ta="center">
        {task === 'read'
          ? t(
              'Predictions that another person decided on come up here, without the answer. The name at the left tells whose answers are whose.',
            )
          : t('Where readers say different things of the same prediction, it comes up here.')}
      </Text>
    </Stack>
  )
}

function NoDifference({ reading }: { readonly reading: boolean }) {
  const { looks } = useApp()
  const asked = useLooks((state) => state.runId !== null)
  const said = asked ? t('Labels and model agree') : t('Choose a model to compare the labels with')
  return (
    <Stack align="center" justify="center" h="100%" gap="md">
      {reading ? <Loader color="gray" size="sm" aria-label={t('Comparing')} /> : <Text size="lg">{said}</Text>}
      {!reading && (
        <Button
          onClick={() => {
            looks.turn(false)
          }}
        >
          {t('Back to the predictions')}
        </Button>
      )}
    </Stack>
  )
}

function nothingLeft(whole: boolean, decided: number, unseen: number): string {
  if (decided > 0) return t('All of these are decided')
  if (unseen > 0) return t('Nothing is left of what this run has looked at')
  return whole ? t('All images have a label') : t('No undecided prediction with such a score')
}

/** Images that are done are not asked about, which is all of them where labels were imported: one step brings them in. */
function DoneToo() {
  const app = useApp()
  const runId = useReview((state) => state.runId)
  const isLeftOut = useReview((state) => !state.doneToo)
  const done = useDocument(({ images }) => images.filter(isFinished).length)
  const whole = useLabelsImages()
  if (whole || !isLeftOut || done === 0) return null
  return (
    <Button
      variant="default"
      onClick={() => {
        readRun(app, runId, true)
      }}
    >
      {t('Review {{count}} images that are done too', { count: done })}
    </Button>
  )
}

function NothingLeft() {
  const { stores, review } = useApp()
  const reading = useReview((state) => state.reading)
  const decided = useReview((state) => state.queue.length)
  const runId = useReview((state) => state.runId)
  const unseen = useUnseen(runId).length
  const whole = useLabelsImages()
  if (reading)
    return (
      <Stack align="center" justify="center" h="100%">
        <Loader color="gray" size="sm" aria-label={t('Reading predictions')} />
      </Stack>
    )
  return (
    <Stack align="center" justify="center" h="100%" gap="md">
      <IconCircleCheck size={48} stroke={1} aria-hidden />
      <Text size="lg">{nothingLeft(whole, decided, unseen)}</Text>
      <Text c="var(--sw-muted)" maw={380} ta="center">
        {whole
          ? t('Train again: the next model learns from what you decided. A second look goes through the labels that the model doubts.')
          : t('Look at other scores, or train again: the next model learns from what you decided.')}
      </Text>
      <RestOffer runId={runId} />
      <Group>
        <Button onClick={() => stores.commands.run('place.train')}>{t('Train again')}</Button>
        {whole ? (
          <Button variant="default" onClick={() => stores.commands.run('review.second-look')}>
            {t('Second look')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => review.configure({ low: 0.02, high: 1 })}>
            {t('Look at all scores')}
          </Button>
        )}
        <DoneToo />
      </Group>
    </Stack>
  )
}
