// A picture reader that breaks down over files called `deadly`, the first time only over those called `deadly once`, and never ends with `endless` ones. Run as a child process.
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { picturesContract } from '#shared/contracts/pictures.ts'
import { serve } from '#shared/ipc/proxy.ts'
import { picturesHere } from '../../../src/imaging/pictures.ts'
import { createProcessTransport } from '../../../src/process/process-transport.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function dieOf(file: string): Promise<void> {
  const name = path.basename(file)
  // Not at once, so that others are in work too.
  await pause(30)
  if (name.startsWith('deadly once') && existsSync(`${file}.died`)) return
  if (name.startsWith('endless')) await new Promise(() => undefined)
  if (!name.startsWith('deadly')) return
  writeFileSync(`${file}.died`, '')
  process.stderr.write('about to die\n')
  process.kill(process.pid, 'SIGSEGV')
  await pause(10_000)
}

const transport = createProcessTransport()
const here = picturesHere()
const header: typeof here.header = async (input) => {
  await dieOf(input.file)
  return here.header(input)
}
serve(picturesContract, { ...here, header }, transport)
transport.onClose(() => process.exit(0))
