import { type Command, InvalidArgumentError, Option } from 'commander'
import { counted } from '#shared/counted.ts'
import { ORIGIN_FACTS, type OriginFact, type OriginPatterns } from '#shared/origin.ts'
import { originName } from '#shared/records/image.ts'
import { originsText, setOrigin } from '../../main/workbench/index.ts'
import { PATTERN_HELP, patternsOf } from '../options.ts'
import type { Output } from '../output.ts'
import { withProject } from '../with-project.ts'

type OriginOptions = OriginPatterns & { readonly images?: string; readonly all?: true } & { readonly [fact in OriginFact]?: string }

export function addOrigin(root: Command, output: Output): Command {
  return root
    .command('origin')
    .description('Say which patient, slide and group images are of, by their names or one for all. One edit; splits stay as they are.')
    .argument('<project>')
    .addOption(new Option('--images <glob>', 'images whose name fits, such as "slide3_*"').conflicts('all'))
    .option('--all', 'all images of the project')
    .option('--patient-by <regex>', PATTERN_HELP.patient)
    .option('--slide-by <regex>', PATTERN_HELP.slide)
    .option('--group-by <regex>', PATTERN_HELP.group)
    .option('--patient <name>', 'the patient of all these images; "" for not known', name)
    .option('--slide <name>', 'their slide', name)
    .option('--group <name>', 'their group', name)
    .action(async (folder: string, { images, all, ...options }: OriginOptions, command: Command) => {
      if (images === undefined && !all) command.error('error: say which images are meant: --images <glob> or --all')
      const set = Object.fromEntries(ORIGIN_FACTS.flatMap((fact) => (options[fact] === undefined ? [] : [[fact, options[fact]]])))
      const patterns = patternsOf(options)
      if (Object.keys(set).length === 0 && Object.values(patterns).every((one) => one === null))
        command.error('error: say what is known of them: --patient-by, --slide-by, --group-by, --patient, --slide or --group')
      await withProject(folder, (bench) => {
        const report = setOrigin(bench, { of: images === undefined ? 'all' : { glob: images }, set, ...patterns })
        output.say(`${counted(report.changed, 'image')} of ${report.images} changed. The project now: ${originsText(report)}.`)
        for (const [fact, fit] of Object.entries(report.fitted))
          output.say(`The pattern for the ${fact} fits ${fit} of ${counted(report.images, 'image')}.`)
        for (const note of report.notes) output.say(note)
        output.result(report)
      })
    })
}

function name(text: string): string {
  if (originName.safeParse(text).success) return text
  throw new InvalidArgumentError('a name has at most 512 letters.')
}
