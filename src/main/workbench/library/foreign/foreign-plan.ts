import type { ForeignProposal, GraphLook, PixelRule } from '#shared/contracts/foreign.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { MODEL_FORMAT, type ModelFile } from '#shared/records/model-file.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { type Described, feedingOf, refused, shapeText, type Wish } from './graph-plan.ts'
import { type OutputPlan, outputPlan, withChannels } from './output-plan.ts'

/** What is known when a graph is to become a model. */
export interface Given {
  readonly task: TaskKind
  /** Names of the project's classes, in their order. */
  readonly classes: readonly string[]
  readonly look: GraphLook
  readonly told: Described
  readonly wish: Wish
}

/** A graph's use in full. */
export interface ForeignPlan {
  readonly facts: Omit<ModelFile, 'onnxSha256' | 'createdAt'>
  readonly proposal: NonNullable<ForeignProposal>
}

/**
 * How a graph is fed and read: as a person says, else as the file says, else as is usual for its kind. With `unnamed`, channels without a name
 * are left so, to be asked for. @throws AppError `graph-unfit`, in one sentence, or `classes-unknown`.
 */
export function foreignPlan(given: Given, { unnamed = false }: { readonly unnamed?: boolean } = {}): ForeignPlan {
  const { task, look, told, wish } = given
  const known = knownNames(given)
  const plan = outputPlan(task, {
    look,
    told,
    wish,
    named: known?.length ?? null,
    namedInFile: namesInFile(given)?.length ?? null,
    classes: given.classes.length,
  })
  const names = namesFor(plan, given, known)
  if (names === null && !unnamed) throw withoutNames(plan, given)
  const pixels = wish.pixels ?? usualPixels(plan, look)
  const { size: sizeWish, order } = wish
  const usual = { usualSize: USUAL_SIZE[task], usualMultiple: plan.kind === 'scores' ? 1 : strideIn(look) }
  const feeding = feedingOf(look, told, { size: sizeWish, order, pixels, ...usual })
  const scale = scaleFor(plan, wish)
  const kept = ordered(plan, names ?? Array.from({ length: plan.count ?? 1 }, () => ''), given)
  const filled = filledWish(given, { plan, names, pixels, feeding, scale })
  const [height, width] = feeding.size
  return {
    facts: {
      ...{ format: MODEL_FORMAT, task, preset: FOREIGN_PRESET, classes: kept.map(({ name }) => name) },
      ...{ normalization: feeding.normalization, stain: null, inferenceSizes: [[height, width]] },
      frame: { width: Math.max(1, Math.round(width * (scale ?? 1))), height: Math.max(1, Math.round(height * (scale ?? 1))) },
      ...{
        parameters: null,
        weightsSha256: null,
        onnxDifference: null,
        threshold: null,
        pixelThreshold: null,
        mapScale: null,
        imageScore: null,
      },
      ...midpoints(filled.countFrom, kept.length),
      best: null,
      foreign: {
        input: feeding.input,
        perInput: feeding.perInput,
        output: withChannels(
          plan,
          kept.map(({ channel }) => channel),
        ),
        pixelsPerInput: scale,
      },
      ...{ metrics: {}, backend: '', seed: 0, epochs: 0 },
      settings: { ...said(filled), ...(plan.kind === 'areas' ? { areas: areasOf(filled, kept.length) } : {}) },
    },
    proposal: {
      takes: `${look.inputs[0]?.name ?? ''} ${shapeText(look.inputs[0]?.shape ?? [])}`,
      gives: look.outputs.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join(', '),
      ...{ wish: filled, channels: plan.count ?? names?.length ?? given.classes.length },
      ...{ sizeOpen: feeding.sizeOpen, pixelsKnown: told.normalization !== undefined },
    },
  }
}

const USUAL_SIZE: Readonly<Record<TaskKind, number>> = { classification: 224, detection: 640, segmentation: 512, anomaly: 224 }
/** Nets halve their input so often that sides have to be multiples of this. */
const USUAL_STRIDE = 32
/** From this score on Ultralytics' own tools tell a box. */
const YOLO_COUNTS_FROM = 0.25
/** A neck between touching objects is at least so deep, in image pixels, where no label says. */
const NECK_DEPTH = 3

const strideIn = ({ metadata }: GraphLook): number => Math.min(256, Math.max(1, Math.round(Number(metadata['stride'])) || USUAL_STRIDE))

function usualPixels(plan: OutputPlan, { inputs }: GraphLook): PixelRule {
  if (inputs[0]?.type === 'uint8') return 'none'
  if (plan.kind === 'scores' && inputs[0]?.shape[1] === 3) return 'imagenet'
  return 'unit'
}

/** Image pixels a side of one input pixel; null: as a whole. */
function scaleFor({ kind }: OutputPlan, { pixelsPerInput }: Wish): number | null {
  if (kind === 'areas') {
    if (pixelsPerInput === 0)
      throw refused(
        'Areas are told tile by tile, so an image cannot be seen as a whole.',
        'Nothing was changed. Say how many image pixels an input pixel shows.',
      )
    return pixelsPerInput ?? 1
  }
  return kind === 'scores' || pixelsPerInput === null || pixelsPerInput === 0 ? null : pixelsPerInput
}

