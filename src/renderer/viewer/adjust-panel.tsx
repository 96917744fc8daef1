import { Button, Select, Slider, Switch, Text } from '@mantine/core'
import { type ReactNode } from 'react'
import { isAsInFile, STAIN_VIEWS, type StainView } from '#shared/color-view.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { isByChannels } from '../state/channels.ts'
import { useChannels, useDisplay, useStores } from '../state/context.tsx'
import { ADJUST_RANGE, type Adjustment } from '../state/display.ts'
import { ChannelPanel } from './channels/channel-panel.tsx'
import { TurnDial } from './turn-dial.tsx'

const percent = (value: number): string => `${Math.round(value * 100).toString()} %`

interface RowSpec {
  readonly what: Adjustment
  readonly title: string
  readonly shown: (value: number) => string
}

const COLORS: readonly RowSpec[] = [
  { what: 'brightness', title: t('Brightness'), shown: percent },
  { what: 'contrast', title: t('Contrast'), shown: percent },
  { what: 'gamma', title: t('Gamma'), shown: (value) => shownDecimals(value, 2) },
]
const LABELS: RowSpec = { what: 'labelOpacity', title: t('Opacity of labels'), shown: percent }

/** How the image and its labels are shown. The file and the labels stay as they are. */
export function AdjustPanel(): ReactNode {
  const { display, view, channels } = useStores()
  const byChannels = useChannels(isByChannels)
  const asInFile = useDisplay(isAsInFile) && !byChannels
  return (
    <div className="sw-float sw-adjust" role="group" aria-label={t('View')}>
      {COLORS.map((row) => (
        <Row key={row.what} {...row} />
      ))}
      <Invert />
      <StainChoice />
      <Row {...LABELS} />
      <TurnDial />
      <ChannelPanel />
      <Text size="xs" c="var(--sw-muted)" role="status" aria-label={t('Colours')}>
        {asInFile ? t('Colours as in the file.') : t('Colours are not those of the file. Labels, training and exports see the file.')}
      </Text>
      <Button
        variant="default"
        fullWidth
        mt={8}
        onClick={() => {
          display.resetAdjustments()
          view.turnTo(0)
          channels.show(false)
        }}
      >
        {t('Reset')}
      </Button>
    </div>
  )
}

function Row({ what, title, shown }: RowSpec): ReactNode {
  const { display } = useStores()
  const value = useDisplay((state) => state[what])
  const [min, max] = ADJUST_RANGE[what]
  return (
    <div style={{ marginBottom: 10 }}>
      <div style={{ display: 'flex', justifyContent: 'space-between' }}>
        <Text size="xs">{title}</Text>
        <Text size="xs" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {shown(value)}
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

function Invert(): ReactNode {
  const { display } = useStores()
  const invert = useDisplay((state) => state.invert)
  return (
    <Switch
      size="xs"
      mb={10}
      label={t('Invert')}
      checked={invert}
      onChange={({ currentTarget }) => {
        display.setColors({ invert: currentTarget.checked })
      }}
    />
  )
}

/** The views of stains by name. */
const STAINS: Readonly<Record<StainView, string>> = {
  none: t('All colours'),
  'he-hematoxylin': t('H&E: hematoxylin'),
  'he-eosin': t('H&E: eosin'),
  'he-residual': t('H&E: residual'),
  'hdab-hematoxylin': t('H-DAB: hematoxylin'),
  'hdab-dab': t('H-DAB: DAB'),
  'hdab-residual': t('H-DAB: residual'),
}
const STAIN_DATA = STAIN_VIEWS.map((value) => ({ value, label: STAINS[value] }))

const isResidual = (stain: StainView): boolean => stain.endsWith('-residual')

/** One stain alone. The residual has no colour of its own. */
function StainChoice(): ReactNode {
  const { display } = useStores()
  const stain = useDisplay((state) => state.stain)
  const inGrey = useDisplay((state) => state.stainInGrey)
  return (
    <div style={{ marginBottom: 10 }}>
      <Text size="xs" mb={2}>
        {t('Stain')}
      </Text>
      <Select
        aria-label={t('Stain')}
        data={STAIN_DATA}
        value={stain}
        allowDeselect={false}
        onChange={(next) => {
          const chosen = STAIN_VIEWS.find((view) => view === next)
          if (chosen !== undefined) display.setColors({ stain: chosen })
        }}
      />
      {stain !== 'none' && (
        <Switch
          size="xs"
          mt={8}
          label={t('In grey')}
          disabled={isResidual(stain)}
          checked={inGrey || isResidual(stain)}
          onChange={({ currentTarget }) => {
            display.setColors({ stainInGrey: currentTarget.checked })
          }}
        />
      )}
    </div>
  )
}
