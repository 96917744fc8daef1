import { Button, Slider, Text } from '@mantine/core'
import { type ReactNode } from 'react'
import { useDisplay, useStores } from '../state/context.tsx'
import { ADJUST_RANGE, type Adjustment } from '../state/display.ts'

const ROWS: readonly { readonly what: Adjustment; readonly title: string }[] = [
  { what: 'brightness', title: 'Brightness' },
  { what: 'contrast', title: 'Contrast' },
  { what: 'labelOpacity', title: 'Opacity of labels' },
]

const percent = (value: number): string => `${Math.round(value * 100).toString()} %`

/** Sliders for how the image and its labels are shown. The file and the labels stay as they are. */
export function AdjustPanel(): ReactNode {
  const { display } = useStores()
  return (
    <div className="sw-float sw-adjust" role="group" aria-label="View">
      {ROWS.map((row) => (
        <Row key={row.what} {...row} />
      ))}
      <Button variant="default" fullWidth mt={4} onClick={display.resetAdjustments}>
        Reset
      </Button>
    </div>
  )
}

function Row({ what, title }: { readonly what: Adjustment; readonly title: string }): ReactNode {
  const { display } = useStores()
  const value = useDisplay((state) => state[what])
  const [min, max] = ADJUST_RANGE[what]
  return (
    <div style={{ marginBottom: 10 }}>
      <div style={{ display: 'flex', justifyContent: 'space-between' }}>
        <Text size="xs">{title}</Text>
        <Text size="xs" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {percent(value)}
        </Text>
      </div>
      <Slider
        size="sm"
        label={null}
        min={min}
        max={max}
        step={0.01}
        value={value}
        thumbLabel={title}
        onChange={(next) => {
          display.adjust(what, next)
        }}
      />
    </div>
  )
}
