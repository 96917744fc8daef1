import { OnnxGraph } from '../../../src/engine/inference/onnx-model.ts'

// Graphs as other tools export them, so small that what they say can be worked out by hand.

/** Softmax of (2 x mean of the first channel, 0): NCHW, 32 pixels a side, with names as Ultralytics and others write them. */
export function classifierGraph(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const graph = new OnnxGraph()
  graph.input('pixels', [1, 3, 32, 32])
  const means = graph.node('ReduceMean', ['pixels'], { axes: [2, 3], keepdims: 0 })
  const logits = graph.node('MatMul', [means, graph.floats([2, 0, 0, 0, 0, 0], [3, 2])])
  graph.output(graph.node('Softmax', [logits], { axis: 1 }), 'probs', [1, 2])
  return graph.model('classifier', metadata)
}

/** Sigmoid of 20 x first channel - 10, at half the size: NCHW of any size. */
export function segmenterGraph(): Uint8Array {
  const graph = new OnnxGraph()
  graph.input('x', ['n', 3, 'h', 'w'])
  const half = graph.node('AveragePool', ['x'], { kernel_shape: [2, 2], strides: [2, 2] })
  const mask = graph.node('Conv', [half, graph.floats([20, 0, 0], [1, 3, 1, 1]), graph.floats([-10])])
  graph.output(graph.node('Sigmoid', [mask]), 'mask', ['n', 1, 'h2', 'w2'])
  return graph.model('segmenter', {})
}

/** Logits of background, of what is bright in the first channel, and in the second: NHWC of any size. */
export function layersGraph(): Uint8Array {
  const graph = new OnnxGraph()
  graph.input('x', [1, 'h', 'w', 3])
  const weights = graph.floats([0, 20, 0, 0, 0, 20, 0, 0, 0], [3, 3])
  const mask = graph.node('Add', [graph.node('MatMul', ['x', weights]), graph.floats([10, 0, 0])])
  graph.output(mask, 'classes', [1, 'h', 'w', 3])
  return graph.model('layers', {})
}

/** 64 pixels a side; as YOLOv8 gives them: two boxes of class 1 on one object, and one of class 0. Nothing of it depends on the picture. */
export function detectorGraph(): Uint8Array {
  const graph = new OnnxGraph()
  graph.input('images', [1, 3, 64, 64])
  const found = [[32, 32, 12, 12, 0, 0.6], [32.5, 32, 12, 12, 0, 0.5], [10, 40, 6, 6, 0.25, 0]] // prettier-ignore
  // A table has more boxes than fields.
  const columns = [...found, ...Array.from({ length: 9 }, () => [5, 5, 2, 2, 0, 0])]
  const rows = [0, 1, 2, 3, 4, 5].flatMap((field) => columns.map((box) => box[field]!))
  const nothing = graph.node('Mul', [graph.node('ReduceMean', ['images'], { axes: [1, 2, 3], keepdims: 0 }), graph.floats([0])])
  graph.output(graph.node('Add', [graph.floats(rows, [1, 6, columns.length]), nothing]), 'output0', [1, 6, columns.length])
  return graph.model('detector', { names: "{0: 'WBC', 1: 'RBC'}", imgsz: '[64, 64]', stride: '32', task: 'detect' })
}

/** Two inputs. */
export function pairGraph(): Uint8Array {
  const graph = new OnnxGraph()
  graph.input('a', [1, 3, 32, 32])
  graph.input('b', [1, 3, 32, 32])
  graph.output(graph.node('ReduceMean', [graph.node('Add', ['a', 'b'])], { axes: [2, 3], keepdims: 0 }), 'out', [1, 3])
  return graph.model('pair', {})
}
