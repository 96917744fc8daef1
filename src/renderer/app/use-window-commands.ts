import { useComputedColorScheme } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { type Place } from '#shared/commands.ts'
import { galleryHandlers, labelHandlers } from '../labels/label-actions.ts'
import { createKeyboard, listenToKeys } from '../tools/keyboard.ts'
import { registerAppCommands } from './app-commands.ts'
import { useApp, useShell, type AppModel } from './context.ts'
import { setPreferences } from './preferences.ts'

/** Where the person is, as far as keys care: nowhere but at the start while no project is open. */
export function placeOf({ stores, shell }: Pick<AppModel, 'stores' | 'shell'>): Place {
  return stores.document.getState().project === null ? 'start' : shell.getState().place
}

/** Registers the frame's commands, listens to the keys and to the menu. */
export function useWindowCommands(): void {
  const app = useApp()
  const shown = useComputedColorScheme('dark')
  const scheme = useRef(shown)
  useEffect(() => {
    scheme.current = shown
  }, [shown])
  // Before anything is painted: what is seen already obeys its keys.
  useLayoutEffect(() => {
    const toggleTheme = (): void => void setPreferences(app, { theme: scheme.current === 'dark' ? 'light' : 'dark' })
    const stop = registerAppCommands(app, toggleTheme, spotlight.open)
    const stops = [app.stores.commands.register(galleryHandlers(app)), app.stores.commands.intercept(labelHandlers(app))]
    const unhear = app.stores.clients.app.onCommand(({ id }) => app.stores.commands.run(id))
    return () => {
      stop()
      for (const one of stops) one()
      unhear()
    }
  }, [app])
  useKeys(app)
}

function useKeys(app: AppModel): void {
  const overrides = useShell(({ preferences }) => preferences.keys)
  const { keys, commands } = app.stores
  useEffect(() => {
    keys.setOverrides(overrides)
  }, [keys, overrides])
  useLayoutEffect(
    () =>
      listenToKeys(window, createKeyboard({ bindings: () => keys.getState().bindings, place: () => placeOf(app), mac: app.mac, commands })),
    [app, keys, commands],
  )
}
