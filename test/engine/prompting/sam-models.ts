import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { OnnxGraph, type OnnxDimension } from '../../../src/engine/inference/onnx-model.ts'

// Small models of the interface of Segment Anything, whose answers can be told beforehand. The encoder's embedding is how bright each
// 16 x 16 pixels are (channel 0 of 256, the rest nothing). The decoder draws what is darker than 128 within 160 pixels of a click inside,
// farther than 60 from a click outside, within a box; of the mask before it adds a quarter.

const CLICK_RADIUS = 160
const OUTSIDE_RADIUS = 60
/** What lies beyond the picture is padded by zeros after normalisation, or by nothing at all: no object reaches there. */
const THRESHOLD = 128

export interface SamModelOptions {
  /** `rows`: height x width x 3, prepared by the encoder itself. */
  readonly layout?: 'rows' | 'prepared'
  /** Masks of an answer: 1, or 4 of which each is drawn 20 logits less than the one before. */
  readonly masks?: 1 | 4
}

/** Writes `name.encoder.onnx` and `name.decoder.onnx`; gives their paths. */
export function writeSamModel(
  folder: string,
  name: string,
  { layout = 'rows', masks = 1 }: SamModelOptions = {},
): { encoder: string; decoder: string } {
  const [encoder, decoder] = [path.join(folder, `${name}.encoder.onnx`), path.join(folder, `${name}.decoder.onnx`)]
  writeFileSync(encoder, layout === 'rows' ? rowsEncoder() : preparedEncoder())
  writeFileSync(decoder, decoderBytes(masks))
  return { encoder, decoder }
}

const MEAN = [123.675, 116.28, 103.53]
const DEVIATION = [58.395, 57.12, 57.375]

function rowsEncoder(): Uint8Array {
  const graph = new OnnxGraph()
  const image = graph.input('input_image', ['image_height', 'image_width', 3])
  const first = graph.node('Unsqueeze', [graph.node('Transpose', [image], { perm: [2, 0, 1] }), graph.integers([0])])
  // Padded to 1024 x 1024: [0, 0, 0, 0, 0, 0, 1024 - height, 1024 - width].
  const shape = graph.node('Shape', [first])
  const pads = graph.node('Concat', [graph.integers([0, 0, 0, 0]), graph.node('Sub', [graph.integers([1, 3, 1024, 1024]), shape])], {
    axis: 0,
  })
  // Twice as bright as white: nothing dark lies beyond the picture.
  const padded = graph.node('Pad', [first, pads, graph.floats([512], [])])
  return encoder(graph, graph.node('ReduceMean', [padded], { axes: [1], keepdims: 1 }))
}

function preparedEncoder(): Uint8Array {
  const graph = new OnnxGraph()
  const image = graph.input('images', [1, 3, 1024, 1024])
  const spread = (values: readonly number[]): string => graph.floats(values, [1, 3, 1, 1])
  const pixels = graph.node('Add', [graph.node('Mul', [image, spread(DEVIATION)]), spread(MEAN)])
  return encoder(graph, graph.node('ReduceMean', [pixels], { axes: [1], keepdims: 1 }))
}

function encoder(graph: OnnxGraph, grey: string): Uint8Array {
  const cells = graph.node('AveragePool', [grey], { kernel_shape: [16, 16], strides: [16, 16] })
  const rest = graph.initializer('rest', () => ({ shape: [1, 255, 64, 64], data: new Float32Array(255 * 64 * 64) }))
  graph.output(graph.node('Concat', [cells, rest], { axis: 1 }), 'image_embeddings', [1, 256, 64, 64])
  return graph.model('encoder', {})
}

/** Middles of the 256 cells along a side, in pixels of the square. */
const MIDDLES = Array.from({ length: 256 }, (_, i) => 4 * i + 2)

