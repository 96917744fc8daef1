import process from 'node:process'
import sharp from 'sharp'
import { toErrorInfo } from '#shared/errors.ts'
import { stepBack } from '../../process/step-back.ts'
import { decoderError } from '../failure.ts'
import { writePyramid } from './write-pyramid.ts'

// Entry of the process that builds one pyramid: `<file> <folder>`. A process of its own because libvips can't be stopped midway, but a process
// can. What went wrong is said in one line of JSON on stderr. It ends when whoever started it goes away.

/** Steps of niceness: behind the window and behind a training. */
const NICER = 10

async function main(file: string, folder: string): Promise<void> {
  stepBack(NICER)
  sharp.cache(false)
  process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL')).resume()
  try {
    await writePyramid(file, folder)
    process.exit(0)
  } catch (thrown) {
    process.stderr.write(`${JSON.stringify(toErrorInfo(decoderError(file, thrown)))}\n`)
    process.exit(1)
  }
}

const [, , file = '', folder = ''] = process.argv
void main(file, folder)
