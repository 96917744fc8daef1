import { assertNever, must } from '#shared/assert.ts'
import { AppError } from '#shared/errors.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { bestOfEachObject } from '../models/best-boxes.ts'
import type { DecodeOptions, Detection } from '../models/detection-preset.ts'
import type { RawOutputs } from '../inference/session.ts'
import { classificationPredictor } from '../tasks/classification.ts'
import { detectionPredictor } from '../tasks/detection.ts'
import type { OpenedModel, Predictor } from '../tasks/engine-task.ts'
import { segmentationPredictor } from '../tasks/segmentation.ts'
import { FOUND } from './read-outputs.ts'

/** Boxes of one class that overlap by more than this are one object. */
const SAME_OBJECT_IOU = 0.6

/** Graphs that were made elsewhere, as the predictor of their task. @throws AppError `graph-unfit` for a task that knows none. */
export function foreignPredictor(models: readonly [OpenedModel, ...OpenedModel[]]): Predictor {
  const [{ file }] = models
  const { inferenceSizes } = file
  const { channels, multiple, fixed } = must(file.foreign, 'it was made elsewhere').input
  const sized = { inferenceSizes, network: () => ({ channels, multiple, fixedSize: fixed ? longest(file) : null }) }
  switch (file.task) {
    case 'classification':
      return classificationPredictor({ ...sized, head: null }, models)
    case 'segmentation':
      return segmentationPredictor({ ...sized, distances: false }, models)
    case 'detection':
      // The session pads to the size that the graph takes: a picture keeps its proportions.
      return detectionPredictor({ ...sized, network: () => ({ channels, multiple: 1, fixedSize: null }), decode, within: true }, models)
    case 'anomaly':
      throw new AppError('graph-unfit', 'Anomaly models from elsewhere cannot be used.')
    default:
      return assertNever(file.task)
  }
}

const longest = ({ inferenceSizes }: ModelFile): number => Math.max(...must(inferenceSizes[0], 'it has a size'))

function decode(outputs: RawOutputs, _index: number, { minScore, maxDetections, width, height }: DecodeOptions): Detection[] {
  const { data: boxes } = must(outputs[FOUND.boxes], 'boxes were read')
  const { data: scores, shape } = must(outputs[FOUND.scores], 'scores were read')
  const [count = 0, classes = 0] = shape
  const found: Detection[] = []
  for (let i = 0; i < count; i++) {
    const [left, top] = [Math.max(0, boxes[4 * i]!), Math.max(0, boxes[4 * i + 1]!)]
    const box = { x: left, y: top, width: Math.min(width, boxes[4 * i + 2]!) - left, height: Math.min(height, boxes[4 * i + 3]!) - top }
    if (!(box.width > 0 && box.height > 0)) continue
    for (let classIndex = 0; classIndex < classes; classIndex++) {
      const score = Math.min(1, scores[i * classes + classIndex]!)
      if (score >= minScore) found.push({ box, classIndex, score })
    }
  }
  return bestOfEachObject(found, SAME_OBJECT_IOU, maxDetections)
}
