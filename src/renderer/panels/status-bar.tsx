import { ActionIcon, Progress, Tooltip, UnstyledButton } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { type JobView } from '#shared/contracts/work.ts'
import { useNames } from '../state/context.tsx'
import { useApp, useDocument, useJobs, useShell } from '../app/context.ts'
import { shownDuration } from '../app/durations.ts'
import { activeJob } from '../app/jobs-store.ts'
import { openImageOf } from '../state/document.ts'
import { zoomPercent } from '../viewer/view-geometry.ts'
import { angleText } from '../viewer/view-turn.ts'
import { MagnificationBox } from './magnification-box.tsx'
import styles from './status-bar.module.css'

/** The line at the bottom: where one looks, what is selected, that all is saved, what runs. */
export function StatusBar() {
  return (
    <footer className={styles['bar']} aria-label="Status">
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
  return masked ? <span aria-label="Names">file names masked</span> : null
}

function Zoom() {
  const { stores } = useApp()
  const percent = useStore(stores.view, ({ view, frame }) => Math.round(zoomPercent(view, frame)))
  const seen = useShell(({ place }) => place === 'label' || place === 'review')
  const open = useDocument(({ imageId }) => imageId !== null) && seen
  return (
    <span className={styles['zoom']} role="group" aria-label="Zoom">
      {open ? `${String(percent)} %` : ''}
    </span>
  )
}

/** A turned view says so, and a press sets it upright. */
function Turned() {
  const { stores } = useApp()
  const angle = useStore(stores.view, ({ view }) => view.angle)
  const seen = useShell(({ place }) => place === 'label' || place === 'review')
  const open = useDocument(({ imageId }) => imageId !== null) && seen
  if (!open || angle === 0) return null
  return (
    <UnstyledButton className={styles['turned']} aria-label="Turn the view upright" onClick={() => stores.commands.run('view.upright')}>
      turned {angleText(angle)}
    </UnstyledButton>
  )
}

/** How large the image's pixels are and how much it is magnified, where the file says so. */
function Calibration() {
  const image = useDocument(openImageOf)
  const seen = useShell(({ place }) => place === 'label' || place === 'review')
  if (!image || !seen) return null
  const { micronsPerPixel, objective } = image
  return (
    <>
      <MagnificationBox micronsPerPixel={micronsPerPixel} objective={objective} />
      {micronsPerPixel !== null && <span aria-label="Pixel size">{`${String(Number(micronsPerPixel.toPrecision(3)))} µm/px`}</span>}
    </>
  )
}

function Position() {
  const { stores } = useApp()
  const pointer = useStore(stores.gesture, (state) => state.pointer)
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  const seen = useShell(({ place }) => place === 'label' || place === 'review')
  if (pointer === null || !seen) return <span className={styles['position']} />
  const { x, y } = pointer
  const size = microns === null ? '' : ` (${(x * microns).toFixed(1)}, ${(y * microns).toFixed(1)} µm)`
  return (
    <span className={styles['position']} aria-label="Pointer">
      {`x ${x.toFixed(1)}  y ${y.toFixed(1)} px${size}`}
    </span>
  )
}

function SelectedCount() {
  const { stores } = useApp()
  const count = useStore(stores.selection, ({ selected }) => selected.size)
  return (
    <span role="status" aria-label="Selected">
      {count === 0 ? '' : `${count.toLocaleString('en')} selected`}
    </span>
  )
}

/** What the tool in hand waits for, where that is more than a press. */
function ToolHint() {
  const { stores } = useApp()
  const outlining = useStore(stores.tool, ({ tool }) => tool === 'outline')
  const begun = useStore(stores.gesture, ({ gesture }) => gesture.kind === 'outline')
  const seen = useShell(({ place }) => place === 'label' || place === 'review')
  if (!outlining || !seen) return null
  const text = begun ? 'click adds, Alt+click cuts away; Enter keeps, Esc drops it' : 'click inside an object, or drag a box round it'
  return (
    <span className={styles['hint']} role="status" aria-label="Tool">
      {text}
    </span>
  )
}

function Saved() {
  const savedAt = useDocument((state) => state.savedAt)
  const pending = useDocument((state) => state.pending.length)
  const readOnly = useDocument(({ project }) => project?.readOnly !== '')
  const time =
    savedAt === null ? '' : new Date(savedAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const text = readOnly ? 'read only' : pending > 0 ? 'saving …' : `all changes saved ${time}`.trim()
  return <span aria-label="Saved">{text}</span>
}

function RunningJob() {
  const job = useJobs(activeJob)
  return job && <Job job={job} />
}

function Job({ job }: { readonly job: JobView }) {
  const { stores } = useApp()
  const { progress, title, status, id } = job
  const share = Math.round(100 * (progress?.fraction ?? 0))
  const left = progress?.secondsLeft ?? null
  const cancel = (): void => {
    stores.clients.work.cancel({ id, keep: false }).catch((thrown: unknown) => {
      stores.messages.failed('Cancel', thrown)
    })
  }
  return (
    <span className={styles['job']} role="status" aria-label="Running job">
      <span className={styles['title']}>{title}</span>
      <span>{status === 'paused' ? 'paused' : `${String(share)} %`}</span>
      <Progress value={share} size="sm" w={96} aria-label={title} />
      <span>{left === null ? '' : `${shownDuration(left)} left`}</span>
      <Tooltip label="Cancel; labels and earlier models stay">
        <ActionIcon size={20} aria-label={`Cancel ${title}`} onClick={cancel}>
          <IconX size={14} />
        </ActionIcon>
      </Tooltip>
    </span>
  )
}
