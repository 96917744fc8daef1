// Looks for its channel only after that has closed, as a child does that is still loading its code. Run as a child process.
import { createProcessTransport } from '../../src/process/process-transport.ts'

const HEARD = 3

process.once('disconnect', () => {
  setTimeout(() => {
    createProcessTransport().onClose(() => process.exit(HEARD))
  }, 10)
})
process.send?.('ready')
