import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import { must } from '#shared/assert.ts'
import type { LossFunction } from '../../training/step.ts'
import { withoutGradient } from '../without-gradient.ts'
import { assignCells } from './assignment.ts'
import { LOG_DISTANCE } from './box-coding.ts'
import { classColumns, generalizedOverlaps, withAxis } from './box-tensors.ts'
import { cellCentres, cellMaps } from './grid.ts'
import type { CellDetectorSettings } from './settings.ts'

/**
 * [ sum of binary cross-entropy(class score, soft target) + boxWeight * sum of target * (1 - GIoU) ] / sum of targets.
 * Targets come from `assignCells` on the present predictions, without a gradient. Cells in an ignored box that learn no label count for
 * nothing, as do all that lie where nothing is known. Fed: `cellTargets`.
 */
export function cellLoss(height: number, width: number, settings: CellDetectorSettings): LossFunction {
  const centres = cellCentres(cellMaps(height, width, settings.strides))
  return (outputs, fed) => {
    const logits = must(outputs['class'], 'class logits') as Tensor3D
    const predicted = predictedBoxes(must(outputs['box'], 'box outputs'), centres)
    const assigned = withoutGradient([logits, predicted], (l, p) => assign(l as Tensor3D, p as Tensor3D, fed, centres, settings))
    const [target, kind, boxes] = tf.split(assigned, [1, 1, 4], 2) as [Tensor3D, Tensor3D, Tensor3D]
    const total = tf.maximum(tf.sum(target), 1)
    const learned = tf.mul(classColumns(tf.cast(tf.squeeze(kind, [2]), 'int32') as Tensor2D, logits.shape[2]), target)
    const weights = tf.maximum(withAxis(must(fed['weights'], 'cell weights'), 2), tf.cast(tf.greater(target, 0), 'float32'))
    // -z log s(x) - (1 - z) log(1 - s(x)) = softplus(x) - x z.
    const entropy = tf.sub(tf.softplus(logits), tf.mul(logits, learned))
    const classLoss = tf.div(tf.sum(tf.mul(entropy, weights)), total)
    const distance = tf.mul(tf.sub(1, generalizedOverlaps(predicted, boxes)), tf.squeeze(target, [2]))
    const boxLoss = tf.div(tf.mul(tf.sum(distance), settings.boxWeight), total)
    return { loss: tf.add(classLoss, boxLoss), 'loss/class': classLoss, 'loss/box': boxLoss }
  }
}

type Centres = ReturnType<typeof cellCentres>

/** Left, top, right and bottom [batch, cells, 4] in pixels of what the network puts out. */
function predictedBoxes(outputs: Tensor, { x, y, stride }: Centres): Tensor3D {
  const count = x.length
  const distances = tf.mul(tf.exp(tf.clipByValue(outputs, LOG_DISTANCE.least, LOG_DISTANCE.most)), tf.tensor(stride, [1, count, 1]))
  const corners = Float32Array.from({ length: 4 * count }, (_, i) => (i % 2 === 0 ? x : y)[Math.floor(i / 4)]!)
  return tf.add(tf.tensor(corners, [1, count, 4]), tf.mul(distances, tf.tensor([-1, -1, 1, 1], [1, 1, 4])))
}

function assign(
  logits: Tensor3D,
  predicted: Tensor3D,
  fed: Readonly<Record<string, Tensor>>,
  centres: Centres,
  settings: CellDetectorSettings,
): Tensor3D {
  const input = {
    scores: tf.sigmoid(logits),
    predicted,
    x: tf.tensor3d(centres.x, [1, 1, centres.x.length]),
    y: tf.tensor3d(centres.y, [1, 1, centres.y.length]),
    boxes: must(fed['boxes'], 'label boxes') as Tensor3D,
    classes: must(fed['classes'], 'label classes') as Tensor2D,
    real: must(fed['real'], 'which labels are real') as Tensor2D,
    home: must(fed['home'], 'homes of labels') as Tensor2D,
    inside: must(fed['inside'], 'cells that may learn') as Tensor2D,
  }
  return assignCells(input, settings.assignment)
}
