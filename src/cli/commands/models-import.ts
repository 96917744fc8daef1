import { type Command, InvalidArgumentError, Option } from 'commander'
import { type ForeignWish, pixelRule } from '#shared/contracts/foreign.ts'
import { boxForm, FOREIGN_PRESET, outputValues } from '#shared/records/foreign-graph.ts'
import { share } from '../options.ts'
import type { Output } from '../output.ts'
import { withProject } from '../with-project.ts'

interface ImportOptions extends Pick<
  ForeignWish,
  'classes' | 'size' | 'pixels' | 'order' | 'values' | 'background' | 'boxes' | 'countFrom'
> {
  readonly scale?: number
  readonly instances: boolean
}

/** Takes a model from a file: one that was exported, or a graph that was made elsewhere. */
export function addImportModel(command: Command, output: Output): void {
  command
    .command('import')
    .description(
      'Take a model into a project, whole or not at all: a file of `models export`, an ONNX graph, or an archive of BioImage.IO.',
    )
    .argument('<project>')
    .argument('<file>')
    .option('--classes <names>', 'graph: names of its classes in its order, such as cell,,debris; one without a name is passed over', names)
    .option('--size <HxW>', 'graph: size of its input, where the file leaves it open', size)
    .addOption(
      new Option('--pixels <rule>', 'graph: how it wants pixels: 0..255, 0..1, -1..1, by ImageNet, or each by its own').choices(
        pixelRule.options,
      ),
    )
    .addOption(new Option('--order <order>', 'graph: order of its channels').choices(['rgb', 'bgr']))
    .addOption(new Option('--values <kind>', 'graph: what its numbers are').choices(outputValues.options))
    .option('--background', 'graph, segmentation: its first channel is what is no object')
    .option('--no-background', 'graph, segmentation: it is not')
    .addOption(new Option('--boxes <form>', 'graph, detection: how boxes stand in it (docs/formats.md)').choices(boxForm.options))
    .option('--scale <x>', 'graph: image pixels a side of one input pixel; 0 = images are seen as a whole', scale)
    .option('--no-instances', 'graph, segmentation: do not tell touching objects apart')
    .option('--count-from <score>', 'graph, detection: its own score from which an object counts; told as 0.5', share)
    .action((folder: string, file: string, options: ImportOptions) =>
      withProject(folder, async (bench) => {
        const { model, notes } = await bench.library.import({ file, foreign: wishOf(options) })
        const from = model.origin?.project ?? ''
        const foreign = model.preset === FOREIGN_PRESET
        output.say(
          `Model ${model.id}: ${model.name}, ${foreign ? `a graph that tells ${model.classes.map(({ name }) => name).join(', ')}` : model.preset}${from === '' ? '' : `, of the project ${from}`}.`,
        )
        if (foreign) output.say(`Fed and read as: ${Object.entries(model.settings).map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')}.`) // prettier-ignore
        for (const note of notes) output.say(note)
        output.result({ model: model.id, name: model.name, notes })
      }),
    )
}

function wishOf({ scale, instances, ...wish }: ImportOptions): ForeignWish {
  return { ...wish, ...(scale === undefined ? {} : { pixelsPerInput: scale }), ...(instances ? {} : { instances: false }) }
}

function scale(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && Number.isFinite(value))) throw new InvalidArgumentError('0 or a number above it is wanted.')
  return value
}

const names = (text: string): string[] => text.split(',').map((name) => name.trim())

function size(text: string): [number, number] {
  const [, height, width] = /^(\d+)(?:x(\d+))?$/i.exec(text) ?? []
  if (height === undefined) throw new InvalidArgumentError('height and width are wanted, such as 512x512.')
  return [Number(height), Number(width ?? height)]
}
