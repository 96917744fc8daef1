import { ActionIcon, AngleSlider, Text } from '@mantine/core'
import { IconRotate2, IconRotateClockwise2, type Icon } from '@tabler/icons-react'
import { type ReactNode } from 'react'
import { useStore } from 'zustand'
import { type CommandId } from '#shared/commands.ts'
import { t } from '#shared/i18n/translate.ts'
import { useKeyOf, useStores } from '../state/context.tsx'
import { angleText } from './view-turn.ts'

/** By how much the view is turned, and a dial to turn it. The image itself and all places in it stay as they are. */
export function TurnDial(): ReactNode {
  const { view } = useStores()
  const angle = useStore(view, (state) => state.view.angle)
  return (
    <div className="sw-turn" role="group" aria-label={t('Turn the view')}>
      <AngleSlider
        size={44}
        withLabel={false}
        aria-label={t('Angle of the view')}
        // The dial knows 0 to 359.
        value={Math.round(angle + 360) % 360}
        onChange={(degrees) => {
          view.turnTo(degrees)
        }}
      />
      <div className="sw-turn-text">
        <Text size="xs">{t('Turned by')}</Text>
        <Text size="xs" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {angleText(angle)}
        </Text>
      </div>
      <TurnButton command="view.turn-left" title={t('Turn 90° to the left')} icon={IconRotate2} />
      <TurnButton command="view.turn-right" title={t('Turn 90° to the right')} icon={IconRotateClockwise2} />
    </div>
  )
}

interface TurnButtonProps {
  readonly command: CommandId
  readonly title: string
  readonly icon: Icon
}

function TurnButton({ command, title, icon: Picture }: TurnButtonProps): ReactNode {
  const { commands } = useStores()
  const key = useKeyOf(command)
  return (
    <ActionIcon
      variant="default"
      size={28}
      aria-label={title}
      title={key === '' ? title : `${title}  ${key}`}
      onClick={() => commands.run(command)}
    >
      <Picture size={16} stroke={1.6} />
    </ActionIcon>
  )
}
