import { Button, Group, Loader, Text, Title } from '@mantine/core'
import { IconArrowsShuffle } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import { type PresetInfo } from '#shared/contracts/engine.ts'
import { type SamplePicture, type SamplePictures } from '#shared/contracts/sample-pictures.ts'
import { type TrainingData } from '#shared/contracts/work.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useNames } from '../state/context.tsx'
import { useApp, useDocument } from '../app/context.ts'
import { ErrorDetails } from '../app/error-details.tsx'
import { useSamplePictures } from './use-sample-pictures.ts'
import styles from './before-training.module.css'

/** Two rows of six in the middle of a small window. */
const COUNT = 12

/** Images of the samples that are named where they can’t be read. */
const MOST_BROKEN = 3

/** The samples with which the next training begins, varied as it will vary them; Shuffle shows those of a later epoch. */
export function NetView({ preset, data }: { readonly preset: PresetInfo; readonly data: TrainingData }) {
  const { train } = useApp()
  const seed = useStore(train, (choice) => choice.seed)
  const batch = useStore(train, (choice) => choice.batch)
  const stain = useStore(train, (choice) => choice.stain)
  const [epoch, setEpoch] = useState(0)
  const names = useNames()
  const { pictures, error, loading } = useSamplePictures({ preset: preset.name, seed, batch, epoch, count: COUNT, stain }, data)
  return (
    <section aria-label={t('What the net gets to see')} aria-busy={loading}>
      <Group justify="space-between" mb={4}>
        <Title order={3}>{t('What the net gets to see')}</Title>
        <Group gap="xs">
          {loading && <Loader size="xs" color="gray" aria-label={t('Drawing samples')} />}
          <Button
            variant="default"
            leftSection={<IconArrowsShuffle size={14} aria-hidden />}
            disabled={error !== null || pictures?.varied === false}
            onClick={() => setEpoch(epoch + 1)}
          >
            {t('Shuffle')}
          </Button>
        </Group>
      </Group>
      {error !== null && (
        <>
          <Text size="sm">
            {t('The samples can’t be shown: {{why}} The labels are safe.', { why: names.in(heard(error.message)) })}{' '}
            {heard(error.hint ?? '')}
          </Text>
          <ErrorDetails error={error} />
        </>
      )}
      {pictures && <Pictures pictures={pictures} />}
      {pictures === null && error === null && <div className={styles['waiting']} />}
    </section>
  )
}

function Pictures({ pictures: { varied, samples, broken } }: { readonly pictures: SamplePictures }) {
  const sizes = [...new Set(samples.map(({ width, height }) => `${String(width)}\u00a0×\u00a0${String(height)}`))]
  const names = useNames()
  return (
    <>
      {samples.length > 0 && (
        <Text size="sm" c="var(--sw-muted)" mb={8}>
          {varied
            ? t(
                'Varied by chance each time it comes, so that the net learns what is in the pictures and not the pictures. Input {{sizes}} px.',
                { sizes: sizes.join(', ') },
              )
            : t('This preset looks at normal images as they are, at {{sizes}} px.', { sizes: sizes.join(', ') })}
        </Text>
      )}
      <div className={styles['samples']}>
        {samples.map((sample, index) => (
          <Sample key={index} sample={sample} />
        ))}
      </div>
      {broken.slice(0, MOST_BROKEN).map(({ name, why }) => (
        <Text key={name} size="sm" c="var(--sw-loss)">
          {t('{{name}} can’t be read and will be left out: {{why}}', { name: names.in(name), why: names.in(heard(why)) })}
        </Text>
      ))}
      {broken.length > MOST_BROKEN && (
        <Text size="sm" c="var(--sw-loss)">
          {t('Nor can {{broken}} others.', { broken: broken.length - MOST_BROKEN })}
        </Text>
      )}
    </>
  )
}

const saidOf = ({ boxes, classIndex }: SamplePicture, classes: readonly ClassRecord[]): string | null => {
  if (classIndex !== null) return classes[classIndex]?.name ?? null
  return boxes.length > 0 ? t('{{count}} objects', { count: boxes.length }) : null
}

function Sample({ sample }: { readonly sample: SamplePicture }) {
  const classes = useDocument((state) => state.classes)
  const { picture, width, height, boxes, classIndex } = sample
  const name = useNames().in(sample.name)
  const said = saidOf(sample, classes)
  return (
    <figure className={styles['sample']} title={name}>
      <svg viewBox={`0 0 ${String(width)} ${String(height)}`} role="img" aria-label={said === null ? name : `${name}: ${said}`}>
        <image href={picture} width={width} height={height} preserveAspectRatio="none" />
        {boxes.map(({ classIndex: of, ...box }, index) => (
          <rect
            key={index}
            {...box}
            fill="none"
            stroke={classes[of]?.color ?? '#fff'}
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      {classIndex !== null && (
        <figcaption>
          <span className={styles['chip']} style={{ background: classes[classIndex]?.color }} aria-hidden />
          <span className={styles['caption']}>{said}</span>
        </figcaption>
      )}
    </figure>
  )
}
