import { Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { type DistanceOperation } from '../../state/tool.ts'
import { openImageOf } from '../../state/document.ts'
import { changeByDistance } from '../../tools/area-commands.ts'
import { useApp, useDocument } from '../context.ts'
import { WindowDialog } from './window-dialog.tsx'

/** Image pixels that make sense at most: beyond that a mistyped number would only take long. */
const LONGEST = 10_000

const TEXTS: Readonly<Record<DistanceOperation, { readonly title: string; readonly says: string; readonly button: string }>> = {
  expand: { title: t('Expand the selected objects'), says: t('Each outline moves outwards by this distance.'), button: t('Expand') },
  shrink: { title: t('Shrink the selected objects'), says: t('Each outline moves inwards by this distance.'), button: t('Shrink') },
  simplify: {
    title: t('Simplify outlines'),
    says: t('Corners go where the outline moves by less than this distance.'),
    button: t('Simplify'),
  },
}

/** Four figures that matter, so that a distance in pixels reads well in micrometres. */
const short = (value: number): number => Number(value.toPrecision(4))

/** Asks by how far: in micrometres where the image is calibrated, else in pixels. */
export function DistanceDialog({ operation }: { readonly operation: DistanceOperation }) {
  const { stores, shell } = useApp()
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  const [unit, size] = microns === null ? ['px', 1] : ['µm', microns]
  const [value, setValue] = useState(short(stores.tool.getState().distances[operation] * size))
  const pixels = value / size
  const fits = pixels > 0 && pixels <= LONGEST
  const { title, says, button } = TEXTS[operation]
  const run = (): void => {
    stores.tool.setDistance(operation, pixels)
    shell.close()
    changeByDistance(stores, operation, pixels)
  }
  return (
    <WindowDialog title={title} width={360}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (fits) run()
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{says}</Text>
          <NumberInput
            data-autofocus
            label={t('Distance ({{unit}})', { unit })}
            description={microns === null ? undefined : `${String(short(pixels))} px`}
            min={0}
            decimalScale={3}
            value={value}
            onChange={(next) => {
              setValue(Number(next) || 0)
            }}
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!fits}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </WindowDialog>
  )
}
