import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { say } from '#shared/i18n/say.ts'
import type { PerInput } from '#shared/records/foreign-graph.ts'
import { type Described, refused } from './graph-plan.ts'

const kwargs = z.record(z.string(), z.unknown()).default({})
/** Version 0.5 calls a step by `id`, 0.4 by `name`. */
const stepOf = z.object({ id: z.string().optional(), name: z.string().optional(), kwargs })
const parametrized = z.object({ min: z.unknown(), step: z.unknown() })
const axisObject = z.object({
  type: z.string(),
  id: z.string().optional(),
  size: z.unknown().optional(),
  channel_names: z.array(z.string()).optional(),
})
const tensor = z.object({
  axes: z.union([z.string(), z.array(axisObject)]),
  shape: z.unknown().optional(),
  data_range: z.array(z.unknown()).optional(),
  data: z.object({ type: z.string().optional(), range: z.array(z.unknown()).optional() }).optional(),
  preprocessing: z.array(stepOf).default([]),
  postprocessing: z.array(stepOf).default([]),
})
type Tensor = z.infer<typeof tensor>
type Step = z.infer<typeof stepOf>

const description = z.object({
  type: z.literal('model'),
  name: z.string().max(400),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
  weights: z.record(z.string(), z.object({ source: z.union([z.string(), z.object({ source: z.string() })]) })),
})

export interface RdfModel {
  /** Name of the graph in the archive. */
  readonly source: string
  readonly told: Described
}

/**
 * A BioImage.IO model description (rdf.yaml, versions 0.4 and 0.5) as far as it says how its ONNX graph is fed and read. @throws AppError
 * `graph-unfit` where it describes what cannot be done here, in one sentence.
 */
export function readRdf(text: string): RdfModel {
  const parsed = description.safeParse(yamlOf(text))
  if (!parsed.success) throw refused('Its rdf.yaml is no description of a model that can be read.')
  const { name, inputs, outputs, weights } = parsed.data
  const onnx = weights['onnx']
  if (!onnx) throw refused(`The model has weights for ${Object.keys(weights).join(', ')}, and none as ONNX.`)
  const [input, output] = [inputs[0], outputs[0]]
  if (!input || !output || inputs.length + outputs.length > 2)
    throw refused(`The model has ${inputs.length} inputs and ${outputs.length} outputs; one of each is needed.`)
  const source = typeof onnx.source === 'string' ? onnx.source : onnx.source.source
  if (/^\w+:\/\//.test(source))
    throw refused('The graph of the model is not in the archive, but on the network.', 'Nothing was changed. Download it with its weights.')
  return { source: path.posix.normalize(source), told: { name, ...inputFacts(input), ...outputFacts(output) } }
}

function yamlOf(text: string): unknown {
  try {
    // A few nested aliases could become a very large document.
    return parse(text, { maxAliasCount: 20 })
  } catch {
    return null
  }
}

interface Axis {
  readonly letter: string
  readonly size: unknown
  readonly names: readonly string[]
}

/** The axes by letter: b, c, y, x, and others that are refused. */
function axesOf({ axes, shape }: Tensor): Axis[] {
  if (typeof axes !== 'string')
    return axes.map(({ type, id, size, channel_names: names = [] }) => ({
      letter: type === 'batch' ? 'b' : type === 'channel' ? 'c' : (id ?? '?'),
      size,
      names,
    }))
  const open = parametrized.safeParse(shape)
  const at = (list: unknown, i: number): unknown => (Array.isArray(list) ? list[i] : undefined)
  return [...axes].map((letter, i) => ({
    ...{ letter, names: [] },
    size: open.success ? { min: at(open.data.min, i), step: at(open.data.step, i) } : at(shape, i),
  }))
}

/** Where sides are open the input is the least that has at least this side. */
const WANTED_SIDE = 512

function inputFacts(input: Tensor): Described {
  const axes = axesOf(input)
  const letters = axes.map(({ letter }) => letter).join('')
  if (letters !== 'bcyx' && letters !== 'byxc')
    throw refused(`The model takes the axes ${letters.split('').join(', ')}; batch, channel, y and x are needed.`)
  const sides = [sideOf(axes.find(({ letter }) => letter === 'y')?.size), sideOf(axes.find(({ letter }) => letter === 'x')?.size)] as const
  const multiple = Math.max(sides[0].multiple, sides[1].multiple)
  const prepared = preparationOf(input)
  return { axes: letters === 'bcyx' ? 'nchw' : 'nhwc', size: [sides[0].side, sides[1].side], multiple, ...prepared }
}

function sideOf(size: unknown): { readonly side: number; readonly multiple: number } {
  if (typeof size === 'number') return { side: size, multiple: 1 }
  const open = z.object({ min: z.number().int().positive(), step: z.number().int().nonnegative() }).safeParse(size)
  if (!open.success) return { side: WANTED_SIDE, multiple: 32 }
  const { min, step } = open.data
  if (step === 0) return { side: min, multiple: min }
  const side = min + Math.max(0, Math.ceil((WANTED_SIDE - min) / step)) * step
  // Sides are told as multiples: where the least is none of the step, only this size is sure.
  return { side, multiple: min % step === 0 ? step : side }
}

/** Of one number or one for each channel. */
interface Affine {
  readonly gain: readonly number[]
  readonly offset: readonly number[]
}

const at = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel] ?? 0

