import { app, dialog } from 'electron'

// First of all: an error that nobody handles would open a modal box of Electron's own and leave the app hanging.
process.on('uncaughtException', (error) => {
  process.stderr.write(`slidewright: ${error.stack ?? error.message}\n`)
  if (app.isReady() && !process.env['CI']) {
    dialog.showErrorBox(
      'Slidewright has to close',
      `${error.message}\n\nYour labels are safe: each edit was stored when it was made. Start Slidewright again to go on.`,
    )
  }
  app.exit(1)
})

void import('./shell/start.ts').then(({ start }) => {
  start()
})
