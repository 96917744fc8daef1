import type * as Ort from 'onnxruntime-node'
import type { Box } from '#shared/geometry/box.ts'
import type { OutlineModel, OutlineView } from '#shared/contracts/outliner.ts'
import type { BitMask } from '#shared/masks/bit-mask.ts'
import type { Prompt } from '#shared/outline/prompt.ts'
import type { PixelSource } from '../inference/pixel-source.ts'
import { loadOnnxRuntime } from '../inference/onnx-session.ts'
import { asPair, type Decoder, EMBEDDING_SHAPE, type Encoder, MASK_SIDE, openSamFile, SAM_SIDE, unfit } from './sam-files.ts'
import { maskOfLogits } from './low-res-mask.ts'

/** Colours as SAM's encoders were trained: channel means and standard deviations of RGB, 0..255 (segment-anything, modeling/sam.py). */
const MEAN = [123.675, 116.28, 103.53] as const
const DEVIATION = [58.395, 57.12, 57.375] as const

/** What `point_labels` says (segment-anything, scripts/export_onnx_model.py). */
const LABEL = { outside: 0, inside: 1, topLeft: 2, bottomRight: 3, none: -1 } as const

/** A view as the encoder saw it: the view fills `width` x `height` pixels at the top left of the square. */
export interface Embedding {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** What was drawn for a prompt: logits of 256 x 256 cells over the square that the encoder saw. */
export type LowResMask = Float32Array

/** A model of the layout of Segment Anything (Kirillov et al. 2023; arXiv:2304.02643), opened from its two files. The owner closes it. */
export class SamModel {
  readonly #encoder: Encoder
  readonly #decoder: Decoder
  readonly #Tensor: typeof Ort.Tensor

  private constructor(encoder: Encoder, decoder: Decoder, Tensor: typeof Ort.Tensor) {
    this.#encoder = encoder
    this.#decoder = decoder
    this.#Tensor = Tensor
  }

  /** Throws AppError `outline-model` where the files are not there or do not fit. */
  static async open({ encoder, decoder }: OutlineModel): Promise<SamModel> {
    return SamModel.among([encoder, decoder]).then(({ sam }) => sam)
  }

  /** Opens the encoder and the decoder among files, whichever is which. Throws AppError `outline-model`. */
  static async among(files: readonly string[]): Promise<{ readonly sam: SamModel; readonly model: OutlineModel }> {
    const { Tensor } = await loadOnnxRuntime()
    const opened: (Encoder | Decoder)[] = []
    try {
      for (const file of files) opened.push(await openSamFile(file))
      const model = asPair(opened)
      const encoder = opened.find((one): one is Encoder => one.kind === 'encoder')!
      const decoder = opened.find((one): one is Decoder => one.kind === 'decoder')!
      return { sam: new SamModel(encoder, decoder, Tensor), model }
    } catch (thrown) {
      await Promise.all(opened.map(({ session }) => session.release()))
      throw thrown
    }
  }

  /** Asks the decoder about a view of which nothing is known, so that one that cannot work is told when it is chosen. Throws AppError `outline-model`. */
  async tryDecoder(): Promise<void> {
    const nothing = { width: SAM_SIDE, height: SAM_SIDE, data: new Float32Array(size(EMBEDDING_SHAPE)) }
    const view = { box: { x: 0, y: 0, width: SAM_SIDE, height: SAM_SIDE }, width: SAM_SIDE, height: SAM_SIDE }
    await this.decode(nothing, view, { clicks: [{ x: 1, y: 1, inside: true }], box: null }, null)
  }

