import { parentPort } from 'node:worker_threads'
import { must } from '#shared/assert.ts'
import { toErrorInfo } from '#shared/errors.ts'
import { openHdf5Weights } from './hdf5-weights.ts'
import type { KerasReply, KerasRequest } from './keras-protocol.ts'
import type { WeightFile } from './weight-file.ts'

// Entry of the thread that reads one HDF5 file.

const port = must(parentPort, 'a reader of weights is started by the engine')
let opened: WeightFile | null = null

port.on('message', (request: KerasRequest) => {
  void answer(request)
    .catch((thrown: unknown): KerasReply => ({ kind: 'failed', error: toErrorInfo(thrown) }))
    .then((reply) => {
      port.postMessage(reply, reply.kind === 'numbers' ? [reply.data.buffer] : [])
    })
})

async function answer(request: KerasRequest): Promise<KerasReply> {
  if (request.kind === 'open') {
    opened = await openHdf5Weights(request.file)
    const arrays = [...opened.arrays].map(([name, { shape }]) => ({ name, shape }))
    return { kind: 'opened', arrays, skipped: opened.skipped }
  }
  const array = must(opened?.arrays.get(request.name), 'the array was told of')
  return { kind: 'numbers', data: Float32Array.from(await array.read()) }
}
