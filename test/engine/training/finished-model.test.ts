import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow } from '../../../src/engine/backends/tensorflow.ts'
import { initialWeights } from '../../../src/engine/nn/initialize.ts'
import { checkedGraph } from '../../../src/engine/training/finished-model.ts'
import { entryOf, MODEL_FIELD } from '../../../src/files/own-facts.ts'
import { fieldsOf } from '../../../src/files/protobuf.ts'
import { tinyNetwork } from '../nets.ts'

const network = tinyNetwork()
const weights = initialWeights(network, 1)

/** What the graph's file says in its metadata, and how far the graph is from TensorFlow.js. */
async function graph(scales: readonly (number | null)[]) {
  const samples = { classes: ['RBC', 'WBC'], train: scales.map((micronsPerPixel) => ({ micronsPerPixel })) }
  const { bytes, difference } = await checkedGraph({ network, preset: { name: 'tiny' }, samples }, weights)
  const entries = [...fieldsOf(bytes!)].filter(({ number }) => number === MODEL_FIELD.metadata)
  const said = entries.flatMap(({ value }) => (typeof value === 'number' ? [] : [entryOf(value)!]))
  return { said: Object.fromEntries(said) as Record<string, string>, difference }
}

describe('the graph of a finished training', () => {
  beforeAll(() => loadTensorflow())

  it('says classes, normalisation and micrometres a pixel, and how far it is from TensorFlow.js', async () => {
    const { said, difference } = await graph([0.25, 0.25])
    expect(said).toEqual({
      preset: 'tiny',
      classes: '["RBC","WBC"]',
      normalization: '{"mean":[127],"scale":[128],"inside":true}',
      micronsPerPixel: '0.25',
    })
    expect(difference).toBeLessThan(1e-5)
  })

  it('says no scale where the images differ in it or do not tell one', async () => {
    for (const scales of [[0.25, 0.5], [0.25, null], []])
      expect(Object.keys((await graph(scales)).said)).toEqual(['preset', 'classes', 'normalization'])
  })
})
