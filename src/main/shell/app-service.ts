import { app, type BrowserWindow, dialog, Notification, shell } from 'electron'
import path from 'node:path'
import { type appContract, preferences, type Preferences } from '#shared/contracts/app.ts'
import { type Language, languageOf } from '#shared/i18n/languages.ts'
import type { HandlersOf } from '#shared/ipc/service.ts'
import { VERSION } from '#shared/version.ts'
import { personName } from '../workbench/person-name.ts'
import { makeSample } from '../workbench/sample.ts'
import type { StateFile } from './state-file.ts'

/** Until somebody says otherwise, the account's name signs. */
function withPerson(state: StateFile): Preferences {
  const { preferences: known } = state.read()
  return { ...known, person: known.person || personName() }
}

/** The language of window and menu. `--lang`, which Chromium knows too, stands for the system's. */
export function languageNow({ language }: Preferences): Language {
  const told = app.commandLine.getSwitchValue('lang')
  return languageOf(language, told === '' ? app.getPreferredSystemLanguages() : [told])
}

/** What the window asks of the app and the machine. */
export function appHandlers(
  window: BrowserWindow,
  state: StateFile,
  onPreferences: (now: Preferences) => void,
): HandlersOf<typeof appContract> {
  return {
    about: () => ({ version: VERSION, electron: process.versions.electron, node: process.versions.node, platform: process.platform }),
    preferences: () => withPerson(state),
    setPreferences: (part) => {
      state.update({ preferences: preferences.parse({ ...state.read().preferences, ...part }) })
      onPreferences(state.read().preferences)
      return withPerson(state)
    },
    language: () => ({ language: languageNow(state.read().preferences) }),
    pickFiles: async ({ title, folders, filters }) => {
      const properties = folders ? (['openDirectory', 'multiSelections'] as const) : (['openFile', 'multiSelections'] as const)
      const picked = await dialog.showOpenDialog(window, { title, filters, properties: [...properties] })
      return picked.canceled ? [] : picked.filePaths
    },
    pickSave: async ({ title, name, filters }) => {
      const picked = await dialog.showSaveDialog(window, { title, defaultPath: path.join(app.getPath('documents'), name), filters })
      return picked.canceled || picked.filePath === '' ? null : picked.filePath
    },
    projectsFolder: () => ({ folder: path.join(app.getPath('documents'), 'Slidewright') }),
    sample: async () => ({ folder: await makeSample(path.join(app.getPath('userData'), 'sample')) }),
    reveal: ({ path: file }) => {
      shell.showItemInFolder(file)
      return {}
    },
    toggleFullScreen: () => {
      const fullScreen = !window.isFullScreen()
      window.setFullScreen(fullScreen)
      return { fullScreen }
    },
    notify: ({ title, body }) => {
      // Only where the person looks elsewhere: in the window a quiet notice says the same.
      if (!window.isFocused() && Notification.isSupported()) new Notification({ title, body }).show()
      return {}
    },
  }
}
