import { Group, Select, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { numberTyped, shownDecimals } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { LENGTH_UNITS, type LengthUnit, pixelSizeOfLine } from '#shared/pixel-size.ts'

interface KnownLineProps {
  /** Length of the line, image pixels. */
  readonly pixels: number
  /** Micrometres a pixel by what was told; null where that tells none. */
  readonly onSize: (microns: number | null) => void
}

const isUnit = (value: string | null): value is LengthUnit => value !== null && value in LENGTH_UNITS

/** How long a line of the image is in truth: of a scale bar in the picture, or of a micrometre slide. */
export function KnownLine({ pixels, onSize }: KnownLineProps) {
  const [text, setText] = useState('')
  const [unit, setUnit] = useState<LengthUnit>('µm')
  const told = (nextText: string, nextUnit: LengthUnit): void => {
    setText(nextText)
    setUnit(nextUnit)
    onSize(pixelSizeOfLine(pixels, numberTyped(nextText) ?? 0, nextUnit))
  }
  const wrong = text.trim() !== '' && pixelSizeOfLine(pixels, numberTyped(text) ?? 0, unit) === null
  return (
    <>
      <Text size="sm">{t('The line is {{pixels}} pixels long. How long is that in truth?', { pixels: shownDecimals(pixels, 1) })}</Text>
      <Group gap="xs" align="flex-start">
        <TextInput
          data-autofocus
          w={200}
          aria-label={t('Known length')}
          placeholder={t('Known length')}
          inputMode="decimal"
          autoComplete="off"
          value={text}
          error={wrong ? t('A length above 0 that fits the line') : null}
          onChange={(event) => {
            told(event.currentTarget.value, unit)
          }}
        />
        <Select
          w={72}
          aria-label={t('Unit')}
          value={unit}
          data={Object.keys(LENGTH_UNITS)}
          onChange={(value) => {
            if (isUnit(value)) told(text, value)
          }}
        />
      </Group>
    </>
  )
}
