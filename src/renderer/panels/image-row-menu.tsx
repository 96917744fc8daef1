import { Menu } from '@mantine/core'
import { useCallback, useState, type MouseEvent, type ReactNode } from 'react'
import { type Point } from '#shared/geometry/point.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useWritable } from '../app/context.ts'
import { imagesMeant, removeImages } from './remove-images.ts'

interface Opened {
  readonly image: ImageRecord
  /** CSS pixels of the window. */
  readonly at: Point
}

/** The menu of the right button on the list of images. */
export function useRowMenu(): { readonly menu: ReactNode; readonly onMenu: (image: ImageRecord, event: MouseEvent) => void } {
  const [opened, setOpened] = useState<Opened | null>(null)
  const onMenu = useCallback((image: ImageRecord, { clientX, clientY }: MouseEvent) => {
    setOpened({ image, at: { x: clientX, y: clientY } })
  }, [])
  const close = (): void => {
    setOpened(null)
  }
  return { menu: opened && <RowMenu opened={opened} close={close} />, onMenu }
}

function RowMenu({ opened: { image, at }, close }: { readonly opened: Opened; readonly close: () => void }) {
  const app = useApp()
  const { stores } = app
  const writable = useWritable()
  // What is done to one of those that are picked is done to all of them.
  const meant = imagesMeant(app)
  const ids = meant.includes(image.id) ? meant : [image.id]
  return (
    <Menu opened onClose={close} position="bottom-start" offset={0} withinPortal transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <div style={{ position: 'fixed', left: at.x, top: at.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void stores.actions.openImage(image.id)}>{t('Open')}</Menu.Item>
        <Menu.Item
          onClick={() => {
            stores.beside.show(image.id)
          }}
        >
          {t('Open beside')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          disabled={!writable}
          onClick={() => {
            app.shell.open({ kind: 'origin', image: ids.length > 1 ? null : image.id })
          }}
        >
          {t('Slide, patient, group…')}
        </Menu.Item>
        <Menu.Item disabled={!writable} onClick={() => void removeImages(app, ids)}>
          {ids.length > 1 ? t('Remove {{count}} images from the project', { count: ids.length }) : t('Remove from the project')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
