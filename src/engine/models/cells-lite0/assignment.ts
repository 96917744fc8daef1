import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import { classColumns, overlaps, pickRows, power, sides, withAxis } from './box-tensors.ts'
import type { AssignmentSettings } from './settings.ts'

/** Predicted boxes and class scores, and the labels of a batch. Boxes are left, top, right, bottom in pixels. */
export interface AssignmentInput {
  /** [batch, cells, classes], 0..1. */
  readonly scores: Tensor3D
  /** [batch, cells, 4]. */
  readonly predicted: Tensor3D
  /** Centres of the cells, [1, 1, cells] each. */
  readonly x: Tensor3D
  readonly y: Tensor3D
  /** [batch, labels, 4]. */
  readonly boxes: Tensor3D
  /** [batch, labels] int32. */
  readonly classes: Tensor2D
  /** [batch, labels], 0 for padding. */
  readonly real: Tensor2D
  /** [batch, labels] int32: a cell of the label's own, or -1. */
  readonly home: Tensor2D
  /** [batch, cells]: 0 where a cell may learn nothing. */
  readonly inside: Tensor2D
}

/** Most numbers in one [batch, labels, cells] tensor: labels are worked off in parts where there are more (16 MB each). */
const MAX_DENSE = 2 ** 22
/** Stands for an alignment too small for float32; 0 means "no candidate". */
const LEAST_ALIGNMENT = 1e-30

/**
 * Task-aligned assignment (Feng et al., "TOOD", ICCV 2021) with fixed shapes and without reading anything back, so that a training step
 * can be traced into a graph. Candidates of a label are the cells whose centre lies in it and which may learn; the top k by t = score^a * IoU^b want it; a
 * cell that wants several labels goes to the one that its box overlaps most; a label left without a cell takes its home. The class target
 * of a cell is t / max t of the label * its max IoU, at least `minTarget`.
 * Gives [batch, cells, 6]: class target (0 where a cell learns no label), class index, and the label's box.
 */
export function assignCells(input: AssignmentInput, settings: AssignmentSettings): Tensor3D {
  const [batch, labels] = input.real.shape
  const cells = input.scores.shape[1]
  const roots = tf.pow(input.scores, settings.scorePower) as Tensor3D
  const size = Math.max(1, Math.min(labels, Math.floor(MAX_DENSE / (batch * cells))))
  let claims: Claims = { iou: tf.zeros([batch, cells]), label: tf.zeros([batch, cells]) }
  const tops: Tensor3D[] = []
  for (let from = 0; from < labels; from += size) {
    const part = claimsOf(labelRange(input, from, Math.min(size, labels - from)), roots, settings)
    claims = bestOf(claims, { iou: part.iou, label: tf.add(part.label, from) })
    tops.push(part.top)
  }
  const top = tf.concat(tops, 1)
  return targetsOf(withHomes(claims.label as Tensor2D, top, input), top, input, roots, settings)
}

/** Per cell [batch, cells] the best IoU with a label that it wants, and that label's number: 1 for the first. No label: IoU 0. */
interface Claims {
  readonly iou: Tensor
  readonly label: Tensor
}

function bestOf(a: Claims, b: Claims): Claims {
  const second = tf.greater(b.iou, a.iou)
  return { iou: tf.where(second, b.iou, a.iou), label: tf.where(second, b.label, a.label) }
}

/** The same with `count` labels from `from` on. */
function labelRange(input: AssignmentInput, from: number, count: number): AssignmentInput {
  if (count === input.real.shape[1]) return input
  const flat = (x: Tensor2D) => tf.slice(x, [0, from], [-1, count])
  return {
    ...input,
    boxes: tf.slice(input.boxes, [0, from, 0], [-1, count, -1]),
    classes: flat(input.classes),
    real: flat(input.real),
    home: flat(input.home),
  }
}

