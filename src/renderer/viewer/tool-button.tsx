import { ActionIcon, useMantineTheme } from '@mantine/core'
import { type ReactNode } from 'react'
import { useKeyOf, useStores } from '../state/context.tsx'
import { Hint } from '../hint/hint.tsx'
import { type ToolItem } from './tool-items.ts'

interface ToolButtonProps {
  readonly item: ToolItem
  readonly active?: boolean
  /** What a small dot on the button stands for, in words; null without one. */
  readonly dot?: string | null
}

/** A command as a button of the tool bar, with its key in the tooltip. */
export function ToolButton({ item, active, dot = null }: ToolButtonProps): ReactNode {
  const { commands } = useStores()
  const { primaryColor } = useMantineTheme()
  const key = useKeyOf(item.command)
  const { title } = item
  return (
    <Hint label={(key === '' ? title : `${title}  ${key}`) + (dot === null ? '' : `: ${dot}`)}>
      <ActionIcon
        variant={active === true ? 'filled' : 'subtle'}
        color={active === true ? primaryColor : 'gray'}
        size={28}
        aria-label={dot === null ? title : `${title}: ${dot}`}
        aria-pressed={active}
        // The keyboard stays with the canvas.
        onMouseDown={(event) => {
          event.preventDefault()
        }}
        onClick={() => commands.run(item.command)}
      >
        <Face icon={item.icon} />
        {dot !== null && <span className="sw-tool-dot" />}
      </ActionIcon>
    </Hint>
  )
}

export function Face({ icon: Picture }: Pick<ToolItem, 'icon'>): ReactNode {
  return typeof Picture === 'string' ? <span className="sw-tool-text">{Picture}</span> : <Picture size={18} stroke={1.6} />
}
