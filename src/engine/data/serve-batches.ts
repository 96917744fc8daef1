import os from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '#shared/assert.ts'
import type { OwnColors } from '#shared/stains/stain-facts.ts'
import type { Truth } from '../models/preset.ts'
import { fillBatch, type RasterReader } from './fill-batch.ts'
import type { BatchReply, BatchTask, WorkerSettings } from './worker-protocol.ts'

/** Steps of niceness below the training step: it wins a contested core, yet the worker still gets about a quarter of one. */
const NICER = 5

type OnOwnColors = (path: string, why: OwnColors) => void

/** Answers the training process from within an image worker: decodes and varies images ahead of the training step, as long as the worker lives. */
export function serveBatches(readerFor: (settings: WorkerSettings, onOwnColors: OnOwnColors) => RasterReader): void {
  const port = must(parentPort, 'an image worker is started by the training process')
  const settings = workerData as WorkerSettings
  const ownColors: { path: string; why: OwnColors }[] = []
  const read = readerFor(settings, (path, why) => void ownColors.push({ path, why }))
  stepBack(settings)
  // One batch after the other, so that the next one due is always finished first.
  let line = Promise.resolve()
  port.on('message', (task: BatchTask) => {
    line = line.then(async () => {
      const reply = await fillBatch(task, settings, read).catch((thrown: unknown): BatchReply => failed(task, thrown))
      // Maps go over without being copied.
      port.postMessage({ ...reply, ownColors: ownColors.splice(0) } satisfies BatchReply, reply.truths.flatMap(mapsOf))
    })
  })
}

function failed({ index }: BatchTask, thrown: unknown): BatchReply {
  const failure = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return { index, truths: [], decoded: [], broken: [], failure }
}

function mapsOf(truth: Truth): ArrayBuffer[] {
  const maps = [
    ...('classes' in truth ? [truth.classes] : []),
    ...('distances' in truth ? [truth.distances] : []),
    ...('inside' in truth ? [truth.inside] : []),
  ]
  return maps.map(({ buffer }) => buffer as ArrayBuffer)
}

/** On Linux priority belongs to the thread; elsewhere it would slow the whole process, the training step included. */
function stepBack({ lowPriority }: WorkerSettings): void {
  if (process.platform !== 'linux' || !lowPriority) return
  try {
    os.setPriority(0, Math.min(19, os.getPriority(0) + NICER))
  } catch {
    // Not allowed here: slower training, nothing worse.
  }
}
