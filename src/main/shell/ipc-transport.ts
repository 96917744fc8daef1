import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron'
import { CHANNEL } from '#shared/ipc/channel.ts'
import type { Transport } from '#shared/ipc/transport.ts'

/** Only the window's own top frame, showing our own page, is heard. */
export function isTrusted(event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>, window: BrowserWindow, origin: string): boolean {
  const frame = event.senderFrame
  return event.sender.id === window.webContents.id && frame !== null && frame.parent === null && frame.url.startsWith(`${origin}/`)
}

/** Main's end of the channel to one window. */
export function windowTransport(window: BrowserWindow, origin: string): Transport {
  return {
    post(message) {
      if (!window.isDestroyed()) window.webContents.send(CHANNEL, message)
    },
    listen(listener) {
      const hear = (event: IpcMainEvent, message: unknown): void => {
        if (isTrusted(event, window, origin)) listener(message)
      }
      ipcMain.on(CHANNEL, hear)
      return () => {
        ipcMain.off(CHANNEL, hear)
      }
    },
    onClose(listener) {
      const hear = (): void => {
        listener('The window was closed.')
      }
      window.once('closed', hear)
      return () => {
        window.off('closed', hear)
      }
    },
  }
}
