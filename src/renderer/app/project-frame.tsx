import { type ReactNode } from 'react'
import { assertNever } from '#shared/assert.ts'
import { t } from '#shared/i18n/translate.ts'
import { LabelLeft, LabelMiddle, LabelRight } from '../panels/label-place.tsx'
import { StatusBar } from '../panels/status-bar.tsx'
import { CountLeft } from '../count/count-left.tsx'
import { CountMiddle } from '../count/count-place.tsx'
import { ReviewRight } from '../review/decision-panel.tsx'
import { ReviewLeft, ReviewMiddle } from '../review/review-place.tsx'
import { TrainLeft, TrainMiddle, TrainRight } from '../training/train-place.tsx'
import { Guide } from '../guide/guide.tsx'
import { BrokenPart } from './broken-part.tsx'
import { useDocument, useShell } from './context.ts'
import { cx } from './css.ts'
import { ReadOnlyBanner } from './read-only-banner.tsx'
import { TopBar } from './top-bar.tsx'
import styles from './project-frame.module.css'

/** The open project: places above, the chosen one in the middle, the status line below. */
export function ProjectFrame() {
  const folder = useDocument(({ project }) => project?.folder)
  return (
    <div className={styles['frame']} key={folder}>
      <TopBar />
      <ReadOnlyBanner />
      <Place />
      <StatusBar />
      <Guide />
    </div>
  )
}

function Place() {
  const place = useShell((shell) => shell.place)
  switch (place) {
    case 'label':
      return <ThreeColumns name={t('Label')} left={<LabelLeft />} middle={<LabelMiddle />} right={<LabelRight />} />
    case 'train':
      return <ThreeColumns name={t('Train')} left={<TrainLeft />} middle={<TrainMiddle />} right={<TrainRight />} />
    case 'review':
      return <ThreeColumns name={t('Review')} left={<ReviewLeft />} middle={<ReviewMiddle />} right={<ReviewRight />} />
    case 'count':
      return <ThreeColumns name={t('Count')} left={<CountLeft />} middle={<CountMiddle />} right={null} />
    default:
      return assertNever(place)
  }
}

interface Columns {
  readonly name: string
  readonly left: ReactNode
  readonly middle: ReactNode
  readonly right: ReactNode
}

/** A place: what it is about in the middle, a panel on each side that folds away. */
export function ThreeColumns({ name, left, middle, right }: Columns) {
  const showLeft = useShell((shell) => shell.left)
  const showRight = useShell((shell) => shell.right)
  return (
    <main className={styles['place']} aria-label={name}>
      {showLeft && left !== null && (
        <aside className={cx(styles['panel'], styles['left'])} aria-label={t('Left panel')}>
          <BrokenPart key={name}>{left}</BrokenPart>
        </aside>
      )}
      <section className={styles['middle']}>
        <BrokenPart key={name}>{middle}</BrokenPart>
      </section>
      {showRight && right !== null && (
        <aside className={cx(styles['panel'], styles['right'])} aria-label={t('Right panel')}>
          <BrokenPart key={name}>{right}</BrokenPart>
        </aside>
      )}
    </main>
  )
}
