import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { fromErrorInfo } from '#shared/errors.ts'
import type { KerasReply, KerasRequest } from './keras-protocol.ts'
import { unreadable } from './number-formats.ts'
import type { StoredArray, WeightFile } from './weight-file.ts'

/** Seconds in which an answer must come: the largest of sound files take a few. */
const LIMIT = 60

/**
 * Opens the weights of a Keras model in HDF5, see openHdf5Weights. The library reads in a thread of its own, since a file that is damaged in
 * just the wrong place can make it end or never answer: then the thread is ended and the file is refused. Throws AppError
 * `weights-unreadable`.
 */
export async function openKerasFile(file: string, seconds = LIMIT): Promise<WeightFile> {
  const reader = new HdfThread(path.basename(file), seconds)
  try {
    const opened = await reader.ask({ kind: 'open', file })
    if (opened.kind !== 'opened') throw unreadable(`${path.basename(file)} cannot be read.`)
    const arrays = opened.arrays.map(({ name, shape }): [string, StoredArray] => [name, { shape, read: () => reader.numbers(name) }])
    return { format: 'keras', arrays: new Map(arrays), skipped: opened.skipped, close: () => reader.close() }
  } catch (error) {
    await reader.close()
    throw error
  }
}

/** The thread that reads one file. Questions are answered one after the other. */
class HdfThread {
  readonly #worker = new Worker(entry())
  readonly #file: string
  readonly #seconds: number
  #line: Promise<unknown> = Promise.resolve()
  #gone: string | null = null

  constructor(file: string, seconds: number) {
    this.#file = file
    this.#seconds = seconds
    // Said again to whoever asks next.
    this.#worker.on('error', (error) => {
      this.#gone = error.message
    })
  }

  async numbers(name: string): Promise<Float32Array> {
    const reply = await this.ask({ kind: 'read', name })
    if (reply.kind === 'numbers') return reply.data
    throw unreadable(`${this.#file} is damaged: "${name}" cannot be read.`)
  }

  ask(request: KerasRequest): Promise<KerasReply> {
    const asked = this.#line.then(() => this.#answer(request))
    this.#line = asked.catch(() => undefined)
    return asked
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #answer(request: KerasRequest): Promise<KerasReply> {
    if (this.#gone !== null) throw this.#damaged()
    return new Promise<KerasReply>((resolve, reject) => {
      const settle = (act: () => void) => (): void => {
        clearTimeout(timer)
        this.#worker.off('message', heard).off('error', broken).off('exit', broken)
        act()
      }
      const heard = (reply: KerasReply): void => {
        settle(() => { if (reply.kind === 'failed') reject(fromErrorInfo(reply.error)); else resolve(reply) })() // prettier-ignore
      }
      const broken = settle(() => { reject(this.#damaged()) }) // prettier-ignore
      const timer = setTimeout(() => {
        this.#gone = 'no answer'
        void this.#worker.terminate()
        broken()
      }, this.#seconds * 1000)
      this.#worker.on('message', heard).on('error', broken).on('exit', broken)
      this.#worker.postMessage(request)
    })
  }

  #damaged(): Error {
    this.#gone ??= 'ended'
    return unreadable(`${this.#file} is damaged: HDF5 cannot read it.`, 'Try to fetch the file again.')
  }
}

/** From sources the module beside this one; in the bundle its entry, seen from the engine's folder and from that of shared chunks alike. */
function entry(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './keras-worker.ts' : '../engine/keras-reader.cjs', import.meta.url)
}
