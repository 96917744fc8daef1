import { BrowserWindow, screen, shell } from 'electron'
import type { Preferences } from '#shared/contracts/app.ts'
import { APP_ORIGIN } from './protocols.ts'
import type { StateFile } from './state-file.ts'

const BACKGROUND = { dark: '#1b1b1b', light: '#f6f6f6' } as const
const MINIMUM = { width: 960, height: 600 }

/** Where the window stood last, if that is still on a screen. */
function bounds(state: StateFile): Electron.Rectangle | { width: number; height: number } {
  const last = state.read().window
  const area = screen.getPrimaryDisplay().workAreaSize
  const size = { width: Math.min(1440, area.width), height: Math.min(900, area.height) }
  if (!last) return size
  const seen = screen.getAllDisplays().some((display) => overlaps(display.workArea, last))
  return seen ? { x: last.x, y: last.y, width: last.width, height: last.height } : size
}

function overlaps(a: Electron.Rectangle, b: Electron.Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

export interface WindowOptions {
  readonly preload: string
  readonly state: StateFile
  readonly theme: Preferences['theme']
}

/** The one window, still empty: sandboxed, no Node, nothing but our own page, no permission granted. */
export function createWindow({ preload, state, theme }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...bounds(state),
    minWidth: MINIMUM.width,
    minHeight: MINIMUM.height,
    show: false,
    backgroundColor: theme === 'light' ? BACKGROUND.light : BACKGROUND.dark,
    title: 'Slidewright',
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  })
  if (state.read().window?.maximized) window.maximize()
  guard(window)
  remember(window, state)
  window.once('ready-to-show', () => {
    window.show()
  })
  return window
}

/** Loads the page; the window shows itself when there is something to see. */
export function showPage(window: BrowserWindow): void {
  if (!window.isDestroyed()) void window.loadURL(`${APP_ORIGIN}/`)
}

/** No navigation, no new windows, no permissions: the page is all there is. Links to our own documentation open in the browser. */
function guard(window: BrowserWindow): void {
  const { webContents } = window
  webContents.on('will-navigate', (event) => {
    // The page may show itself anew, and goes nowhere else.
    if (event.url !== webContents.getURL()) event.preventDefault()
  })
  webContents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith('https://')) void shell.openExternal(url)
    return { action: 'deny' }
  })
  webContents.session.setPermissionRequestHandler((_contents, permission, answer) => {
    answer(permission === 'fullscreen' || permission === 'clipboard-sanitized-write')
  })
}

function remember(window: BrowserWindow, state: StateFile): void {
  const save = (): void => {
    const normal = window.getNormalBounds()
    state.update({ window: { ...normal, maximized: window.isMaximized() } })
  }
  window.on('resized', save)
  window.on('moved', save)
  window.on('maximize', save)
  window.on('unmaximize', save)
  window.on('close', save)
}
