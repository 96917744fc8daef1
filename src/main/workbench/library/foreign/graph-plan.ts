import { say } from '#shared/i18n/say.ts'
import type { z } from 'zod'
import type { foreignWish, GraphLook, PixelRule } from '#shared/contracts/foreign.ts'
import type { ForeignGraph, PerInput } from '#shared/records/foreign-graph.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { AppError } from '#shared/errors.ts'

/** What a person says of a graph; null: nothing. */
export type Wish = z.output<typeof foreignWish>

/** What somebody who describes a model (a BioImage.IO file) says of it; what is left out, nobody says. */
export interface Described {
  readonly name?: string
  readonly axes?: ForeignGraph['input']['axes']
  readonly size?: readonly [number, number]
  readonly multiple?: number
  readonly normalization?: ModelFile['normalization']
  readonly perInput?: PerInput | null
  /** Names of the output's channels, a background among them. */
  readonly channels?: readonly string[]
  readonly values?: 'logits' | 'probabilities'
  /** Each channel says yes or no by itself: none of them is a background. */
  readonly independent?: boolean
}

/** How a graph is fed: the model file's part of it. */
export interface Feeding extends Pick<ModelFile, 'normalization'> {
  readonly input: ForeignGraph['input']
  readonly perInput: PerInput | null
  readonly size: readonly [height: number, width: number]
}

/** Pixels 0..255 by a usual rule. */
export function preparation(rule: PixelRule, channels: number): Pick<Feeding, 'normalization' | 'perInput'> {
  const plain = (mean: number, scale: number) => ({ mean: [mean], scale: [scale] })
  switch (rule) {
    case 'none':
      return { normalization: plain(0, 1), perInput: null }
    case 'unit':
      return { normalization: plain(0, 255), perInput: null }
    case 'symmetric':
      return { normalization: plain(127.5, 127.5), perInput: null }
    case 'imagenet':
      return { normalization: channels === 3 ? IMAGENET : plain(...GREY_IMAGENET), perInput: null }
    case 'own-mean':
      return { normalization: plain(0, 1), perInput: { kind: 'zero_mean_unit_variance', together: false, eps: 1e-6 } }
    case 'own-range':
      return { normalization: plain(0, 1), perInput: { kind: 'scale_range', low: 1, high: 99.8, together: true, eps: 1e-6 } }
  }
}

/** Mean and deviation of ImageNet's colours (torchvision), on 0..255. */
const IMAGENET = { mean: [123.675, 116.28, 103.53], scale: [58.395, 57.12, 57.375] }
const GREY_IMAGENET = [117.83, 57.63] as const

const HINT = say('Nothing was changed. docs/formats.md says which graphs can be imported.')

/** A graph that cannot be used as a model here, in one sentence. */
export function refused(message: string, hint = HINT): AppError {
  return new AppError('graph-unfit', message, hint)
}

export const shapeText = (shape: readonly (number | null)[]): string => shape.map((size) => size ?? '?').join(' × ')

interface FeedingWish {
  readonly size: readonly [number, number] | null
  readonly order: 'rgb' | 'bgr' | null
  readonly pixels: PixelRule
  /** Where neither the file nor a person says how large. */
  readonly usualSize: number
  readonly usualMultiple: number
}

/** How the only input is fed. @throws AppError `graph-unfit` where it is no picture. */
export function feedingOf({ inputs, metadata }: GraphLook, told: Described, wish: FeedingWish): Feeding & { readonly sizeOpen: boolean } {
  const [input, ...others] = inputs
  if (!input || others.length > 0)
    throw refused(`The graph takes ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}); a model here takes one picture.`)
  const { name, type, shape } = input
  if (type !== 'float32' && type !== 'uint8')
    throw refused(`The graph takes ${type} numbers; float32 or uint8 are needed.`, 'Nothing was changed. Export it with float32.')
  if (shape.length !== 4)
    throw refused(`The graph takes ${shapeText(shape)} numbers; a picture has a batch, channels, a height and a width.`)
  if (shape[0] !== null && shape[0] !== 1)
    throw refused(`The graph takes ${shape[0]} pictures at a time.`, 'Nothing was changed. Export it for one picture, or any number.')
  const axes = told.axes ?? (isColor(shape[1]) || !isColor(shape[3]) ? 'nchw' : 'nhwc')
  const channels = (axes === 'nchw' ? shape[1] : shape[3]) ?? 3
  if (channels !== 1 && channels !== 3) throw refused(`The graph takes pictures of ${channels} channels; images here have 3, or 1 in grey.`)
  const sides = axes === 'nchw' ? [shape[2], shape[3]] : [shape[1], shape[2]]
  const size = sizeFor(sides, { metadata, told, wish })
  const fixed = sides.some((side) => typeof side === 'number')
  const multiple = fixed ? 1 : (told.multiple ?? wish.usualMultiple)
  const { normalization, perInput } = told.normalization
    ? { normalization: told.normalization, perInput: told.perInput ?? null }
    : preparation(wish.pixels, channels)
  const order = channels === 1 ? 'rgb' : (wish.order ?? 'rgb')
  return {
    input: { name, type, axes, channels, order, fixed, multiple },
    normalization,
    perInput,
    size,
    sizeOpen: sides.some((side) => side === null),
  }
}

const isColor = (size: number | null | undefined): boolean => size === 1 || size === 3

function sizeFor(
  sides: readonly (number | null | undefined)[],
  { metadata, told, wish }: { readonly metadata: GraphLook['metadata']; readonly told: Described; readonly wish: FeedingWish },
): [number, number] {
  const numbers = (metadata['imgsz'] ?? '').match(/\d+/g)?.map(Number) ?? []
  const said = [numbers[0], numbers[1] ?? numbers[0]]
  const side = (i: 0 | 1): number => {
    const open = wish.size?.[i] ?? told.size?.[i] ?? said[i] ?? wish.usualSize
    const multiple = told.multiple ?? wish.usualMultiple
    return sides[i] ?? Math.max(1, Math.round(open / multiple)) * multiple
  }
  return [side(0), side(1)]
}
