import { access } from 'node:fs/promises'
import path from 'node:path'
import type * as Ort from 'onnxruntime-node'
import { say } from '#shared/i18n/say.ts'
import { AppError } from '#shared/errors.ts'
import type { OutlineModel } from '#shared/contracts/outliner.ts'
import { openModelFile } from '../inference/onnx-session.ts'

/** Side of the square that a model of this family sees, of its embedding's grid, and of the masks that it draws. */
export const SAM_SIDE = 1024
export const EMBEDDING_SHAPE = [1, 256, 64, 64] as const
export const MASK_SIDE = 256

/** How pictures are given to an encoder: as rows of RGB, 0..255, which it prepares itself, or prepared and padded, channels first. */
export type EncoderLayout = 'rows' | 'prepared'

type Metadata = Ort.InferenceSession.ValueMetadata
type Tensor = Extract<Metadata, { readonly isTensor: true }>
type Shape = readonly (number | string)[]

const DECODER_INPUTS: Readonly<Record<string, Shape>> = {
  image_embeddings: EMBEDDING_SHAPE,
  point_coords: [1, 'points', 2],
  point_labels: [1, 'points'],
  mask_input: [1, 1, MASK_SIDE, MASK_SIDE],
  has_mask_input: [1],
  orig_im_size: [2],
}
const DECODER_OUTPUTS: Readonly<Record<string, Shape>> = {
  iou_predictions: ['batch', 'masks'],
  low_res_masks: ['batch', 'masks', MASK_SIDE, MASK_SIDE],
}
const HINT = say(
  'Export both again with samexporter (SAM ViT-B, L, H or MobileSAM), or with segment-anything’s own script for the decoder; the layouts stand in docs/formats.md.',
)

/** An open file of a model and what it turned out to be. */
export type OpenedFile =
  | { readonly kind: 'encoder'; readonly file: string; readonly session: Ort.InferenceSession; readonly layout: EncoderLayout }
  | { readonly kind: 'decoder'; readonly file: string; readonly session: Ort.InferenceSession }

export type Encoder = Extract<OpenedFile, { readonly kind: 'encoder' }>
export type Decoder = Extract<OpenedFile, { readonly kind: 'decoder' }>

/**
 * Opens one of the two files by what its inputs and outputs are called and how they are shaped; what is open in the file fits.
 * Throws AppError `outline-model`: it is not there, no ONNX model, or one of another layout.
 */
export async function openSamFile(file: string): Promise<OpenedFile> {
  const name = path.basename(file)
  await access(file).catch((cause: unknown) => {
    throw unfit(`${name} is not there any more.`, 'Choose it again, or go back to Slidewright’s own network.', cause)
  })
  const session = await openModelFile(file).catch((cause: unknown) => {
    throw unfit(`${name} cannot be opened as an ONNX model: ${reasonOf(cause)}`, HINT, cause)
  })
  try {
    if (session.inputNames.includes('image_embeddings')) {
      checkDecoder(name, session)
      return { kind: 'decoder', file, session }
    }
    return { kind: 'encoder', file, session, layout: encoderLayout(name, session) }
  } catch (thrown) {
    await session.release()
    throw thrown
  }
}

function encoderLayout(name: string, { inputMetadata, outputMetadata }: Ort.InferenceSession): EncoderLayout {
  const [input, ...more] = tensors(inputMetadata)
  const [output] = tensors(outputMetadata)
  if (!input || !output || more.length > 0 || inputMetadata.length !== 1)
    throw unfit(`${name} takes ${namesOf(inputMetadata)}: that is neither an encoder (one picture) nor a decoder (image_embeddings, ...).`)
  if (outputMetadata.length !== 1)
    throw unfit(
      `${name} gives ${namesOf(outputMetadata)}: an encoder that fits gives one thing, the embedding. SAM 2 and its kin do not fit.`,
    )
  if (!fits(output, EMBEDDING_SHAPE))
    throw unfit(`${name} gives ${shown(output)}, but an encoder that fits gives ${EMBEDDING_SHAPE.join(' × ')} numbers (float32).`)
  if (fits(input, ['height', 'width', 3])) return 'rows'
  if (fits(input, [1, 3, SAM_SIDE, SAM_SIDE])) return 'prepared'
  throw unfit(
    `${name} takes ${shown(input)}, but an encoder that fits takes height × width × 3 or 1 × 3 × ${SAM_SIDE} × ${SAM_SIDE} (float32).`,
  )
}

