import { Button, Loader, Text } from '@mantine/core'
import { type TrainingData } from '#shared/contracts/work.ts'
import { areaText } from '#shared/areas.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { SHIFT_TITLES } from '#shared/color-domain.ts'
import { t, translated } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useColorCheck, useLookAlikes, useUnsplit } from './use-training-data.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { WarningLine } from '../panels/warning-line.tsx'
import styles from './training.module.css'

/** What will be learned from, and what stands in the way. */
export function DataPanel({ data }: { readonly data: TrainingData | null }) {
  const unsplit = useUnsplit()
  const alike = useLookAlikeWarnings()
  const shifted = useColorWarnings()
  if (data === null)
    return (
      <PanelSection title={t('Learned from')}>
        <Loader size="xs" color="gray" aria-label={t('Looking at the labels')} />
      </PanelSection>
    )
  const warnings = [...data.warnings.map(heard), ...alike, ...shifted]
  return (
    <>
      <PanelSection title={t('Learned from')}>
        <dl className={styles['figures']}>
          <dt>{t('Training images')}</dt>
          <dd>{shownNumber(data.train)}</dd>
          <dt>{t('Validation images')}</dt>
          <dd>{shownNumber(data.val)}</dd>
          {data.test > 0 && (
            <>
              <dt>{t('Test images, kept apart')}</dt>
              <dd>{shownNumber(data.test)}</dd>
            </>
          )}
          {data.unsplit > 0 && (
            <>
              <dt>{t('Labelled, without a split')}</dt>
              <dd>{shownNumber(data.unsplit)}</dd>
            </>
          )}
          {data.regions !== null && (
            <>
              <dt>{t('Fully labelled regions')}</dt>
              <dd>{shownNumber(data.regions.regions)}</dd>
              <dt>{t('Their area')}</dt>
              <dd>{areaText(data.regions.pixels, data.regions.squareMillimetres)}</dd>
            </>
          )}
        </dl>
        {data.regions !== null && (
          <Text size="xs" c="dimmed" mt={6}>
            {t('Of {{count}} images only these regions are learned from.', { count: data.regions.images })}
          </Text>
        )}
      </PanelSection>
      {unsplit > 1 && data.train === 0 && <Unsplit count={unsplit} />}
      {warnings.length > 0 && <Warnings warnings={warnings} />}
    </>
  )
}

/** Pairs that are named in a warning. */
const NAMED = 3

/** What look-alikes on both sides of the split mean, each pair by its names. */
function useLookAlikeWarnings(): string[] {
  const found = useLookAlikes()
  const images = useDocument(({ tables }) => tables.images)
  const pairs = found?.pairs ?? []
  const together = found && found.unsplit.alike > 0 ? [t('{{count}} images without a split look nearly the same as another: a training keeps such on one side.', { count: found.unsplit.alike })] : [] // prettier-ignore
  if (pairs.length === 0) return together
  const name = (id: ImageId): string => images.get(id)?.name ?? ''
  const named = pairs.slice(0, NAMED).map(({ train, other }) =>
    t('{{train}} and {{other}} ({{split}})', {
      train: name(train),
      other: name(other),
      split: SPLIT_WORDS[images.get(other)?.split ?? 'val'],
    }),
  )
  const more = pairs.length > NAMED ? t(', and {{count}} more pairs', { count: pairs.length - NAMED }) : ''
  return [
    t('Nearly the same picture is learned from and held out: {{named}}{{more}}. Scores will look better than they are.', {
      named: named.join('; '),
      more,
    }),
    ...together,
  ]
}

/** What it means that images differ in colour from those that are learned from. */
function useColorWarnings(): string[] {
  const found = useColorCheck()
  const images = useDocument(({ tables }) => tables.images)
  if (found === null || found.far.length === 0) return []
  const named = found.far.slice(0, NAMED).map(({ image, shift }) => `${images.get(image)?.name ?? ''} (${translated(SHIFT_TITLES[shift])})`)
  const more = found.far.length > NAMED ? t(' and {{far}} more', { far: found.far.length - NAMED }) : ''
  return [
    t(
      '{{count}} images of {{compared}} that are not learned from differ in colour: {{named}}{{more}}. A model may do worse there; label some of them too, or choose a stain normalisation in the settings of the training.',
      { count: found.far.length, compared: found.compared, named: named.join(', '), more },
    ),
  ]
}

const SPLIT_WORDS = { train: t('training'), val: t('validation'), test: t('test') } as const

/** Before the first training: the split comes with it, unless the person makes one. */
function Unsplit({ count }: { readonly count: number }) {
  const { stores } = useApp()
  return (
    <PanelSection title={t('Split')}>
      <Text size="sm">
        {t(
          '{{count}} labelled images have no split yet. When training starts, one in five is held out for validation; images of one group stay together.',
          { count },
        )}
      </Text>
      <Button variant="default" mt={8} onClick={() => stores.commands.run('images.split')}>
        {t('Split them yourself')}
      </Button>
    </PanelSection>
  )
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  const { stores } = useApp()
  return (
    <PanelSection title={t('To know before')}>
      {warnings.map((warning) => (
        <WarningLine key={warning} text={warning} />
      ))}
      <Button variant="default" mt={8} onClick={() => stores.commands.run('images.split')}>
        {t('Change the split')}
      </Button>
    </PanelSection>
  )
}
