import { outlinerContract } from '#shared/contracts/outliner.ts'
import { serve } from '#shared/ipc/proxy.ts'
import { createProcessTransport } from '../../process/process-transport.ts'
import { stepBack } from '../../process/step-back.ts'
import { Outliner } from './outliner.ts'

// Entry of the process that runs a person's own model for the smart outline. It ends when main goes away, whatever it is doing.

/** Steps of niceness: behind the window, before a training. */
const NICER = 2
/** Exit code where something broke that nothing could catch. */
const BROKEN = 70

function main(): void {
  stepBack(NICER)
  const transport = createProcessTransport()
  serve(outlinerContract, new Outliner().handlers(), transport)
  // Not exit(): that would wait for a network at work, and there is nothing to save.
  transport.onClose(() => process.kill(process.pid, 'SIGKILL'))
}

process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`)
  process.exit(BROKEN)
})

main()
