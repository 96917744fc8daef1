import * as tf from '@tensorflow/tfjs-core'
import { createRequire } from 'node:module'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type workerThreads from 'node:worker_threads'
import { requireHere } from './require.ts'

/** What we use of the package's own worker file. */
interface WorkerSource {
  readonly wasmWorkerContents: string
}

type WorkerArguments = ConstructorParameters<typeof workerThreads.Worker>

/**
 * Runs `start`, which starts the WebAssembly backend, in such a way that its threaded build comes up in Node (tfjs switches threads off
 * there, tfjs#3830). Three things have to be set right for the time of the start, and are put back afterwards: the module makes its
 * workers from a blob: address, which Node's Worker refuses; it tells them a blob as the script to load; and it takes half of the
 * processor's cores at most.
 */
export async function withThreads<T>(threads: number, start: () => Promise<T>): Promise<T> {
  const require = requireHere()
  const restoreWorker = replaceWorker(require)
  const { cpus } = os
  os.cpus = () => Array.from({ length: 2 * threads }, () => cpus()[0]!)
  try {
    tf.env().set('WASM_HAS_SIMD_SUPPORT', true)
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true)
    const wasm = require('@tensorflow/tfjs-backend-wasm') as { setThreadsCount(threads: number): void }
    wasm.setThreadsCount(threads)
    return await start()
  } finally {
    os.cpus = cpus
    restoreWorker()
  }
}

function replaceWorker(require: NodeJS.Require): () => void {
  const { source, main } = threadedBuild(require)
  const module = require('node:worker_threads') as { Worker: typeof workerThreads.Worker }
  const Original = module.Worker
  const started: workerThreads.Worker[] = []
  module.Worker = class extends Original {
    readonly #ofWasm: boolean

    constructor(...[address, options]: WorkerArguments) {
      const ofWasm = typeof address === 'string' && address.startsWith('blob:')
      if (ofWasm) super(source, { ...options, eval: true })
      else super(address, options)
      this.#ofWasm = ofWasm
      if (ofWasm) started.push(this)
    }

    override postMessage(...[message, transfer]: Parameters<workerThreads.Worker['postMessage']>): void {
      super.postMessage(this.#ofWasm && isLoadCommand(message) ? { ...message, urlOrBlob: main } : message, transfer)
    }
  }
  return () => {
    module.Worker = Original
    // Idle threads are no reason to keep the process.
    for (const worker of started) worker.unref()
  }
}

/** The worker's code, made fit to be evaluated, and the path of the script that it loads. */
function threadedBuild(require: NodeJS.Require): { source: string; main: string } {
  const folder = path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out')
  const main = path.join(folder, 'tfjs-backend-wasm-threaded-simd.js')
  if (!fs.existsSync(main)) throw new Error(`${main} is missing`)
  const { wasmWorkerContents } = createRequire(main)('./tfjs-backend-wasm-threaded-simd.worker.js') as WorkerSource
  // Evaluated code has no file name.
  return { source: wasmWorkerContents.replace(/\n/g, '\\n').replace('href:__filename', 'href:""'), main }
}

function isLoadCommand(message: unknown): message is { cmd: 'load' } {
  return typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'load'
}