  /** Looks at a view: its longer side becomes 1,024 pixels. Throws AppError `outline-model` where the encoder fails, and what reading throws. */
  async encode(pixels: PixelSource, { box, width, height }: OutlineView): Promise<Embedding> {
    const scale = SAM_SIDE / Math.max(width, height)
    const [high, wide] = [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))]
    const rows = await pixels.read(within(box, pixels), [high, wide], 3)
    const { session, layout } = this.#encoder
    const input =
      layout === 'rows'
        ? new this.#Tensor('float32', rows, [high, wide, 3])
        : new this.#Tensor('float32', prepared(rows, wide, high), [1, 3, SAM_SIDE, SAM_SIDE])
    const outputs = await run('encoder', () => session.run({ [session.inputNames[0]!]: input }))
    const { data, dims } = outputs[session.outputNames[0]!]!
    if (dims.join() !== EMBEDDING_SHAPE.join() || !(data instanceof Float32Array))
      throw unfit(`The encoder gave ${dims.join(' × ')} numbers, but ${EMBEDDING_SHAPE.join(' × ')} are an embedding.`)
    return { width: wide, height: high, data }
  }

  /**
   * The object that a prompt (pixels of the view) means, as pixels of the view, and the logits to improve it by; `before`: those of the
   * prompt that this one goes on from. Of several masks the surest counts, as in SAM's own predictor. Throws AppError `outline-model`.
   */
  async decode(
    { width, height, data }: Embedding,
    view: OutlineView,
    prompt: Prompt,
    before: LowResMask | null,
  ): Promise<{ readonly mask: BitMask; readonly logits: LowResMask }> {
    const { coords, labels } = pointsOf(prompt, [width / view.width, height / view.height])
    const float = (values: Float32Array, dims: readonly number[]): Ort.Tensor => new this.#Tensor('float32', values, dims)
    const { session } = this.#decoder
    const outputs = await run('decoder', () =>
      session.run(
        {
          image_embeddings: float(data, EMBEDDING_SHAPE),
          point_coords: float(coords, [1, labels.length, 2]),
          point_labels: float(labels, [1, labels.length]),
          mask_input: float(before ?? new Float32Array(MASK_SIDE * MASK_SIDE), [1, 1, MASK_SIDE, MASK_SIDE]),
          has_mask_input: float(Float32Array.of(before === null ? 0 : 1), [1]),
          // Not the view's: the masks in full size are not used, as exports freeze the aspect ratio that they were traced with.
          orig_im_size: float(Float32Array.of(height, width), [2]),
        },
        ['low_res_masks', 'iou_predictions'],
      ),
    )
    const logits = chosenMask(outputs['low_res_masks']!, outputs['iou_predictions']!, prompt)
    return { logits, mask: maskOfLogits(logits, { width, height }, view) }
  }

  async close(): Promise<void> {
    await Promise.all([this.#encoder.session.release(), this.#decoder.session.release()])
  }
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** A box cut to the image: what the window asks for ends on whole pixels of a coarser level, which may be a little beyond it. */
function within({ x, y, width, height }: Box, image: PixelSource): Box {
  const [left, top] = [Math.min(Math.max(0, x), image.width - 1), Math.min(Math.max(0, y), image.height - 1)]
  return { x: left, y: top, width: Math.min(x + width, image.width) - left, height: Math.min(y + height, image.height) - top }
}

/** RGB rows as an encoder without preparation of its own wants them: normalised, channels first, padded by zeros to the square. */
function prepared(rows: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(3 * SAM_SIDE * SAM_SIDE)
  for (let channel = 0; channel < 3; channel++) {
    const [mean, deviation] = [MEAN[channel]!, DEVIATION[channel]!]
    for (let y = 0; y < height; y++) {
      const [to, from] = [(channel * SAM_SIDE + y) * SAM_SIDE, y * width * 3 + channel]
      for (let x = 0; x < width; x++) out[to + x] = (rows[from + x * 3]! - mean) / deviation
    }
  }
  return out
}

/** Clicks and box as points of the square; a point that says nothing stands in where there is no box. */
function pointsOf({ clicks, box }: Prompt, [across, down]: readonly [number, number]): { coords: Float32Array; labels: Float32Array } {
  const points = clicks.map(
    ({ x, y, inside }) => ({ x, y, label: inside ? LABEL.inside : LABEL.outside }) as { x: number; y: number; label: number },
  )
  if (box === null) points.push({ x: 0, y: 0, label: LABEL.none })
  else points.push({ x: box.x, y: box.y, label: LABEL.topLeft }, { x: box.x + box.width, y: box.y + box.height, label: LABEL.bottomRight })
  return {
    coords: Float32Array.from(points.flatMap(({ x, y }) => [x * across, y * down])),
    labels: Float32Array.from(points.map(({ label }) => label)),
  }
}

/**
 * One of the masks of an answer [1, n, 256, 256]. Of the four of an export with all outputs the first is for prompts that say much and the
 * others are for a single click (segment-anything, SamOnnxModel.select_masks).
 */
function chosenMask(masks: Ort.Tensor, scores: Ort.Tensor, { clicks, box }: Prompt): LowResMask {
  const cells = MASK_SIDE * MASK_SIDE
  const count = masks.dims[1] ?? 0
  if (!(masks.data instanceof Float32Array) || !(scores.data instanceof Float32Array) || count < 1 || masks.data.length !== count * cells)
    throw unfit(`The decoder gave masks of ${masks.dims.join(' × ')}, but 1 × n × ${MASK_SIDE} × ${MASK_SIDE} are known here.`)
  const saysMuch = box !== null || clicks.length > 1
  const candidates = count === 4 ? (saysMuch ? [0] : [1, 2, 3]) : Array.from({ length: count }, (_, i) => i)
  const sure = scores.data
  const best = candidates.reduce((a, b) => ((sure[b] ?? 0) > (sure[a] ?? 0) ? b : a))
  return masks.data.slice(best * cells, (best + 1) * cells)
}

async function run<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw unfit(`The ${what} could not work: ${said.slice(0, 400)}`, undefined, thrown)
  }
}
