import { Menu } from '@mantine/core'
import { useEffect, useState, type ReactNode, type RefObject } from 'react'
import { commandOf, type CommandId } from '#shared/commands.ts'
import { commandTitle } from '#shared/i18n/command-titles.ts'
import { type Point } from '#shared/geometry/point.ts'
import { useKeyOf, useStores } from '../state/context.tsx'
import { type Stores } from '../state/stores.ts'
import { menuGroups } from './menu-groups.ts'
import { hitAll } from './scene.ts'
import { toImage, transformOf } from './view-geometry.ts'

interface Opened {
  /** CSS pixels of the canvas. */
  readonly at: Point
  readonly groups: readonly (readonly CommandId[])[]
}

/** A press of the right button selects what is under the pointer, unless it is selected already. */
function selectAt({ scene, view, selection }: Stores, at: Point): void {
  const { view: seen, frame } = view.getState()
  const hits = hitAll(scene.getState().scene, toImage(transformOf(seen, frame), at), seen.zoom)
  const { selected } = selection.getState()
  if (hits.some(({ id }) => selected.has(id))) return
  selection.select(hits.slice(0, 1).map(({ id }) => id))
}

/** The menu of the right button on the canvas, read from the one list of commands. */
export function CanvasMenu({ host }: { readonly host: RefObject<HTMLDivElement | null> }): ReactNode {
  const stores = useStores()
  const [opened, setOpened] = useState<Opened | null>(null)
  useEffect(() => {
    const element = host.current
    const open = (event: MouseEvent): void => {
      if (!element || stores.gesture.getState().gesture.kind !== 'idle' || stores.document.getState().imageId === null) return
      const { left, top } = element.getBoundingClientRect()
      const at = { x: event.clientX - left, y: event.clientY - top }
      selectAt(stores, at)
      setOpened({ at, groups: menuGroups(stores).filter(({ length }) => length > 0) })
    }
    element?.addEventListener('contextmenu', open)
    return () => element?.removeEventListener('contextmenu', open)
  }, [host, stores])
  if (opened === null) return null
  const close = (): void => {
    setOpened(null)
    host.current?.focus({ preventScroll: true })
  }
  return (
    <Menu opened onClose={close} position="bottom-start" offset={0} withinPortal transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <div className="sw-menu-place" style={{ left: opened.at.x, top: opened.at.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        {opened.groups.flatMap((group, index) => [
          ...(index === 0 ? [] : [<Menu.Divider key={group[0]} />]),
          ...group.map((id) => <MenuLine key={`do ${id}`} id={id} />),
        ])}
      </Menu.Dropdown>
    </Menu>
  )
}

function MenuLine({ id }: { readonly id: CommandId }): ReactNode {
  const { commands } = useStores()
  const key = useKeyOf(id)
  const command = commandOf(id)
  return (
    <Menu.Item
      rightSection={key === '' ? undefined : <kbd className="sw-menu-key">{key}</kbd>}
      onClick={() => {
        // The menu gives the keyboard back first.
        setTimeout(() => commands.run(id))
      }}
    >
      {command && commandTitle(command)}
    </Menu.Item>
  )
}
