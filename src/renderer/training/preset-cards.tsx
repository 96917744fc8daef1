import { Button, Loader, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import { type PresetInfo } from '#shared/contracts/engine.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { shownDuration } from '../app/durations.ts'
import { estimatedSeconds, plannedEpochs } from './estimates.ts'
import styles from './training.module.css'

/** What presets are for, in the user's words; a preset that is not listed goes by its name. */
const TITLES: Readonly<Record<string, string>> = {
  'cells-lite0': t('Count small cells'),
  'ssd300-vgg16': t('As in the SSD study'),
  'classifier-lite0': t('Tell cells and patches apart'),
  'cnn-70': t('As in the malaria study'),
  'patch-memory-lite0': t('Learn from few normal images'),
  'autoencoder-128': t('As in the autoencoder study'),
  'unet-lite0': t('Outline cells and tissue'),
  unet: t('The classic U-Net'),
  'unet-efficientnet-b0': t('U-Net on EfficientNet B0'),
  [FOREIGN_PRESET]: t('Made elsewhere'),
  'unet-efficientnet-b5': t('As in the glomeruli study (B5)'),
}

export const presetTitle = (name: string): string => TITLES[name] ?? name

interface PresetCardsProps {
  readonly presets: readonly PresetInfo[] | null
  readonly chosen: string | null
  readonly trainImages: number
  readonly epochs: number | null
}

/** The nets that can be trained, one card each. */
export function PresetCards({ presets, chosen, trainImages, epochs }: PresetCardsProps) {
  const [all, setAll] = useState(false)
  if (presets === null) return <Loader size="sm" color="gray" aria-label={t('Asking the engine for its presets')} />
  if (presets.length === 0) return <Text>{t('The engine offers nothing to train for this task.')}</Text>
  // Sizes of a net beside those that somebody would look for: the button that trains is not to slip out of sight.
  const usual = presets.filter(({ name }) => all || name in TITLES || name === chosen)
  const rest = presets.length - usual.length
  return (
    <>
      <div className={styles['cards']} role="radiogroup" aria-label={t('Preset')}>
        {usual.map((preset) => (
          <Card key={preset.name} preset={preset} isChosen={preset.name === chosen} trainImages={trainImages} epochs={epochs} />
        ))}
      </div>
      {rest > 0 && (
        <Button variant="default" className={styles['more'] ?? ''} onClick={() => setAll(true)}>
          {t('{{rest}} more', { rest })}
        </Button>
      )}
    </>
  )
}

interface CardProps {
  readonly preset: PresetInfo
  readonly isChosen: boolean
  readonly trainImages: number
  readonly epochs: number | null
}

function Card({ preset, isChosen, trainImages, epochs }: CardProps) {
  const { train } = useApp()
  const models = useDocument((state) => state.models)
  const { name, summary, input, parameters } = preset
  const batch = useStore(train, (choice) => choice.batch)
  const planned = plannedEpochs(preset, { epochs, batch }, trainImages)
  const seconds = estimatedSeconds(models, name, planned, trainImages)
  return (
    <UnstyledButton
      role="radio"
      aria-checked={isChosen}
      aria-label={presetTitle(name)}
      className={cx(styles['card'], isChosen && styles['chosen'])}
      onClick={() => {
        train.setState({ preset: name })
      }}
    >
      <Text fw={600}>{presetTitle(name)}</Text>
      <Text size="sm">{heard(summary)}</Text>
      <Text size="xs" c="var(--sw-muted)">
        {t('{{name}} · {{parameters}} million parameters · {{input}}', {
          name,
          parameters: shownDecimals(parameters / 1e6, 1),
          input: heard(input),
        })}
      </Text>
      <Text size="xs" c="var(--sw-muted)">
        {t('{{count}} epochs', { count: planned })}
        {planned > preset.epochs && epochs === null ? t(', since there are few images') : ''} ·{' '}
        {seconds === null ? t('time is told after the first steps') : t('about {{duration}} here', { duration: shownDuration(seconds) })}
      </Text>
    </UnstyledButton>
  )
}
