import { Text } from '@mantine/core'
import { type JobSample } from '#shared/contracts/job.ts'
import { type JobView } from '#shared/contracts/work.ts'
import { useApp, useDocument, useJobs } from '../app/context.ts'
import styles from './training.module.css'

/** Guesses below this are left out of the small pictures. */
const SHOWN_FROM = 0.4

/** Validation images with what the net finds in them now: anew after each epoch. */
export function SampleStrip({ job }: { readonly job: JobView }) {
  const sample = useJobs(({ samples }) => samples.get(job.id))
  if (!sample) return null
  return (
    <section aria-label="Current predictions">
      <Text size="sm" fw={500} mb={4}>
        On validation images after epoch {sample.epoch.toFixed(0)}, score from {SHOWN_FROM}
      </Text>
      <div className={styles['strip']} tabIndex={0}>
        {sample.images.map((one) => (
          <Sample key={one.imageId} sample={one} />
        ))}
      </div>
    </section>
  )
}

function Sample({ sample }: { readonly sample: JobSample['images'][number] }) {
  const { stores } = useApp()
  const image = useDocument(({ tables }) => tables.images.get(sample.imageId))
  const classes = useDocument((state) => state.classes)
  if (!image) return null
  const { width, height, name } = image
  const seen = sample.found.filter(({ score }) => score >= SHOWN_FROM)
  return (
    <figure className={styles['sample']} style={{ margin: 0 }}>
      <svg viewBox={`0 0 ${String(width)} ${String(height)}`} role="img" aria-label={`${name}: ${String(seen.length)} found`}>
        <image href={stores.clients.thumbnailUrl(image.id)} width={width} height={height} preserveAspectRatio="none" />
        {seen.map(({ box, classIndex }, index) => (
          <rect
            key={index}
            x={box.x}
            y={box.y}
            width={box.width}
            height={box.height}
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
          {seen.length} found · {name}
        </Text>
      </figcaption>
    </figure>
  )
}
