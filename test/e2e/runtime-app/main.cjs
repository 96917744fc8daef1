// The smallest application that needs what Slidewright needs of its runtime: a sandboxed window, and SQLite in main.
const { app, BrowserWindow } = require('electron')
const Database = require('better-sqlite3')

const nativeBinding = process.env.SLIDEWRIGHT_SQLITE_BINDING
const database = new Database(':memory:', nativeBinding ? { nativeBinding } : {})
database.exec("create table cells (name text); insert into cells values ('platelet')")
const { name } = database.prepare('select name from cells').get()

app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 640, height: 480, webPreferences: { sandbox: true } })
  const script = `<script>
    const gl = document.createElement('canvas').getContext('webgl2')
    document.body.dataset.webgl = gl ? 'yes' : 'no'
    document.body.dataset.node = typeof process
  </script>`
  window.loadURL(`data:text/html,<title>probe</title><body><p>${name}</p>${encodeURIComponent(script)}`)
})
app.on('window-all-closed', () => app.quit())
