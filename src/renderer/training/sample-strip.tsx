import { Text } from '@mantine/core'
import { type JobPreview } from '#shared/contracts/job.ts'
import { type JobView } from '#shared/contracts/work.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useNameOf } from '../state/context.tsx'
import { useApp, useDocument, useJobs } from '../app/context.ts'
import { svgPathOf } from '../viewer/area-outline.ts'
import styles from './training.module.css'

/** Guesses below this are left out of the small pictures. */
const SHOWN_FROM = 0.4

/** Validation images with what the net finds in them now: anew after each epoch. */
export function SampleStrip({ job }: { readonly job: JobView }) {
  const sample = useJobs(({ samples }) => samples.get(job.id))
  if (!sample) return null
  return (
    <section aria-label={t('Current predictions')}>
      <Text size="sm" fw={500} mb={4}>
        {t('On validation images after epoch {{epoch}}, score from {{score}}', {
          epoch: shownDecimals(sample.epoch, 0),
          score: SHOWN_FROM,
        })}
      </Text>
      <div className={styles['strip']} tabIndex={0}>
        {sample.images.map((one) => (
          <Sample key={one.imageId} sample={one} />
        ))}
      </div>
    </section>
  )
}

/** What the net says of an image, in few words: its class or how far from normal it is, else how many objects it has. */
function saidOf({ found, result }: JobPreview['images'][number], classes: readonly ClassRecord[]): string {
  const label = found.find(({ shape }) => !isPlaced(shape))
  if (label) return `${classes[label.classIndex]?.name ?? t('class')} ${shownDecimals(label.score, 2)}`
  if (typeof result?.anomaly === 'number') return t('{{anomaly}} from normal', { anomaly: shownDecimals(result.anomaly, 2) })
  return t('{{found}} found', { found: found.filter(({ score }) => score >= SHOWN_FROM).length })
}

function Sample({ sample }: { readonly sample: JobPreview['images'][number] }) {
  const { stores } = useApp()
  const image = useDocument(({ tables }) => tables.images.get(sample.imageId))
  const classes = useDocument((state) => state.classes)
  const name = useNameOf(image)
  if (!image) return null
  const { width, height } = image
  const seen = sample.found.filter(({ score }) => score >= SHOWN_FROM)
  const placed = seen.flatMap(({ shape, classIndex }) => (isPlaced(shape) ? [{ shape, classIndex }] : []))
  const said = saidOf(sample, classes)
  return (
    <figure className={styles['sample']} style={{ margin: 0 }}>
      <svg viewBox={`0 0 ${String(width)} ${String(height)}`} role="img" aria-label={`${name}: ${said}`}>
        <image href={stores.clients.thumbnailUrl(image.id)} width={width} height={height} preserveAspectRatio="none" />
        {placed.map(({ shape, classIndex }, index) => (
          <path
            key={index}
            d={svgPathOf(shape)}
            fill="none"
            stroke={classes[classIndex]?.color ?? '#fff'}
            strokeWidth={1.5}
            strokeDasharray="4 2"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <figcaption>
        <Text size="xs" c="var(--sw-muted)" truncate>
          {said} · {name}
        </Text>
      </figcaption>
    </figure>
  )
}
