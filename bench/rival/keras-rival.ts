import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { parameterCount } from '../../src/engine/nn/initialize.ts'
import { describeNetwork } from './describe-network.ts'
import type { BenchCase } from './cases.ts'

export interface Loaded {
  readonly trainable: number
  readonly total: number
  readonly keras: string
  readonly tensorflow: string
}

export interface Timed {
  readonly ms: readonly number[]
  readonly cpu: number
}

export type Filled = { readonly outputs: Readonly<Record<string, readonly number[]>> } | { readonly refused: string }

/** Python Keras in a process of its own, idle but for when it is asked. */
export class KerasRival {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface

  constructor(python: string) {
    this.#child = spawn(python, [path.join(import.meta.dirname, 'keras_rival.py')], { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#reader = createInterface({ input: this.#child.stdout! })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  /** Builds the same network. Throws Error where that has another number of parameters. */
  async load({ network, batch, height, width, lossName, targets, optimizer }: BenchCase, xla: boolean): Promise<Loaded> {
    const command = { do: 'load', network: describeNetwork(network), batch, height, width, loss: lossName, targets, optimizer, xla }
    const loaded = (await this.#ask(command)) as Loaded
    const counted = parameterCount(network)
    if (loaded.total !== counted.total || loaded.trainable !== counted.trainable)
      throw new Error(`Not the same network: ${JSON.stringify({ loaded, counted })}`)
    return loaded
  }

  /** Milliseconds of each of `steps` training steps, and the processor's milliseconds of one, all threads together. */
  async train(steps: number): Promise<Timed> {
    return (await this.#ask({ do: 'train', steps })) as Timed
  }

  /** Milliseconds of each of `runs` predictions of the loaded batch, by predict() and by the leaner predict_on_batch(). */
  async predict(runs: number): Promise<{ predict: number[]; onBatch: number[] }> {
    return (await this.#ask({ do: 'predict', runs })) as { predict: number[]; onBatch: number[] }
  }

  /** What the loaded network predicts of one picture once it is filled from a weight file, or why Keras did not take the file. */
  async predictWith(file: string, byName: boolean, pixels: Float32Array): Promise<Filled> {
    return (await this.#ask({ do: 'weights', file, by_name: byName, pixels: [...pixels] })) as Filled
  }

  close(): void {
    this.#reader.close()
    this.#child.kill()
  }

  async #ask(command: unknown): Promise<unknown> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('The rival ended; run bench/rival/keras_rival.py by hand to see why')
    return JSON.parse(value)
  }
}

/** The Python with Keras that was named on the command line (--python) or in KERAS_PYTHON. Says how to make one where there is none. */
export function kerasPython(): string {
  const at = process.argv.indexOf('--python')
  const python = at < 0 ? process.env['KERAS_PYTHON'] : process.argv[at + 1]
  if (python !== undefined && existsSync(python)) return python
  console.error('This bench needs Python Keras. Make one outside the repository, then name its Python:')
  console.error('  python3 -m venv ../keras && ../keras/bin/pip install tensorflow-cpu==2.21.0')
  console.error('  node bench/train-step.ts --python ../keras/bin/python')
  process.exit(2)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** `--name 5` on the command line, or the default. */
export function numberOption(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}

/** `--only name` on the command line: that case alone; `--all`: the large ones too. */
export function wanted({ name, large = false }: BenchCase): boolean {
  const at = process.argv.indexOf('--only')
  return at < 0 ? !large || process.argv.includes('--all') : process.argv[at + 1] === name
}
