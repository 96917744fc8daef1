import { Loader, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { BrokenPart } from './broken-part.tsx'
import { useDocument, useShell } from './context.ts'
import { followCutTexts } from './cut-texts.ts'
import { Dialogs } from './dialogs/dialogs.tsx'
import { DropZone } from './drop-zone.tsx'
import { Palette } from './palette.tsx'
import { ProjectFrame } from './project-frame.tsx'
import { StartScreen } from './start/start-screen.tsx'
import { cssVariables, theme } from './theme.ts'
import { Toasts } from './toasts.tsx'
import { useWindowCommands } from './use-window-commands.ts'
import styles from './app.module.css'

/** The whole window: the start screen, or the open project in its places, and what floats above both. */
export function App() {
  const scheme = useShell(({ preferences }) => preferences.theme)
  const forced = scheme === 'system' ? {} : { forceColorScheme: scheme }
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" {...forced}>
      <Notifications position="bottom-center" limit={4} notificationMaxHeight={480} zIndex={300} />
      <BrokenPart>
        <Window />
      </BrokenPart>
    </MantineProvider>
  )
}

function Window() {
  const isOpen = useDocument(({ project }) => project !== null)
  const adopting = useShell((shell) => shell.adopting)
  useWindowCommands()
  useEffect(() => followCutTexts(document), [])
  return (
    <DropZone>
      {isOpen ? <ProjectFrame /> : adopting ? <Adopting /> : <StartScreen />}
      <Dialogs />
      <Palette />
      <Toasts />
    </DropZone>
  )
}

/** Neither the start nor a project, until it is known which: a start screen that vanishes would take clicks and keys meant for the project. */
function Adopting() {
  return (
    <div className={styles['adopting']} role="status">
      <Loader size={20} color="gray" aria-label={t('Opening the project')} />
    </div>
  )
}
