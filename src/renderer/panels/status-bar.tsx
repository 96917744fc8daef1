import { ActionIcon, Progress, UnstyledButton } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { type JobView } from '#shared/contracts/work.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDate, shownDecimals, shownSignificant } from '#shared/i18n/formats.ts'
import { useNames } from '../state/context.tsx'
import { useApp, useDocument, useJobs } from '../app/context.ts'
import { shownDuration } from '../app/durations.ts'
import { activeJob } from '../app/jobs-store.ts'
import { openImageOf } from '../state/document.ts'
import { zoomPercent } from '../viewer/view-geometry.ts'
import { angleText } from '../viewer/view-turn.ts'
import { Hint } from '../hint/hint.tsx'
import { MagnificationBox } from './magnification-box.tsx'
import styles from './status-bar.module.css'

/** The line at the bottom: where one looks, what is selected, that all is saved, what runs. */
export function StatusBar() {
  return (
    <footer className={styles['bar']} aria-label={t('Status')}>
      <Zoom />
      <Turned />
      <Calibration />
      <Position />
      <SelectedCount />
      <ToolHint />
      <span className={styles['space']} />
      <Masked />
      <Saved />
      <RunningJob />
    </footer>
  )
}

/** Whoever reads blinded sees that it is so. */
function Masked() {
  const { masked } = useNames()
  return masked ? <span aria-label={t('Names')}>{t('file names masked')}</span> : null
}

/** Whether the open image is on show. */
const useCanvasSeen = (): boolean => useStore(useApp().stores.view, ({ seen }) => seen)

function Zoom() {
  const { stores } = useApp()
  const percent = useStore(stores.view, ({ view, frame }) => Math.round(zoomPercent(view, frame)))
  const seen = useCanvasSeen()
  const open = useDocument(({ imageId }) => imageId !== null) && seen
  return (
    <span className={styles['zoom']} role="group" aria-label={t('Zoom')}>
      {open ? `${String(percent)} %` : ''}
    </span>
  )
}

/** A turned view says so, and a press sets it upright. */
function Turned() {
  const { stores } = useApp()
  const angle = useStore(stores.view, ({ view }) => view.angle)
  const seen = useCanvasSeen()
  const open = useDocument(({ imageId }) => imageId !== null) && seen
  if (!open || angle === 0) return null
  return (
    <UnstyledButton
      className={styles['turned']}
      aria-label={t('Turn the view upright')}
      onClick={() => stores.commands.run('view.upright')}
    >
      {t('turned {{angle}}', { angle: angleText(angle) })}
    </UnstyledButton>
  )
}

/** How large the image's pixels are and how much it is magnified, where that is known; a press says it anew. */
function Calibration() {
  const { stores } = useApp()
  const image = useDocument(openImageOf)
  const seen = useCanvasSeen()
  if (!image || !seen) return null
  const { micronsPerPixel, objective, pixelSizeBy } = image
  const text = micronsPerPixel === null ? t('no pixel size') : `${shownSignificant(micronsPerPixel)} µm/px`
  return (
    <>
      <MagnificationBox micronsPerPixel={micronsPerPixel} objective={objective} />
      <Hint label={pixelSizeBy === 'person' ? t('Pixel size, set by hand: set it anew') : t('Set pixel size…')}>
        <UnstyledButton
          className={styles['pixelSize']}
          aria-label={t('Pixel size: {{text}}', { text })}
          onClick={() => stores.commands.run('images.pixel-size')}
        >
          {text}
        </UnstyledButton>
      </Hint>
    </>
  )
}

function Position() {
  const { stores } = useApp()
  const pointer = useStore(stores.gesture, (state) => state.pointer)
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  const seen = useCanvasSeen()
  if (pointer === null || !seen) return <span className={styles['position']} />
  const { x, y } = pointer
  const size = microns === null ? '' : ` (${shownDecimals(x * microns, 1)}, ${shownDecimals(y * microns, 1)} µm)`
  return (
    <span className={styles['position']} aria-label={t('Pointer')}>
      {t('x {{x}}  y {{y}} px{{size}}', { x: shownDecimals(x, 1), y: shownDecimals(y, 1), size })}
    </span>
  )
}

/** Of the image on show: in another place it would be told of something that nobody sees. */
function SelectedCount() {
  const { stores } = useApp()
  const seen = useCanvasSeen()
  const count = useStore(stores.selection, ({ selected }) => (seen ? selected.size : 0))
  return (
    <span role="status" aria-label={t('Selected')}>
      {count === 0 ? '' : t('{{number}} selected', { number: count })}
    </span>
  )
}

/** What the tool in hand waits for, where that is more than a press. */
function ToolHint() {
  const { stores } = useApp()
  const outlining = useStore(stores.tool, ({ tool }) => tool === 'outline')
  const outside = useStore(stores.tool, (state) => state.outside)
  const begun = useStore(stores.gesture, ({ gesture }) => gesture.kind === 'outline')
  const seen = useCanvasSeen()
  if (!outlining || !seen) return null
  const text = !begun
    ? t('click inside an object, or drag a box round it')
    : outside
      ? t('click cuts away, Alt+click adds; Enter keeps, Esc drops it')
      : t('click adds, Alt+click cuts away; Enter keeps, Esc drops it')
  return (
    <span className={styles['hint']} role="status" aria-label={t('Tool')}>
      {text}
    </span>
  )
}

function Saved() {
  const savedAt = useDocument((state) => state.savedAt)
  const pending = useDocument((state) => state.pending.length)
  const readOnly = useDocument(({ project }) => project?.readOnly !== '')
  const time = savedAt === null ? '' : shownDate(new Date(savedAt), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const text = readOnly ? t('read only') : pending > 0 ? t('saving …') : t('all changes saved {{time}}', { time }).trim()
  return <span aria-label={t('Saved')}>{text}</span>
}

function RunningJob() {
  const job = useJobs(activeJob)
  return job && <Job job={job} />
}

function Job({ job }: { readonly job: JobView }) {
  const { stores } = useApp()
  const { progress, status, id } = job
  const title = heard(job.title)
  const share = Math.round(100 * (progress?.fraction ?? 0))
  const left = progress?.secondsLeft ?? null
  const cancel = (): void => {
    stores.clients.work.cancel({ id, keep: false }).catch((thrown: unknown) => {
      stores.messages.failed(t('Cancel'), thrown)
    })
  }
  return (
    <span className={styles['job']} role="status" aria-label={t('Running job')}>
      <span className={styles['title']}>{title}</span>
      <span>{status === 'paused' ? t('paused') : `${String(share)} %`}</span>
      <Progress value={share} size="sm" w={96} aria-label={title} />
      <span>{left === null ? '' : t('{{duration}} left', { duration: shownDuration(left) })}</span>
      <Hint label={t('Cancel; labels and earlier models stay')}>
        <ActionIcon size={20} aria-label={t('Cancel {{title}}', { title })} onClick={cancel}>
          <IconX size={14} />
        </ActionIcon>
      </Hint>
    </span>
  )
}
