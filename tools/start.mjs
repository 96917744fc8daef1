// `npm start [-- <project>]`: set-up, a build when the sources are newer than the last one, then the window.
import { endOnSignals } from './setup/process.mjs'
import { setUp } from './setup/run.mjs'
import { openWindow } from './window.mjs'

endOnSignals()
try {
  process.exitCode = await openWindow(await setUp(), process.argv.slice(2))
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
