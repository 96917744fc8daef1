import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { CHANNEL, type Bridge } from '#shared/ipc/channel.ts'

// The whole of what the window can reach: posting and hearing envelopes, and the path of a dropped file. Main parses every payload.
const bridge: Bridge = {
  post: (message) => {
    ipcRenderer.send(CHANNEL, message)
  },
  listen: (listener) => {
    // contextBridge wraps functions, so removing by the caller's own function could never match: the remover is handed out instead.
    const hear = (_event: unknown, message: unknown): void => {
      listener(message)
    }
    ipcRenderer.on(CHANNEL, hear)
    return () => {
      ipcRenderer.off(CHANNEL, hear)
    }
  },
  pathOf: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
}

contextBridge.exposeInMainWorld('slidewright', bridge)
