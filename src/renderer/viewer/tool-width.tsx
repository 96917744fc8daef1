import { Popover, SegmentedControl, Slider, Text, UnstyledButton } from '@mantine/core'
import { type ReactNode } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { lengthText } from '#shared/geometry/line.ts'
import { useDocument, useKeyOf, useStores, useTool } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { BRUSH_RANGE, TOLERANCE_RANGE } from '../state/tool.ts'
import { paints } from '../tools/tool-set.ts'
import { Hint } from '../hint/hint.tsx'

interface Setting {
  readonly title: string
  readonly hint: string
  /** What the button says. */
  readonly short: string
  /** The same with all there is to say. */
  readonly long: string
  /** Place of the slider, 0 to 1. */
  readonly place: number
  readonly set: (place: number) => void
}

/** How wide the brush is, or how much the wand takes: a number in the tool bar that opens a slider. */
export function ToolWidth(): ReactNode {
  const tool = useTool((state) => state.tool)
  const brush = useBrush()
  const wand = useWand()
  const setting = paints(tool) ? brush : tool === 'wand' ? wand : null
  if (setting === null) return null
  const { title, hint, short, long, place, set } = setting
  return (
    <Popover position="right" withArrow={false} offset={10} width={240}>
      <Popover.Target>
        <Hint label={`${title}  ${hint}`}>
          <UnstyledButton className="sw-tool-number" aria-label={`${title}: ${long}`}>
            {short}
          </UnstyledButton>
        </Hint>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Text size="xs" mb={6}>
          {title} {long}
        </Text>
        <Slider size="sm" label={null} min={0} max={1} step={0.01} value={place} thumbLabel={title} onChange={set} />
        {paints(tool) && <BrushUnit />}
      </Popover.Dropdown>
    </Popover>
  )
}

/** Sizes grow by factors, so that small brushes can be chosen as finely as large ones. */
const placeIn = ([low, high]: readonly [number, number], value: number): number => Math.log(value / low) / Math.log(high / low)
const valueIn = ([low, high]: readonly [number, number], place: number): number => low * (high / low) ** place

function useBrush(): Setting {
  const { tool } = useStores()
  const size = useTool((state) => state.brushSize)
  const unit = useTool((state) => state.brushUnit)
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  const keys = [useKeyOf('brush.smaller'), useKeyOf('brush.larger')].join(' ')
  return {
    ...{ title: t('Brush size'), hint: keys, short: String(size), place: placeIn(BRUSH_RANGE, size) },
    long: unit === 'screen' ? String(size) : microns === null ? `${String(size)} px` : `${String(size)} px, ${lengthText(size, microns)}`,
    set: (place) => {
      tool.sizeBrush(valueIn(BRUSH_RANGE, place))
    },
  }
}

/** What the size of the brush is of: then zooming keeps the one or the other. */
function BrushUnit(): ReactNode {
  const { tool, view } = useStores()
  const unit = useTool((state) => state.brushUnit)
  return (
    <>
      <Text size="xs" mt={8} mb={4} c="var(--sw-muted)">
        {t('Brush keeps its size')}
      </Text>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('Brush keeps its size')}
        value={unit}
        data={[
          { value: 'screen', label: t('on the screen') },
          { value: 'image', label: t('in the image') },
        ]}
        onChange={(wanted) => {
          tool.keepBrush(wanted, view.getState().view.zoom)
        }}
      />
    </>
  )
}

function useWand(): Setting {
  const { tool } = useStores()
  const tolerance = useTool((state) => state.tolerance)
  const short = shownDecimals(tolerance, tolerance < 10 ? 1 : 0)
  return {
    ...{
      title: t('Tolerance'),
      hint: t('drag'),
      ...{ short, long: short },
      place: placeIn(TOLERANCE_RANGE, tolerance),
    },
    set: (place) => {
      tool.setTolerance(Math.round(valueIn(TOLERANCE_RANGE, place) * 10) / 10)
    },
  }
}