/** Names that a person or the file gives to channels. */
function knownNames(given: Given): readonly string[] | null {
  return given.wish.classes ?? namesInFile(given)
}

function namesInFile({ look, told }: Given): readonly string[] | null {
  const { channels } = told
  if (channels && channels.length > 0) return /^back ?ground$/i.test(channels[0] ?? '') ? channels.slice(1) : channels
  return namesIn(look.metadata)
}

/** `names` as Ultralytics writes them (a Python dictionary), or a list in JSON under a usual key. */
export function namesIn(metadata: GraphLook['metadata']): string[] | null {
  for (const key of ['names', 'classes', 'labels']) {
    const text = metadata[key] ?? ''
    const entries = [...text.matchAll(/(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)]
    if (entries.length > 0) {
      const names: string[] = []
      for (const [, index, single, double] of entries) names[Number(index)] = (single ?? double ?? '').replaceAll(/\\(.)/g, '$1')
      return names.length <= 1000 ? Array.from(names, (name: string | undefined) => (name ?? '').trim().slice(0, 120)) : null
    }
    try {
      const list: unknown = JSON.parse(text)
      if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list.map((name) => name.trim().slice(0, 120))
    } catch {
      // No list.
    }
  }
  return null
}

/** A name for each channel; null where nobody gives any, and the project's classes are not as many. */
function namesFor({ kind, count }: OutputPlan, { classes }: Given, known: readonly string[] | null): readonly string[] | null {
  if (known !== null) {
    const alone = kind === 'scores' && count === 2 && known.length === 1
    if (count === null || known.length === count) return known
    if (alone) throw refused('The graph tells one number for two classes; both have to be named, the one that it speaks for second.')
    throw refused(
      `The graph tells ${count} classes; names were given for ${known.length} (${known.slice(0, 5).join(', ')}).`,
      'Nothing was changed. Name them all, in the order of the graph.',
    )
  }
  return count === null || count === classes.length ? classes : null
}

function withoutNames({ count }: OutputPlan, { classes }: Given) {
  return refused(
    `The graph tells ${count ?? 0} classes and has no names for them; the project has ${classes.length}.`,
    'Nothing was changed. Name them in the order of the graph, with nothing for those that are not wanted.',
  )
}

interface Channel {
  readonly name: string
  readonly channel: number
}

/** The channels that have a name; a classifier's in the project's order, where it has the same classes. */
function ordered({ kind }: OutputPlan, names: readonly string[], { classes }: Given): Channel[] {
  const all = names.flatMap((name, channel) => (name === '' ? [] : [{ name, channel }]))
  if (all.length === 0) return names.map((name, channel) => ({ name: name === '' ? `class ${channel + 1}` : name, channel }))
  if (kind !== 'scores') return all
  const sorted = classes.flatMap((name) => all.find((one) => one.name === name) ?? [])
  return sorted.length === all.length ? sorted : all
}

interface Filling {
  readonly plan: OutputPlan
  readonly names: readonly string[] | null
  readonly pixels: PixelRule
  readonly feeding: ReturnType<typeof feedingOf>
  readonly scale: number | null
}

function filledWish({ wish }: Given, { plan, names, pixels, feeding, scale }: Filling): Wish {
  const areas = plan.kind === 'areas'
  return {
    classes: names === null ? null : [...names],
    size: [feeding.size[0], feeding.size[1]],
    ...{ pixels, order: feeding.input.order, values: 'values' in plan ? plan.values : null },
    background: areas ? plan.background : null,
    boxes: plan.kind === 'boxes' ? plan.form : null,
    pixelsPerInput: plan.kind === 'scores' ? null : (scale ?? 0),
    instances: areas ? (wish.instances ?? true) : null,
    countFrom: plan.kind === 'boxes' || plan.kind === 'lists' ? (wish.countFrom ?? (plan.kind === 'boxes' ? YOLO_COUNTS_FROM : 0.5)) : null,
  }
}

/** What is kept with the model as its settings: all that was said or supposed. */
const said = (wish: Wish): Record<string, unknown> =>
  Object.fromEntries(Object.entries(wish).filter(([name, value]) => value !== null && name !== 'classes'))

function midpoints(countFrom: number | null, classes: number): Pick<ModelFile, 'scoreMidpoints' | 'mirroredMidpoints'> {
  const scoreMidpoints = countFrom !== null && countFrom !== 0.5 ? Array.from({ length: classes }, () => countFrom) : null
  return { scoreMidpoints, mirroredMidpoints: null }
}

function areasOf({ pixelsPerInput, instances }: Wish, classes: number) {
  return {
    pixelsPerInput: pixelsPerInput ?? 1,
    instances: instances ?? true,
    neckDepth: NECK_DEPTH,
    leastAreas: Array.from({ length: classes }, () => 0),
  }
}
