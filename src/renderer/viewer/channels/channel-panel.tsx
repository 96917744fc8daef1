import { Button, Checkbox, Loader, RangeSlider, Switch, Text } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { type ChannelLook } from '#shared/channels/look.ts'
import { type ChannelFact } from '#shared/contracts/image-details.ts'
import { t } from '#shared/i18n/translate.ts'
import { ColorInput } from '../../app/color-input.tsx'
import { isByChannels, looksOf, type ChannelStats } from '../../state/channels.ts'
import { useChannels, useStores } from '../../state/context.tsx'

/** The channels of the open image one by one, where it has such: which are seen, in which colour, between which numbers. */
export function ChannelPanel(): ReactNode {
  const { channels } = useStores()
  const facts = useChannels((state) => state.facts)
  const shown = useChannels(isByChannels)
  const together = useChannels((state) => state.together)
  if (facts.length === 0) return null
  return (
    <div className="sw-channels" role="group" aria-label={t('Channels')}>
      <Switch
        size="xs"
        label={facts.length === 1 ? t('Own range of numbers') : t('Channels one by one')}
        checked={shown}
        onChange={({ currentTarget }) => {
          channels.show(currentTarget.checked)
        }}
      />
      {shown && <Rows facts={facts} />}
      {shown && (
        <Text size="xs" c="var(--sw-muted)" mt={4}>
          {trainingText(facts, together)}
        </Text>
      )}
    </div>
  )
}

/** What training goes on seeing. */
function trainingText(facts: readonly ChannelFact[], together: boolean): string {
  if (together && facts.length > 1)
    return t('Training and the tools see the channels together, in the colours and ranges of the file, whatever is set here.')
  if (facts.length === 1 || facts[0]?.name === 'Red')
    return t('Training and the tools see the image by the automatic range, whatever is set here.')
  return t('Training and the tools see the first channel alone, by the automatic range, whatever is set here.')
}

function Rows({ facts }: { readonly facts: readonly ChannelFact[] }): ReactNode {
  const looks = useChannels(looksOf)
  const stats = useChannels((state) => state.stats)
  if (looks === null || stats === null) return <Loader size="xs" color="gray" mt={8} aria-label={t('Reading the channels')} />
  return facts.map(({ name }, i) => {
    const [look, stat] = [looks[i], stats[i]]
    return look && stat && <Row key={name + String(i)} channel={i} name={name} look={look} stats={stat} />
  })
}

interface RowProps {
  readonly channel: number
  readonly name: string
  readonly look: ChannelLook
  readonly stats: ChannelStats
}

function Row({ channel, name, look, stats }: RowProps): ReactNode {
  const { channels } = useStores()
  const change = (to: Partial<ChannelLook>): void => {
    channels.change(channel, to)
  }
  const isAuto = look.low === stats.auto.low && look.high === stats.auto.high
  return (
    <div className="sw-channel" role="group" aria-label={name}>
      <div className="sw-channel-head">
        <Checkbox size="xs" checked={look.on} label={name} onChange={({ currentTarget }) => change({ on: currentTarget.checked })} />
        <ColorInput label={t('Colour of {{name}}', { name })} value={look.color} onChange={(color) => change({ color })} />
        <Button size="compact-xs" variant="subtle" color="gray" disabled={isAuto} onClick={() => change(stats.auto)}>
          {t('Auto')}
        </Button>
      </div>
      <Histogram stats={stats} look={look} />
      <RangeSlider
        size="sm"
        label={null}
        min={0}
        max={stats.most}
        minRange={1}
        value={[look.low, look.high]}
        thumbFromLabel={t('Darkest number of {{name}}', { name })}
        thumbToLabel={t('Brightest number of {{name}}', { name })}
        onChange={([low, high]) => change({ low, high })}
      />
      <Text size="xs" c="var(--sw-muted)" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {t('{{low}} to {{high}}', { low: look.low, high: look.high })}
      </Text>
    </div>
  )
}

/** How often numbers occur, by logarithms; the range is lit. */
function Histogram({ stats: { histogram, most }, look }: Pick<RowProps, 'stats' | 'look'>): ReactNode {
  const id = useId()
  const width = histogram.length
  const path = histogram.map((share, i) => `M${String(i)} 24v${(-24 * share).toFixed(2)}h1V24z`).join('')
  const at = (value: number): number => (value / most) * width
  return (
    <svg className="sw-histogram" viewBox={`0 0 ${String(width)} 24`} preserveAspectRatio="none" aria-hidden>
      <path d={path} opacity={0.35} />
      <clipPath id={id}>
        <rect x={at(look.low)} y={0} width={Math.max(0, at(look.high) - at(look.low))} height={24} />
      </clipPath>
      <path d={path} clipPath={`url(#${id})`} />
    </svg>
  )
}
