import os from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '#shared/assert.ts'
import { readRaster } from '../../imaging/read.ts'
import { inTime } from '../../imaging/time-limit.ts'
import type { Truth } from '../models/preset.ts'
import { fillBatch } from './fill-batch.ts'
import type { BatchReply, BatchTask, WorkerSettings } from './worker-protocol.ts'

// Entry of an image worker: decodes and varies images ahead of the training step.

/** Steps of niceness below the training step: it wins a contested core, yet the worker still gets about a quarter of one. */
const NICER = 5

const readInTime = inTime(readRaster)
const port = must(parentPort, 'an image worker is started by the training process')
const settings = workerData as WorkerSettings
stepBack()

// One batch after the other, so that the next one due is always finished first.
let line = Promise.resolve()
port.on('message', (task: BatchTask) => {
  line = line.then(() => work(task))
})

async function work(task: BatchTask): Promise<void> {
  const reply = await fillBatch(task, settings, readInTime).catch((thrown: unknown): BatchReply => {
    const failure = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    return { index: task.index, truths: [], decoded: [], broken: [], failure }
  })
  // Maps go over without being copied.
  port.postMessage(reply, reply.truths.flatMap(mapsOf))
}

function mapsOf(truth: Truth): ArrayBuffer[] {
  const maps = [...('classes' in truth ? [truth.classes] : []), ...('distances' in truth ? [truth.distances] : [])]
  return maps.map(({ buffer }) => buffer as ArrayBuffer)
}

/** On Linux priority belongs to the thread; elsewhere it would slow the whole process, the training step included. */
function stepBack(): void {
  if (process.platform !== 'linux' || !settings.lowPriority) return
  try {
    os.setPriority(0, Math.min(19, os.getPriority(0) + NICER))
  } catch {
    // Not allowed here: slower training, nothing worse.
  }
}
