import { type Command, InvalidArgumentError, Option } from 'commander'
import type { PixelSizeRequest } from '#shared/contracts/pixel-size.ts'
import { counted } from '#shared/counted.ts'
import { isPixelSize, oddSizeText, PIXEL_SIZES } from '#shared/pixel-size.ts'
import { setPixelSize, sizesText } from '../../main/workbench/index.ts'
import type { Output } from '../output.ts'
import { withProject } from '../with-project.ts'

interface PixelSizeOptions {
  readonly images?: string
  readonly missing?: true
  readonly unstated?: true
  readonly all?: true
  readonly reset?: true
}

export function addPixelSize(root: Command, output: Output): Command {
  const others = (...names: readonly string[]): string[] => ['images', 'missing', 'unstated', 'all'].filter((one) => !names.includes(one))
  return root
    .command('pixel-size')
    .description('Say how large the pixels of images are whose file does not, or states it wrong. One edit; what files state is kept.')
    .argument('<project>')
    .argument('[microns]', 'micrometres a pixel, such as 0.25', microns)
    .addOption(new Option('--images <glob>', 'images whose name fits, such as "slide3_*"').conflicts(others('images')))
    .addOption(new Option('--missing', 'images that have no pixel size').conflicts(others('missing')))
    .addOption(new Option('--unstated', 'images whose file states none, those set by hand too').conflicts(others('unstated')))
    .addOption(new Option('--all', 'all images of the project').conflicts(others('all')))
    .option('--reset', 'back to what each file states, instead of a size')
    .action(async (folder: string, size: number | undefined, options: PixelSizeOptions, command: Command) => {
      const of = imagesMeant(options)
      if (of === null) command.error('error: say which images are meant: --images <glob>, --missing, --unstated or --all')
      if ((size === undefined) !== (options.reset === true)) command.error('error: give either a size in micrometres a pixel, or --reset')
      const odd = size === undefined ? '' : oddSizeText(size)
      if (odd !== '') output.warn(odd)
      await withProject(folder, async (bench) => {
        const report = await setPixelSize(bench, { microns: size ?? null, of })
        output.say(`${counted(report.changed, 'image')} of ${report.images} changed. The project now: ${sizesText(report)}.`)
        for (const note of report.notes) output.say(note)
        output.result(report)
      })
    })
}

function imagesMeant({ images, missing, unstated, all }: PixelSizeOptions): PixelSizeRequest['of'] | null {
  if (images !== undefined) return { glob: images }
  if (missing) return 'missing'
  if (unstated) return 'unstated'
  return all ? 'all' : null
}

/** With a point or a comma before decimals. */
function microns(text: string): number {
  const value = /^[+]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text.trim().replace(',', '.')) : NaN
  if (isPixelSize(value)) return value
  throw new InvalidArgumentError(`micrometres a pixel are wanted, a number from ${PIXEL_SIZES.min} to ${PIXEL_SIZES.max}.`)
}
