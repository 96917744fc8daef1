import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { readSafetensors, writeSafetensors } from '../data/weight-files/safetensors.ts'
import type { WeightArray, Weights } from '../nn/weights.ts'
import { type LoopState, loopState } from './loop-state.ts'
import type { StepState } from './step.ts'

/** All that is needed to go on exactly where a run stood. */
export interface Checkpoint {
  readonly state: StepState
  readonly loop: LoopState
}

const FORMAT = 1
/** Checkpoints on disk: the newest, and the one before, should the newest be damaged. */
const KEPT = 2
const content = z.object({ format: z.literal(FORMAT), job: z.string(), step: z.number().int(), loop: loopState })

/**
 * The checkpoints of one job, in a folder of their own. A checkpoint is one safetensors file (`weights/...`, `slots/...`; the loop's state
 * and a sha256 over all of it in the metadata), written whole or not at all; the one before is kept until the next is on disk. Weights of
 * the best validation are a file of their own, written only when they change.
 */
export class CheckpointFolder {
  readonly #folder: string
  readonly #job: string
  /** Files of best weights that the checkpoints on disk name, the newest last. */
  #named: (string | null)[] = []

  /** `job` tells what is trained (preset, data, settings): a checkpoint of another job is refused, not mistaken. */
  constructor(folder: string, job: string) {
    this.#folder = folder
    this.#job = job
  }

  async save({ state, loop }: Checkpoint): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const tensors = new Map([...prefixed('weights/', state.weights), ...prefixed('slots/', state.slots)])
    const checkpoint = JSON.stringify({ format: FORMAT, job: this.#job, step: state.step, loop })
    const digest = digestOf(tensors, checkpoint)
    await writeSafetensors(path.join(this.#folder, checkpointName(loop.step)), tensors, { checkpoint, digest })
    this.#named = [...this.#named, loop.best?.file ?? null].slice(-KEPT)
    await this.#tidy()
  }

  /** Keeps the weights of a validation; the name goes into the loop's state. */
  async saveBest(weights: Weights, epoch: number): Promise<string> {
    await mkdir(this.#folder, { recursive: true })
    const file = `best-${epoch}.safetensors`
    await writeSafetensors(path.join(this.#folder, file), weights, { digest: digestOf(weights, String(epoch)) })
    return file
  }

  /** Throws AppError `checkpoint-damaged` where the file is not what was saved. */
  async loadBest(file: string, epoch: number): Promise<Weights> {
    const { weights, metadata } = await readSafetensors(path.join(this.#folder, path.basename(file)))
    if (metadata['digest'] !== digestOf(weights, String(epoch))) throw damaged(file)
    return weights
  }

  /**
   * The newest checkpoint that is intact, null where there is none. One whose best weights are damaged is taken only where no other is
   * left, and then without them. Throws AppError `other-job` where the folder belongs to another training.
   */
  async load(): Promise<Checkpoint | null> {
    const intact: Checkpoint[] = []
    for (const file of await this.#files()) {
      const checkpoint = await this.#read(file)
      if (!checkpoint) await this.#setAside(file)
      if (checkpoint && (await this.#hasBest(checkpoint.loop))) return this.#taken(checkpoint)
      if (checkpoint) intact.push(checkpoint)
    }
    const [newest] = intact
    return newest ? this.#taken(withoutBest(newest)) : null
  }

  /** Removes all checkpoints: the job is done. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** A damaged file must not count as one of the two that are kept. */
  async #setAside(file: string): Promise<void> {
    await rename(path.join(this.#folder, file), path.join(this.#folder, `damaged-${file}`)).catch(() => undefined)
  }

  #taken(checkpoint: Checkpoint): Checkpoint {
    this.#named = [checkpoint.loop.best?.file ?? null]
    return checkpoint
  }

  /** Null where the file is damaged. */
  async #read(file: string): Promise<Checkpoint | null> {
    const read = await readSafetensors(path.join(this.#folder, file)).catch(() => null)
    const text = read?.metadata['checkpoint']
    if (!read || text === undefined || read.metadata['digest'] !== digestOf(read.weights, text)) return null
    const parsed = content.safeParse(JSON.parse(text))
    if (!parsed.success) return null
    if (parsed.data.job !== this.#job) throw otherJob()
    const part = (prefix: string): Weights => unprefixed(prefix, read.weights)
    return { state: { weights: part('weights/'), slots: part('slots/'), step: parsed.data.step }, loop: parsed.data.loop }
  }

  async #hasBest({ best }: LoopState): Promise<boolean> {
    if (!best) return true
    return this.loadBest(best.file, best.epoch).then(
      () => true,
      () => false,
    )
  }

  /** Checkpoint files, newest first. */
  async #files(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names.filter((name) => stepOf(name) !== null).sort((a, b) => (stepOf(b) ?? 0) - (stepOf(a) ?? 0))
  }

  /** Keeps the two newest checkpoints and the best weights that they could name; removes what a crash left half-written. */
  async #tidy(): Promise<void> {
    const checkpoints = await this.#files()
    const names = await readdir(this.#folder)
    const bests = names.filter((name) => numberIn(/^best-(\d+)\.safetensors$/, name) !== null && !this.#named.includes(name))
    const leftovers = names.filter((name) => name.endsWith('.tmp'))
    for (const name of [...checkpoints.slice(KEPT), ...bests, ...leftovers]) await rm(path.join(this.#folder, name), { force: true })
  }
}

const checkpointName = (step: number): string => `step-${String(step).padStart(9, '0')}.safetensors`
const stepOf = (name: string): number | null => numberIn(/^step-(\d+)\.safetensors$/, name)

function numberIn(pattern: RegExp, name: string): number | null {
  const digits = pattern.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

function prefixed(prefix: string, weights: Weights): [string, WeightArray][] {
  return [...weights].map(([name, array]) => [prefix + name, array])
}

function unprefixed(prefix: string, weights: Weights): Weights {
  return new Map([...weights].filter(([name]) => name.startsWith(prefix)).map(([name, array]) => [name.slice(prefix.length), array]))
}

function withoutBest({ state, loop }: Checkpoint): Checkpoint {
  const note = say('The best weights so far were damaged on disk; the best is sought anew from here.')
  return { state, loop: { ...loop, best: null, notes: [...loop.notes, note] } }
}

/** sha256 over the text and the names, shapes and bytes of all arrays. */
function digestOf(weights: Weights, text: string): string {
  const hash = createHash('sha256').update(text)
  for (const [name, { shape, data }] of weights) {
    hash.update(`${name}[${shape.join()}]`).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}

function damaged(file: string): AppError {
  return new AppError('checkpoint-damaged', `${file} is damaged.`)
}

function otherJob(): AppError {
  return new AppError(
    'other-job',
    'The folder holds the checkpoint of another training: its preset, images, labels or settings were different.',
    'Start the training in a new folder, or with the settings it was begun with.',
  )
}
