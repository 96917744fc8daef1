import { app, type BrowserWindow, dialog, Menu, nativeTheme } from 'electron'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { appContract, type Preferences } from '#shared/contracts/app.ts'
import { projectContract } from '#shared/contracts/project.ts'
import { workContract } from '#shared/contracts/work.ts'
import { toErrorInfo } from '#shared/errors.ts'
import { serve } from '#shared/ipc/proxy.ts'
import type { EmitterOf } from '#shared/ipc/service.ts'
import { ProjectHost, type RecentProjects } from '../workbench/host.ts'
import { personName } from '../workbench/person-name.ts'
import { resultMapFile } from '../workbench/result-maps.ts'
import { appHandlers, languageNow } from './app-service.ts'
import { windowTransport } from './ipc-transport.ts'
import { menuTemplate } from './menu.ts'
import { namedProject } from './named-project.ts'
import { APP_ORIGIN, declareSchemes, servePage, servePictures } from './protocols.ts'
import { printAlone, printWish } from './print-alone.ts'
import { printPdf } from './print-pdf.ts'
import { StateFile } from './state-file.ts'
import { createWindow, showPage } from './window.ts'

/** Starts the app: one instance, one window. A second start brings the first one's window forward. Asked to print, it only does that. */
export function start(): void {
  keepWantedProfile()
  const print = printWish()
  if (print) {
    void printAlone(print)
    return
  }
  if (!app.requestSingleInstanceLock()) {
    app.quit()
    return
  }
  declareSchemes()
  void app.whenReady().then(run)
}

/** What the command line asks for wins: whatever loads a checkout into Electron may have named the profile after the package. */
function keepWantedProfile(): void {
  const wanted = app.commandLine.getSwitchValue('user-data-dir')
  if (wanted !== '') app.setPath('userData', path.resolve(wanted))
}

function run(): void {
  mkdirSync(app.getPath('userData'), { recursive: true })
  const state = new StateFile(path.join(app.getPath('userData'), 'state.json'))
  const recent: RecentProjects = {
    list: () => state.read().recent,
    opened: (folder, name) => {
      state.opened(folder, name)
    },
    seen: (folder, what) => {
      state.seen(folder, what)
    },
    person: () => state.read().preferences.person || personName(),
    outlineModel: () => state.read().preferences.outlineModel,
  }
  const host = new ProjectHost(recent, printPdf)
  servePage(path.join(__dirname, '../renderer'))
  servePictures({
    display: (id) => host.bench.thumbnails.display(id),
    channel: (id, channel) => host.bench.thumbnails.channel(id, channel),
    thumbnail: (id) => host.bench.thumbnails.thumbnail(id),
    tile: (id, place, signal) => host.bench.thumbnails.tile(id, place, signal),
    map: (place) => resultMapFile(host.bench.project, place),
  })
  const window = createWindow({ preload: path.join(__dirname, '../preload/index.cjs'), state, theme: state.read().preferences.theme })
  const emit = wire(window, host, state)
  app.on('second-instance', () => {
    comeForward(window)
  })
  endWell(window, host, () => emit('leaving', {}))
  void openNamed(window, host).then(() => {
    showPage(window)
  })
}

function comeForward(window: BrowserWindow): void {
  // Closed already, while the project is still being put away: the start is made up for afterwards.
  if (window.isDestroyed()) {
    app.relaunch()
    return
  }
  if (window.isMinimized()) window.restore()
  window.focus()
}

/** Opens the project that the command line names before the page is loaded, which then finds it open. */
async function openNamed(window: BrowserWindow, host: ProjectHost): Promise<void> {
  const folder = namedProject(process.argv)
  if (folder === null) return
  try {
    await host.projectHandlers().open({ folder })
  } catch (thrown) {
    const { message, hint } = toErrorInfo(thrown)
    // Not waited for: the start screen is there behind it.
    void dialog.showMessageBox(window, { type: 'warning', message, ...(hint === undefined ? {} : { detail: hint }) })
  }
}

/** The three services of the window, on its one channel. */
function wire(window: BrowserWindow, host: ProjectHost, state: StateFile): EmitterOf<typeof appContract> {
  const transport = windowTransport(window, APP_ORIGIN)
  const projects = serve(projectContract, host.projectHandlers(), transport)
  const work = serve(workContract, host.workHandlers(), transport)
  let shown = languageNow(state.read().preferences)
  const apply = (now: Preferences): void => {
    const { theme, keys, textSize } = now
    const language = languageNow(now)
    nativeTheme.themeSource = theme
    if (!window.isDestroyed()) window.webContents.setZoomFactor(textSize / 100)
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate((id) => emit('command', { id }), keys, language)))
    // The texts of the page are made while it loads. What was done is with main, and how it looks is kept on the way.
    if (language !== shown && !window.isDestroyed()) window.webContents.reload()
    shown = language
  }
  const { emit } = serve(appContract, appHandlers(window, state, apply), transport)
  host.connect(projects.emit, work.emit)
  apply(state.read().preferences)
  // A page that is loaded anew begins at 100 %.
  window.webContents.on('did-finish-load', () => {
    apply(state.read().preferences)
  })
  return emit
}

/** How long quitting waits for the window to store how the project looks, milliseconds. */
const VIEW_WAIT = 500

/** Quitting waits for the window's view, the engine's checkpoint and the database; a second request does not wait. */
function endWell(window: BrowserWindow, host: ProjectHost, tellLeaving: () => void): void {
  let closing = false
  app.on('window-all-closed', () => {
    app.quit()
  })
  app.on('before-quit', (event) => {
    if (closing || !host.isOpen) return
    closing = true
    event.preventDefault()
    const stored = window.isDestroyed() ? Promise.resolve() : host.viewStored(VIEW_WAIT)
    tellLeaving()
    void stored
      .then(() => host.close())
      .finally(() => {
        app.quit()
      })
  })
}