function preparationOf(input: Tensor): Pick<Described, 'normalization' | 'perInput'> {
  let affine = rangeOf(input)
  let own: PerInput | null = null
  for (const step of input.preprocessing) {
    const name = step.id ?? step.name ?? ''
    if (name === 'ensure_dtype') continue
    if (own !== null) throw refused(`The model wants ${name} after its images were normalised by themselves, which is not done here.`)
    if (name === 'scale_linear') affine = after(affine, linear(step))
    else if (name === 'fixed_zero_mean_unit_variance' || (name === 'zero_mean_unit_variance' && 'mean' in step.kwargs))
      affine = after(affine, fixedNorm(step))
    else if (name === 'zero_mean_unit_variance') own = { kind: name, together: together(step), eps: numberIn(step, 'eps', 1e-6) }
    else if (name === 'scale_range')
      own = {
        kind: name,
        low: numberIn(step, 'min_percentile', 0),
        high: numberIn(step, 'max_percentile', 100),
        together: together(step),
        eps: numberIn(step, 'eps', 1e-6),
      }
    else throw refused(`The model wants its images prepared by ${name || say('a step without a name')}, which is not done here.`)
  }
  const { gain, offset } = affine
  // (pixel - mean) / scale = pixel * gain + offset
  const count = Math.max(gain.length, offset.length)
  const channels = Array.from({ length: count }, (_, i) => i)
  if (channels.some((i) => !(Math.abs(at(gain, i)) > 0))) throw refused('The model wants its images multiplied by zero.')
  return {
    normalization: { mean: channels.map((i) => -at(offset, i) / at(gain, i) + 0), scale: channels.map((i) => 1 / at(gain, i)) },
    perInput: own,
  }
}

/** Pixels 0..255 in the range that the model is told of: 0..1, or that of 16 bits. */
function rangeOf({ data, data_range: older }: Tensor): Affine {
  const [low, high] = data?.range ?? older ?? []
  const known = typeof low === 'number' && typeof high === 'number' && high > low && (high === 1 || high === 65535) && low === 0
  return { gain: [known ? high / 255 : 1], offset: [0] }
}

function after(before: Affine, next: Affine): Affine {
  const count = Math.max(before.gain.length, next.gain.length, next.offset.length)
  const all = Array.from({ length: count }, (_, i) => i)
  return {
    gain: all.map((i) => at(before.gain, i) * at(next.gain, i)),
    offset: all.map((i) => at(before.offset, i) * at(next.gain, i) + at(next.offset, i)),
  }
}

function linear(step: Step): Affine {
  return { gain: numbersIn(step, 'gain', [1]), offset: numbersIn(step, 'offset', [0]) }
}

function fixedNorm(step: Step): Affine {
  const [means, deviations] = [numbersIn(step, 'mean', [0]), numbersIn(step, 'std', [1])]
  const all = Array.from({ length: Math.max(means.length, deviations.length) }, (_, i) => i)
  return { gain: all.map((i) => 1 / at(deviations, i)), offset: all.map((i) => -at(means, i) / at(deviations, i)) }
}

function numbersIn({ kwargs: given }: Step, key: string, otherwise: number[]): number[] {
  const value = given[key]
  const list = typeof value === 'number' ? [value] : z.array(z.number()).safeParse(Array.isArray(value) ? value.flat(5) : null).data
  return list === undefined || list.length === 0 ? otherwise : list
}

function numberIn({ kwargs: given }: Step, key: string, otherwise: number): number {
  const value = given[key]
  return typeof value === 'number' ? value : otherwise
}

/** Whether all channels are measured at once: the axes of 0.4 are letters, those of 0.5 names. Without any, all are. */
function together({ kwargs: given }: Step): boolean {
  const axes = given['axes']
  if (typeof axes === 'string') return axes.includes('c')
  return !Array.isArray(axes) || axes.some((axis) => axis === 'channel' || axis === 'c')
}

function outputFacts(output: Tensor): Described {
  const steps = output.postprocessing.map(({ id, name }) => id ?? name ?? '').filter((name) => name !== 'ensure_dtype')
  const other = steps.find((name) => name !== 'sigmoid' && name !== 'softmax')
  if (other !== undefined) throw refused(`What the model gives is to be changed by ${other}, which is not done here.`)
  const range = output.data?.range ?? output.data_range ?? []
  const names = axesOf(output).find(({ letter }) => letter === 'c')?.names ?? []
  const generic = names.every((name) => /^(channel|output|c|ch)?_?\d*$/i.test(name))
  return {
    ...(generic ? {} : { channels: names }),
    ...(steps.includes('sigmoid') ? { values: 'logits', independent: true } : steps.includes('softmax') ? { values: 'logits' } : {}),
    ...(steps.length === 0 && range[0] === 0 && range[1] === 1 ? { values: 'probabilities' } : {}),
  }
}
