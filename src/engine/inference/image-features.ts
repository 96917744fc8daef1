import type * as Ort from 'onnxruntime-node'
import { must } from '#shared/assert.ts'
import { type FeatureFacts, FEATURES, shortened } from '#shared/feature-domain.ts'
import { readRaster } from '../../imaging/read.ts'
import { sharpOf } from '../../imaging/sharp-of.ts'
import {
  buildEfficientNetLite0,
  EFFICIENTNET_LITE0_NORMALIZATION,
  efficientNetLite0Weights,
  type EncoderOptions,
} from '../models/efficientnet-lite0.ts'
import type { Network } from '../nn/network.ts'
import type { Ops } from '../nn/ops.ts'
import { fineDetail } from './fine-detail.ts'
import { exportOnnx, INPUT } from './onnx-export.ts'
import { loadOnnxRuntime, openModelBytes } from './onnx-session.ts'

/** Pixels a side of what the encoder sees, the middle of an image's longer side. */
const SIDE = 224
const ENCODER: EncoderOptions = { name: 'encoder', blocks: 11, frozenBlocks: 11, momentum: 0 }
/** The blocks that end the strides 4, 8 and 16: 24, 40 and 112 channels. */
const TAKEN = [2, 4, 10] as const
/** One thread: whatever else runs comes first. */
const THREADS = 1

const NETWORK: Network = {
  name: 'image-features-lite0',
  channels: 3,
  normalization: EFFICIENTNET_LITE0_NORMALIZATION,
  multiple: 16,
  fixedSize: null,
  build<T>(ops: Ops<T>, input: T) {
    const { blocks } = buildEfficientNetLite0(ops, input, ENCODER)
    return Object.fromEntries(TAKEN.map((block) => [`block${block}`, must(blocks[block], 'a block')]))
  },
}

/** `isWhole`: the file is the image itself, in full; else a smaller picture of it, which tells nothing of fine detail. */
interface Asked {
  readonly file: string
  readonly isWhole: boolean
}

/** What images show, as the shipped encoder sees them; it is opened with the first of them. */
export class ImageFeatures {
  readonly #open: () => Promise<Ort.InferenceSession>
  #encoder: Promise<Ort.InferenceSession> | null = null

  constructor(open = openEncoder) {
    this.#open = open
  }

  /**
   * The encoder's maps at strides 4, 8 and 16, each averaged over the picture, and how sharp and fine it is. Throws AppError of
   * `ImageFailure`.
   */
  async read({ file, isWhole }: Asked): Promise<FeatureFacts> {
    const raster = await readRaster(file)
    const small = await sharpOf(raster).resize(SIDE, SIDE, { fit: 'cover' }).removeAlpha().raw().toBuffer()
    const [encoder, { Tensor }] = await Promise.all([this.#opened(), loadOnnxRuntime()])
    const outputs = await encoder.run({ [INPUT]: new Tensor('float32', Float32Array.from(small), [1, SIDE, SIDE, 3]) })
    const features = TAKEN.flatMap((block) => meansOf(must(outputs[`block${block}`], 'an output')))
    if (features.length !== FEATURES) throw new RangeError(`The encoder gave ${features.length} numbers`)
    return { features, detail: isWhole ? fineDetail(raster) : null }
  }

  /** One for all who ask; where it could not be opened (no memory, a drive that was away) the next tries again. */
  #opened(): Promise<Ort.InferenceSession> {
    this.#encoder ??= this.#open().catch((thrown: unknown) => {
      this.#encoder = null
      throw thrown
    })
    return this.#encoder
  }
}

const openEncoder = async (): Promise<Ort.InferenceSession> =>
  openModelBytes(exportOnnx(NETWORK, await efficientNetLite0Weights(ENCODER)), THREADS)

/** The mean of each channel of a map, 1 x height x width x channels. */
function meansOf({ data, dims }: Ort.Tensor): number[] {
  const values = data as Float32Array
  const channels = must(dims[3], 'channels')
  const places = values.length / channels
  const sums = new Float64Array(channels)
  for (let at = 0; at < values.length; at++) sums[at % channels]! += values[at]!
  return Array.from(sums, (sum) => shortened(sum / places))
}
