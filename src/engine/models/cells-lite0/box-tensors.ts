import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'

// Arithmetic of boxes as tensors [..., 4]: left, top, right, bottom. Leading axes broadcast; no function reads anything back.

/** The four sides, each [..., 1]. */
export function sides(boxes: Tensor): [Tensor, Tensor, Tensor, Tensor] {
  return tf.split(boxes, 4, -1) as [Tensor, Tensor, Tensor, Tensor]
}

interface Overlap {
  readonly iou: Tensor
  readonly union: Tensor
  readonly sides: { readonly a: readonly Tensor[]; readonly b: readonly Tensor[] }
}

function overlap(a: Tensor, b: Tensor): Overlap {
  const [al, at, ar, ab] = sides(a)
  const [bl, bt, br, bb] = sides(b)
  const width = tf.relu(tf.sub(tf.minimum(ar, br), tf.maximum(al, bl)))
  const height = tf.relu(tf.sub(tf.minimum(ab, bb), tf.maximum(at, bt)))
  const shared = tf.mul(width, height)
  const areas = tf.add(tf.mul(tf.sub(ar, al), tf.sub(ab, at)), tf.mul(tf.sub(br, bl), tf.sub(bb, bt)))
  // Boxes that are both empty (padding) overlap by 0, not by 0 / 0.
  const union = tf.maximum(tf.sub(areas, shared), 1e-9)
  return { iou: tf.div(shared, union), union, sides: { a: [al, at, ar, ab], b: [bl, bt, br, bb] } }
}

/** Intersection over union, the last axis dropped. */
export function overlaps(a: Tensor, b: Tensor): Tensor {
  return tf.squeeze(overlap(a, b).iou, [-1])
}

/** Generalised IoU (Rezatofighi et al., CVPR 2019), -1 to 1, the last axis dropped. */
export function generalizedOverlaps(a: Tensor, b: Tensor): Tensor {
  const { iou, union, sides: corners } = overlap(a, b)
  const [al, at, ar, ab] = corners.a as [Tensor, Tensor, Tensor, Tensor]
  const [bl, bt, br, bb] = corners.b as [Tensor, Tensor, Tensor, Tensor]
  const width = tf.sub(tf.maximum(ar, br), tf.minimum(al, bl))
  const height = tf.sub(tf.maximum(ab, bb), tf.minimum(at, bt))
  const hull = tf.maximum(tf.mul(width, height), 1e-9)
  return tf.squeeze(tf.sub(iou, tf.div(tf.sub(hull, union), hull)), [-1])
}

/** x^n for a whole n >= 1, by multiplication (a third of the time of pow). */
export function power(x: Tensor, n: number): Tensor {
  if (n === 1) return x
  const half = power(x, Math.floor(n / 2))
  const even = tf.mul(half, half)
  return n % 2 === 0 ? even : tf.mul(even, x)
}

/** The same numbers with an axis of length 1 put in. By reshape, because tfjs-node's expandDims names no type and so can't be traced. */
export function withAxis(x: Tensor, axis: number): Tensor {
  return tf.reshape(x, x.shape.toSpliced(axis, 0, 1))
}

/** values[b, indices[b, ...]] for values [batch, rows] or [batch, rows, width]; indices are whole numbers of any type. */
export function pickRows(values: Tensor, indices: Tensor): Tensor {
  const [batch, rows, ...rest] = values.shape as [number, number, ...number[]]
  const starts = tf.reshape(tf.mul(tf.range(0, batch), rows), [batch, ...indices.shape.slice(1).map(() => 1)])
  const flat = tf.cast(tf.add(tf.cast(indices, 'float32'), starts), 'int32')
  // gatherND, because tfjs-node's gather reads its indices back, which a traced step may not.
  const picked = tf.gatherND(tf.reshape(values, [batch * rows, ...rest]), tf.reshape(flat, [-1, 1]))
  return tf.reshape(picked, [...indices.shape, ...rest])
}

/** A column a class, 1 in that of each index, which is 0 or more; int32. Of a single class too, which `tf.oneHot` refuses. */
export function classColumns(indices: Tensor2D, classes: number): Tensor3D {
  if (classes > 1) return tf.oneHot(indices, classes) as Tensor3D
  return withAxis(tf.cast(tf.equal(indices, 0), 'int32'), 2) as Tensor3D
}
