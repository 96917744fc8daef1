import sharp from 'sharp'
import { picturesContract } from '#shared/contracts/pictures.ts'
import { serve } from '#shared/ipc/proxy.ts'
import { createProcessTransport } from '../process/process-transport.ts'
import { stepBack } from '../process/step-back.ts'
import { picturesHere } from './pictures.ts'

// Entry of the process that decodes pictures for main. It ends when main goes away, whatever it is doing.

/** Steps of niceness: behind the window, before a training. */
const NICER = 2
/** Exit code where something broke that nothing could catch. */
const BROKEN = 70

function main(): void {
  stepBack(NICER)
  // Each picture is read once. A cache would only hold files open, which Windows then refuses to rename.
  sharp.cache(false)
  const transport = createProcessTransport()
  serve(picturesContract, picturesHere(), transport)
  // Not exit(): that would wait for a decoder at work. There is nothing to save, pictures are put in their place whole.
  transport.onClose(() => process.kill(process.pid, 'SIGKILL'))
}

process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`)
  process.exit(BROKEN)
})

main()
