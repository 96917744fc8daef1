import { ActionIcon, Menu, useMantineTheme } from '@mantine/core'
import { IconBucketDroplet, IconDots } from '@tabler/icons-react'
import { useEffect, useState, type ReactNode } from 'react'
import { commandOf } from '#shared/commands.ts'
import { commandTitle } from '#shared/i18n/command-titles.ts'
import { t } from '#shared/i18n/translate.ts'
import { useKeyOf, useStores, useTool } from '../state/context.tsx'
import { type ToolName } from '../tools/tool-set.ts'
import { Hint } from '../hint/hint.tsx'
import { Face } from './tool-button.tsx'
import { TOOLS, type ToolItem } from './tool-items.ts'

/** What goes with tools that draw areas, where these stand here too. */
const FILL: Pick<ToolItem, 'command' | 'icon'> = { command: 'area.fill-holes', icon: IconBucketDroplet }

/** The tools that the bar has no room for, behind one button; the one that is chosen shows in its place. */
export function MoreTools({ tools }: { readonly tools: readonly ToolName[] }): ReactNode {
  const { commands } = useStores()
  const [opened, setOpened] = useState(false)
  const active = useTool(({ tool }) => (tools.includes(tool) ? tool : null))
  useEffect(
    () =>
      commands.register({
        'tool.more': () => {
          setOpened(true)
        },
      }),
    [commands],
  )
  const change = (open: boolean): void => {
    setOpened(open)
    // The keys are the canvas' again, whichever way it was closed.
    if (!open) document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  return (
    <Menu opened={opened} onChange={change} position="right-start" offset={10} withinPortal transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <MoreButton active={active} opened={opened} />
      </Menu.Target>
      <Menu.Dropdown aria-label={t('More tools')}>
        {tools.map((name) => (
          <ToolLine key={name} item={TOOLS[name]} active={name === active} />
        ))}
        {tools.includes('brush') && (
          <>
            <Menu.Divider />
            <ToolLine item={FILL} />
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

interface MoreButtonProps {
  readonly active: ToolName | null
  readonly opened: boolean
}

/** `target`: what the menu gives its button. */
function MoreButton({ active, opened, ...target }: MoreButtonProps): ReactNode {
  const { primaryColor } = useMantineTheme()
  const key = useKeyOf('tool.more')
  const chosen = active === null ? null : commandOf(TOOLS[active].command)
  const title = chosen ? t('More tools: {{tool}}', { tool: commandTitle(chosen) }) : t('More tools')
  return (
    <Hint label={key === '' ? title : `${title}  ${key}`} off={opened}>
      <ActionIcon
        {...target}
        className="sw-tool-more"
        variant={active === null ? 'subtle' : 'filled'}
        color={active === null ? 'gray' : primaryColor}
        size={28}
        aria-label={title}
        aria-pressed={active !== null}
      >
        <Face icon={active === null ? IconDots : TOOLS[active].icon} />
      </ActionIcon>
    </Hint>
  )
}

function ToolLine({
  item: { command, icon },
  active = false,
}: {
  readonly item: Pick<ToolItem, 'command' | 'icon'>
  readonly active?: boolean
}): ReactNode {
  const { commands } = useStores()
  const key = useKeyOf(command)
  const named = commandOf(command)
  return (
    <Menu.Item
      leftSection={<Face icon={icon} />}
      rightSection={key === '' ? undefined : <kbd className="sw-menu-key">{key}</kbd>}
      aria-current={active}
      fw={active ? 700 : undefined}
      onClick={() => commands.run(command)}
    >
      {named && commandTitle(named)}
    </Menu.Item>
  )
}
