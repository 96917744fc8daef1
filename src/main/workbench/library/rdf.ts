import { stringify } from 'yaml'
import type { ModelDescription } from '#shared/contracts/engine.ts'
import { fewDrawnText } from '#shared/drawn-by.ts'
import { CARD_FILE, PACKAGE_FILE, type ModelPackage } from '#shared/records/model-package.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { stainMethod } from '#shared/stains/stain-facts.ts'
import { VERSION } from '#shared/version.ts'

/** Operator set of the graphs that are written (engine/inference/onnx-export.ts). */
const OPSET = 13
/** Version of the BioImage.IO model description that is followed. */
const FORMAT = '0.5.4'

const SHORTEST_NAME = 5

interface Described {
  readonly model: ModelRecord
  readonly files: ModelPackage['files']
  readonly description: ModelDescription
  /** What it scored on test images, where that is known. */
  readonly measured: ModelPackage['measured']
}

/**
 * `rdf.yaml`, the BioImage.IO model description 0.5 (https://bioimage.io/spec), of a model's graph. Test tensors, which are optional, are not in
 * it. Null where the model has no graph: the description knows no other weights that such a model has.
 */
export function rdfOf({ model, files, description, measured }: Described): string | null {
  const sha256 = (wanted: string): string | undefined => files.find(({ name }) => name === wanted)?.sha256
  const onnx = sha256('model.onnx')
  if (onnx === undefined) return null
  const { multiple, fixedSize, channels } = description.input
  const side = fixedSize ?? { min: multiple, step: multiple }
  const described = {
    format_version: FORMAT,
    type: 'model',
    name: `${model.name.length < SHORTEST_NAME ? 'Model ' : ''}${model.name.replace(/[^\w+\- ()]/g, ' ')}`.slice(0, 128),
    description: `${model.task} of ${model.classes.map(({ name }) => name).join(', ')} (${model.preset})${scoreText(measured)}`.slice(
      0,
      1024,
    ),
    ...(model.author === '' ? {} : { authors: [{ name: model.author.replaceAll(/[/\\]/g, ' ') }] }),
    timestamp: model.createdAt,
    tags: ['microscopy', model.task, model.preset, 'slidewright'],
    documentation: { source: CARD_FILE },
    inputs: [
      {
        id: 'image',
        description: `Pixels as they are, 0..255: normalisation is inside the graph.${stainText(model)}`,
        axes: [
          { type: 'batch' },
          { type: 'space', id: 'y', size: side },
          { type: 'space', id: 'x', size: side },
          {
            type: 'channel',
            channel_names: channels === 3 ? ['red', 'green', 'blue'] : Array.from({ length: channels }, (_, i) => `c${i}`),
          },
        ],
        data: { type: 'float32', range: [0, 255] },
      },
    ],
    outputs: description.outputs.map(outputOf),
    weights: { onnx: { source: 'model.onnx', sha256: onnx, opset_version: OPSET } },
    attachments: ['weights.safetensors', 'model.json', PACKAGE_FILE]
      .filter((name) => name === PACKAGE_FILE || files.some((one) => one.name === name))
      .map((source) => ({ source })),
    config: {
      slidewright: {
        ...{ version: VERSION, task: model.task, preset: model.preset, classes: model.classes.map(({ name }) => name) },
        ...(measured === null ? {} : { measured: { project: measured.project, ...measured.measure } }),
      },
    },
  }
  return stringify(described, { aliasDuplicateObjects: false })
}

/** What it says of itself first: the figure that stands first, with its interval. */
function scoreText(measured: ModelPackage['measured']): string {
  const [first] = measured?.measure.figures ?? []
  if (first === undefined || measured === null) return ''
  const { name, value, lower, upper } = first
  const interval = lower === null || upper === null ? '' : ` (95 % ${lower.toFixed(3)} to ${upper.toFixed(3)})`
  const few = fewDrawnText(measured.measure.drawn)
  return `; ${name} ${value.toFixed(3)}${interval} on ${measured.measure.images} test images${few === '' ? '' : `; ${few}`}`
}

/** What the graph does not do by itself. */
function stainText({ settings }: ModelRecord): string {
  const { success } = stainMethod.safeParse(settings['stain'])
  return success ? ' Their colours have to be moved before: "stain" in model.json says how.' : ''
}

/** What the net gives, raw: how boxes, areas or scores are made of it is the program's own. */
function outputOf({ name, shape }: ModelDescription['outputs'][number]) {
  const [, ...rest] = shape
  return {
    // As they are, names like `class` are none that the description allows; the order tells which is which.
    id: `output_${name}`,
    axes: [{ type: 'batch' }, ...rest.map((size, i) => ({ type: 'index', id: `axis${i + 1}`, size: size > 0 ? size : { min: 1 } }))],
    data: { type: 'float32' },
  }
}
