import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { modelId } from '#shared/records/ids.ts'
import { modelRecord } from '#shared/records/model.ts'
import { modelFile } from '#shared/records/model-file.ts'
import { createRandom } from '#shared/random.ts'
import { writeModelFolder } from '../../../src/engine/data/model-folder.ts'
import { exportOnnx } from '../../../src/engine/inference/onnx-export.ts'
import { createCellsLite0Preset } from '../../../src/engine/models/cells-lite0/preset.ts'
import { initialWeights } from '../../../src/engine/nn/initialize.ts'
import type { Workbench } from '../../../src/main/workbench/index.ts'

// A model that has learned nothing, for tests of what happens round a prediction: what it finds means nothing, but it is the same every time.

export const MODEL = modelId.parse('model-1')
const SIDE = 96

async function writeModel(folder: string, classes: readonly string[]): Promise<void> {
  const preset = createCellsLite0Preset()
  const network = preset.network(classes.length)
  const weights = initialWeights(network, 1)
  const facts = modelFile.omit({ format: true, weightsSha256: true, onnxSha256: true }).parse({
    ...{ task: 'detection', preset: preset.name, classes, normalization: network.normalization, inferenceSizes: [[SIDE, SIDE]] },
    ...{
      frame: { width: SIDE, height: SIDE },
      parameters: 1,
      onnxDifference: 0,
      best: null,
      metrics: {},
      backend: 'test',
      seed: 1,
      epochs: 0,
    },
    ...{ settings: {}, createdAt: '2026-01-01T00:00:00.000Z' },
  })
  await writeModelFolder(folder, weights, async (temporary) => {
    await writeFile(path.join(temporary, 'model.onnx'), exportOnnx(network, weights))
    return facts
  })
}

/** Pictures of noise, 96 pixels a side. */
export async function writeImages(folder: string, count: number): Promise<string[]> {
  const random = createRandom('cohort')
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const file = path.join(folder, `image-${i}.png`)
      const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.int(256))
      await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .png()
        .toFile(file)
      return file
    }),
  )
}

/** Puts the model into a project as if it had been trained there. */
export async function giveModel(bench: Workbench): Promise<void> {
  await mkdir(bench.project.paths.models, { recursive: true })
  await writeModel(
    path.join(bench.project.paths.models, MODEL),
    bench.classes().map(({ name }) => name),
  )
  const classes = bench.classes().map(({ id, name }) => ({ id, name }))
  bench.project.db.putModel(
    modelRecord.parse({
      ...{ id: MODEL, name: 'A', task: 'detection', preset: 'cells-lite0', classes, parent: null, settings: {}, dataHash: '' },
      ...{ trainImages: 1, valImages: 0, backend: '', epochs: 1, seconds: 1, secondsPerStep: 1, best: null, curves: [], metrics: {} },
      createdAt: '2026-01-01T00:00:00.000Z',
    }),
  )
}
