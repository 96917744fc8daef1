import { readFile } from 'node:fs/promises'
import type { ModelDescription } from '#shared/contracts/engine.ts'
import { AppError } from '#shared/errors.ts'
import { describeForeign } from '../foreign/describe-foreign.ts'
import { checkedOnnx, foreignGraphBytes, readModelFile, readModelWeights } from '../data/model-folder.ts'
import type { AnyPreset } from '../models/any-preset.ts'
import { declareNetwork } from '../nn/declare-ops.ts'
import { memoryArrays } from '../tasks/patch-memory.ts'
import { openOnnxSession } from './onnx-session.ts'

/**
 * What a model folder takes and gives. All that a prediction relies on is checked: model.json, the preset, every array of the weights, and
 * that ONNX Runtime opens the graph. Throws AppError `no-model`, `model-damaged`, `model-newer`, `model-unreadable` or `unknown-preset`.
 */
export async function describeModel(folder: string, presetOf: (name: string) => AnyPreset): Promise<ModelDescription> {
  const file = await readModelFile(folder)
  if (file.foreign !== null) return describeForeign(await foreignGraphBytes(folder, file), file)
  const preset = presetOf(file.preset)
  if (preset.task !== file.task)
    throw new AppError('model-damaged', `The model says that ${file.preset} is for ${file.task}, which it is not.`)
  const network = preset.kind === 'fitted' ? preset.network() : preset.network(file.classes.length)
  if (file.weightsSha256 !== null || preset.kind === 'fitted')
    await readModelWeights(folder, file, network, preset.kind === 'fitted' ? memoryArrays(preset) : [])
  const graph = await checkedOnnx(folder, file)
  if (graph === null && (file.onnxSha256 !== null || file.weightsSha256 === null))
    throw new AppError('model-damaged', 'The graph of the model is missing or was changed.')
  if (graph !== null) await (await openOnnxSession(await readFile(graph), { threads: 1 })).dispose()
  const { channels, multiple, fixedSize } = network
  const outputs = Object.entries(declareNetwork(network).outputs).map(([name, shape]) => ({ name, shape: [...shape] }))
  return { task: file.task, preset: file.preset, classes: file.classes, input: { channels, multiple, fixedSize }, outputs }
}
