import { Group, Slider, Text } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'

interface ScoreSliderProps {
  readonly value: number
  /** What the slider does, for screen readers. */
  readonly name: string
  readonly onChange: (value: number) => void
}

/** A score from which predictions are shown or counted, 0 to 1. */
export function ScoreSlider({ value, name, onChange }: ScoreSliderProps) {
  return (
    <>
      <Group justify="space-between" mt={8}>
        <Text size="xs">{t('Score from')}</Text>
        <Text size="xs">{shownDecimals(value, 2)}</Text>
      </Group>
      <Slider size="sm" label={null} min={0} max={1} step={0.01} value={value} thumbLabel={name} onChange={onChange} />
    </>
  )
}