/** Claims, and the top k cells of each label [batch, labels, k] int32 (cells that are no candidates fill up what is missing). */
function claimsOf(input: AssignmentInput, roots: Tensor3D, settings: AssignmentSettings): Claims & { readonly top: Tensor3D } {
  const cells = input.scores.shape[1]
  const iou = overlaps(withAxis(input.boxes, 2), withAxis(input.predicted, 1))
  const kind = tf.cast(classColumns(input.classes, input.scores.shape[2]), 'float32')
  const aligned = tf.maximum(tf.mul(tf.matMul(kind as Tensor3D, roots, false, true), power(iou, settings.iouPower)), LEAST_ALIGNMENT)
  const alignment = tf.mul(aligned, candidates(input)) as Tensor3D
  const { values, indices } = tf.topk(alignment, Math.min(settings.topK, cells))
  const last = tf.slice(values, [0, 0, values.shape[2] - 1], [-1, -1, 1])
  const wanted = tf.greaterEqual(alignment, tf.maximum(last, LEAST_ALIGNMENT))
  const claimed = tf.mul(iou, tf.cast(wanted, 'float32'))
  const best = tf.max(claimed, 1, true)
  const numbers = tf.reshape(tf.range(1, input.real.shape[1] + 1), [1, -1, 1])
  const label = tf.max(tf.mul(tf.cast(tf.equal(claimed, best), 'float32'), numbers), 1)
  return { iou: tf.squeeze(best, [1]), label, top: indices as Tensor3D }
}

/** 1 where the centre of a cell that may learn lies in a real label, [batch, labels, cells]. */
function candidates({ boxes, real, inside, x, y }: AssignmentInput): Tensor {
  const [left, top, right, bottom] = sides(boxes)
  const across = tf.minimum(tf.sub(x, left), tf.sub(right, x))
  const along = tf.minimum(tf.sub(y, top), tf.sub(bottom, y))
  return tf.mul(tf.mul(tf.cast(tf.greater(tf.minimum(across, along), 0), 'float32'), withAxis(real, 2)), withAxis(inside, 1))
}

/** Labels of the cells [batch, cells] after every real label without a cell has taken its home, if it has one. */
function withHomes(label: Tensor2D, top: Tensor3D, { real, home }: AssignmentInput): Tensor2D {
  const [batch, labels] = real.shape
  const cells = label.shape[1]
  const numbers = tf.reshape(tf.range(1, labels + 1), [1, -1])
  const has = tf.max(tf.cast(tf.equal(pickRows(label, top), withAxis(numbers, 2)), 'float32'), 2)
  const homeless = tf.mul(tf.mul(real, tf.sub(1, has)), tf.cast(tf.greaterEqual(home, 0), 'float32'))
  const starts = tf.mul(tf.reshape(tf.range(0, batch), [-1, 1]), cells)
  const places = tf.cast(tf.add(tf.relu(tf.cast(home, 'float32')), starts), 'int32')
  // Homes are all different, so nothing is added up but zeros.
  const taken = tf.scatterND(tf.reshape(places, [-1, 1]), tf.reshape(tf.mul(homeless, numbers), [-1]), [batch * cells])
  const homes = tf.reshape(taken, [batch, cells])
  return tf.where(tf.greater(homes, 0), homes, label) as Tensor2D
}

function targetsOf(label: Tensor2D, top: Tensor3D, input: AssignmentInput, roots: Tensor3D, settings: AssignmentSettings): Tensor3D {
  const labels = input.real.shape[1]
  const learns = tf.cast(tf.greater(label, 0), 'float32')
  const index = tf.relu(tf.sub(label, 1))
  const kind = pickRows(input.classes, index)
  const boxes = pickRows(input.boxes, index)
  const iou = overlaps(input.predicted, boxes)
  const chosen = tf.cast(classColumns(kind as Tensor2D, roots.shape[2]), 'float32')
  const alignment = tf.maximum(tf.mul(tf.sum(tf.mul(roots, chosen), 2), power(iou, settings.iouPower)), LEAST_ALIGNMENT)
  // All cells of a label are among its top k and its home.
  const places = tf.concat([tf.cast(top, 'float32'), withAxis(tf.relu(tf.cast(input.home, 'float32')), 2)], 2)
  const mine = tf.cast(tf.equal(pickRows(label, places), tf.reshape(tf.range(1, labels + 1), [1, -1, 1])), 'float32')
  const most = (values: Tensor) => pickRows(tf.max(tf.mul(pickRows(values, places), mine), 2), index)
  const relative = tf.div(alignment, tf.maximum(most(alignment), LEAST_ALIGNMENT))
  const target = tf.mul(tf.maximum(tf.mul(relative, most(iou)), settings.minTarget), learns)
  return tf.concat([withAxis(target, 2), withAxis(tf.cast(kind, 'float32'), 2), boxes], 2) as Tensor3D
}
