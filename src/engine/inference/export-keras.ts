import { AppError } from '#shared/errors.ts'
import { readModelFile, readModelWeights } from '../data/model-folder.ts'
import { writeKerasWeights } from '../data/weight-files/write-keras.ts'
import type { AnyPreset } from '../models/any-preset.ts'
import { declareNetwork } from '../nn/declare-ops.ts'

/**
 * Writes the weights of the model in a folder for Keras, see writeKerasWeights. Throws AppError `model-part` where the model is no trained
 * network, and what `readModelWeights` says of a damaged one.
 */
export async function exportKeras(folder: string, file: string, presetOf: (name: string) => AnyPreset): Promise<void> {
  const model = await readModelFile(folder)
  const preset = model.foreign === null ? presetOf(model.preset) : null
  if (preset?.kind !== 'learned')
    throw new AppError('model-part', 'This model has no weights that Keras could load.', 'Nothing was written. Choose onnx or package.')
  const network = preset.network(model.classes.length)
  const weights = await readModelWeights(folder, model, network)
  await writeKerasWeights(file, weights, declareNetwork(network).parameters.map(({ name }) => name)) // prettier-ignore
}