function checkDecoder(name: string, { inputMetadata, outputMetadata }: Ort.InferenceSession): void {
  check('takes', inputMetadata, DECODER_INPUTS)
  check('gives', outputMetadata, DECODER_OUTPUTS)
  const unknown = inputMetadata.filter((value) => !(value.name in DECODER_INPUTS))
  if (unknown.length > 0) throw unfit(`${name} also takes ${namesOf(unknown)}, which is not known here. SAM 2 and its kin do not fit.`)

  function check(verb: 'takes' | 'gives', values: readonly Metadata[], wanted: Readonly<Record<string, Shape>>): void {
    for (const [key, shape] of Object.entries(wanted)) {
      const value = tensors(values).find((one) => one.name === key)
      if (!value)
        throw unfit(
          verb === 'takes'
            ? `${name} is like a decoder, but does not take ${key}.`
            : `${name} is like a decoder, but does not give ${key}.`,
        )
      if (!fits(value, shape))
        throw unfit(
          verb === 'takes'
            ? `${name} takes ${shown(value)}, but a decoder that fits takes ${shape.join(' × ')} numbers there (float32).`
            : `${name} gives ${shown(value)}, but a decoder that fits gives ${shape.join(' × ')} numbers there (float32).`,
        )
    }
  }
}

const tensors = (values: readonly Metadata[]): readonly Tensor[] => values.filter((value): value is Tensor => value.isTensor)

/** Whether a value has a shape; a dimension that has a name, here or there, is open. */
function fits({ type, shape }: Tensor, wanted: Shape): boolean {
  if (type !== 'float32') return false
  // Some exporters leave the whole shape out.
  if (shape.length === 0) return true
  return shape.length === wanted.length && wanted.every((size, axis) => isOpen(size) || isOpen(shape[axis]!) || shape[axis] === size)
}

const isOpen = (size: number | string): boolean => typeof size === 'string' || size < 0

const namesOf = (values: readonly Metadata[]): string => values.map(({ name }) => name).join(', ') || 'nothing'
const shown = ({ name, type, shape }: Tensor): string => `${name} of ${shape.join(' × ')} (${type})`

function reasonOf(thrown: unknown): string {
  const said = thrown instanceof Error ? thrown.message : String(thrown)
  return said.split('\n')[0]!.slice(0, 300)
}

/** What is wrong with a model for the smart outline. */
export function unfit(message: string, hint: string = HINT, cause?: unknown): AppError {
  return new AppError('outline-model', message, hint, cause)
}

/** Which of some files are encoder and decoder. Throws AppError `outline-model` where there is not one of each. */
export function asPair(opened: readonly OpenedFile[]): OutlineModel {
  const encoders = opened.filter(({ kind }) => kind === 'encoder')
  const decoders = opened.filter(({ kind }) => kind === 'decoder')
  if (encoders.length === 1 && decoders.length === 1) return { encoder: encoders[0]!.file, decoder: decoders[0]!.file }
  const chosen = opened
    .map(({ kind, file }) =>
      kind === 'encoder'
        ? say('{{file}} is an encoder', { file: path.basename(file) })
        : say('{{file}} is a decoder', { file: path.basename(file) }),
    )
    .join(', ')
  throw unfit(`A model is one encoder and one decoder; ${chosen}.`, 'Choose both files at once: hold Ctrl while clicking the second.')
}