function decoderBytes(masks: 1 | 4): Uint8Array {
  const graph = new OnnxGraph()
  const inputs: [string, OnnxDimension[]][] = [
    ['image_embeddings', [1, 256, 64, 64]],
    ['point_coords', [1, 'num_points', 2]],
    ['point_labels', [1, 'num_points']],
    ['mask_input', [1, 1, 256, 256]],
    ['has_mask_input', [1]],
    ['orig_im_size', [2]],
  ]
  for (const [name, shape] of inputs) graph.input(name, shape)
  const grey = graph.node('Slice', ['image_embeddings', graph.integers([0]), graph.integers([1]), graph.integers([1])])
  const dark = graph.node('Sub', [graph.floats([THRESHOLD], []), resized(graph, grey)])
  const drawn = graph.node('Min', [dark, allowed(graph)])
  const before = graph.node('Mul', [graph.node('Mul', ['mask_input', graph.floats([0.25], [])]), 'has_mask_input'])
  const one = graph.node('Add', [drawn, before])
  const low =
    masks === 1
      ? one
      : graph.node(
          'Concat',
          Array.from({ length: 4 }, (_, i) => graph.node('Sub', [one, graph.floats([20 * i], [])])),
          { axis: 1 },
        )
  // The second of four says that it is the surest.
  const scores = masks === 1 ? [0.9] : [0.99, 0.8, 0.6, 0.5]
  graph.output(graph.floats(scores, [1, masks]), 'iou_predictions', [1, masks])
  graph.output(low, 'low_res_masks', [1, masks, 256, 256])
  graph.output(low, 'masks', [1, masks, 'height', 'width'])
  return graph.model('decoder', {})
}

function resized(graph: OnnxGraph, cells: string): string {
  return graph.node('Resize', [cells, '', graph.floats([1, 1, 4, 4])], { mode: 'nearest', coordinate_transformation_mode: 'asymmetric' })
}

/** How far inside of what the points allow each cell is: [1, 1, 256, 256]. */
function allowed(graph: OnnxGraph): string {
  const columns = graph.floats(MIDDLES, [1, 1, 256])
  const rows = graph.floats(MIDDLES, [1, 256, 1])
  const axis = (at: number): string => {
    const slice = graph.node('Slice', ['point_coords', graph.integers([at]), graph.integers([at + 1]), graph.integers([2])])
    return graph.node('Reshape', [slice, graph.integers([-1, 1, 1])])
  }
  const label = graph.node('Reshape', ['point_labels', graph.integers([-1, 1, 1])])
  const [dx, dy] = [graph.node('Sub', [columns, axis(0)]), graph.node('Sub', [rows, axis(1)])]
  const far = graph.node('Sqrt', [graph.node('Add', [graph.node('Mul', [dx, dx]), graph.node('Mul', [dy, dy])])])
  const inside = graph.node('Sub', [graph.floats([CLICK_RADIUS], []), far])
  const outside = graph.node('Sub', [far, graph.floats([OUTSIDE_RADIUS], [])])
  const isLabel = (value: number): string => graph.node('Equal', [label, graph.floats([value], [])])
  const least = (values: string): string => graph.node('ReduceMin', [values], { axes: [0], keepdims: 1 })
  const most = (values: string): string => graph.node('ReduceMax', [values], { axes: [0], keepdims: 1 })
  const [no, any] = [graph.floats([-1000], []), graph.floats([1000], [])]
  const near = most(graph.node('Where', [isLabel(1), inside, no]))
  const corners = graph.node('Where', [
    isLabel(2),
    graph.node('Min', [dx, dy]),
    graph.node('Where', [isLabel(3), graph.node('Min', [graph.node('Neg', [dx]), graph.node('Neg', [dy])]), any]),
  ])
  // Without a click inside the box alone decides.
  const boxed = least(corners)
  const clicked = graph.node('ReduceMax', [graph.node('Cast', [isLabel(1)], { to: 1 })], { axes: [0], keepdims: 1 })
  const hasClick = graph.node('Cast', [clicked], { to: 9 })
  const reached = graph.node('Where', [hasClick, near, any])
  const away = least(graph.node('Where', [isLabel(0), outside, any]))
  return graph.node('Unsqueeze', [graph.node('Min', [graph.node('Min', [reached, boxed]), away]), graph.integers([0])])
}
