import type { JobLabel, JobSample } from '#shared/contracts/job.ts'
import { imageId } from '#shared/records/ids.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import type { Look } from '../../../src/engine/tasks/engine-task.ts'

// Weights under test without weights: images of one grey, read by their path, and a session that answers by what it sees.

/** A sample whose picture is of this grey, 0..255; below 0 it cannot be read. */
export function grey(value: number, labels: readonly JobLabel[]): JobSample {
  const name = `grey-${value}-${labels.map(({ classIndex }) => classIndex).join('-')}`
  return { id: imageId.parse(name), path: String(value), width: 8, height: 8, labels: [...labels] }
}

export const readGrey: Look['read'] = (file) => {
  const value = Number(file)
  if (value < 0) return Promise.reject(new Error('no picture'))
  return Promise.resolve({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(value) })
}

/** Its logits are made of the grey of the input. */
export function sessionOf(logits: (value: number) => number[]): InferenceSession {
  return {
    runtime: 'test',
    run: (pixels, batch) => {
      const data = Float32Array.from(logits(Math.round(pixels[0]!)))
      return Promise.resolve({ logits: { shape: [batch, data.length], data } })
    },
    dispose: () => Promise.resolve(),
  }
}
