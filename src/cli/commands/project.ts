import { Option, type Command } from 'commander'
import { importFormat, type ImportReport, type ImportRequest } from '#shared/contracts/project.ts'
import type { JobView } from '#shared/contracts/work.ts'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import { type TaskKind, taskKind } from '#shared/records/task.ts'
import { Workbench, type ProjectInfo } from '../../main/workbench/index.ts'
import { maskColors, names, PATTERN_HELP, planesChoice, wholeNumber } from '../options.ts'
import { problemLine, table, type Output } from '../output.ts'
import { splitsText } from './split.ts'
import { jobText } from './train.ts'
import { progressBar } from '../progress.ts'
import { withProject } from '../with-project.ts'

interface CreateOptions {
  readonly task: TaskKind
  readonly classes: string[]
}

export function addCreate(root: Command, output: Output): Command {
  return root
    .command('create')
    .description('Make a new project folder.')
    .argument('<project>', 'folder to make; .slidewright is added where it is missing')
    .addOption(new Option('--task <kind>', 'what the project is for').choices(taskKind.options).default('detection'))
    .requiredOption('--classes <names>', 'class names, separated by commas; an import adds those that its labels name', names)
    .action(async (folder: string, options: CreateOptions) => {
      const bench = await Workbench.create({ folder, task: options.task, classes: options.classes })
      try {
        output.say(`Made ${bench.folder}`)
        output.result({ project: bench.folder, task: options.task, classes: options.classes })
      } finally {
        await bench.close()
      }
    })
}

interface ImportOptions {
  readonly format: ImportRequest['format']
  readonly maskKind: ImportRequest['maskKind']
  readonly pair?: string
  readonly replace: boolean
  readonly colors?: NonNullable<ImportRequest['colors']>
  readonly cropSize: number
  readonly cropBorder: ImportRequest['crop']['border']
  readonly split?: 'train' | 'val' | 'test' | 'auto'
  readonly groupBy?: string
  readonly slideBy?: string
  readonly patientBy?: string
  readonly seed: number
  readonly planes: string
}

export function addImport(root: Command, output: Output): Command {
  return root
    .command('import')
    .description('Take images and annotations into a project. Files stay where they are.')
    .argument('<project>')
    .argument('<paths...>', 'files or folders')
    .addOption(new Option('--format <name>', 'how the files are laid out; auto looks').choices(importFormat.options).default('auto'))
    .addOption(
      new Option('--split <name>', 'where the images go; auto = seeded split by group, look-alikes together').choices([
        'train',
        'val',
        'test',
        'auto',
      ]),
    )
    .option('--patient-by <regex>', PATTERN_HELP.patient)
    .option('--slide-by <regex>', PATTERN_HELP.slide)
    .option('--group-by <regex>', PATTERN_HELP.group)
    .option('--seed <n>', 'seed of --split auto', wholeNumber(0, 2 ** 31), 0)
    .addOption(
      new Option('--mask-kind <kind>', 'what the values of masks are: classes, one number an object, or colours of classes')
        .choices(['auto', 'index', 'instances', 'colors'])
        .default('auto'),
    )
    .option('--pair <rule>', 'which mask belongs to which image: "images/*.jpg=masks/*_m.png"')
    .option('--colors <list>', 'class of a colour or grey value in masks: "#ff0000=tumour,#0000ff=stroma" or "128=cytoplasm"', maskColors)
    .option('--planes <which>', 'of an OME-Zarr with slices or times: first, middle, all, or one as z3, t2, z3t2', planesChoice, 'first')
    .option('--crop-size <px>', 'side of crops from another project', wholeNumber(8, 4096), 96)
    .addOption(
      new Option('--crop-border <fill>', "what stands beyond the image's edge").choices(['reflect', 'black', 'white']).default('reflect'),
    )
    .option('--replace', 'labels take the place of those that images of the project have; without it these stay', false)
    .action((folder: string, paths: string[], options: ImportOptions) =>
      withProject(folder, async (bench) => {
        const bar = progressBar()
        const onProgress = (done: number, total: number, name: string): void => {
          bar.update(total === 0 ? 0 : done / total, name)
        }
        const onJob = (job: JobView): void => {
          bar.update(job.progress?.fraction ?? 0, jobText(job))
        }
        const report = await bench.import({ paths, ...requestOf(options) }, { onProgress, onJob }).finally(() => {
          bar.end()
        })
        sayImport(output, report, folder)
        output.result(report)
        refuseNothing(report)
      }),
    )
}

function requestOf({
  format,
  split,
  groupBy,
  slideBy,
  patientBy,
  seed,
  maskKind,
  pair,
  colors,
  cropSize,
  cropBorder,
  planes,
  replace,
}: ImportOptions): Omit<ImportRequest, 'paths'> {
  const crop = { size: cropSize, border: cropBorder }
  return {
    format,
    split: split ?? null,
    groupBy: groupBy ?? null,
    slideBy: slideBy ?? null,
    patientBy: patientBy ?? null,
    seed,
    maskKind,
    pair: pair ?? null,
    colors: colors ?? null,
    planes,
    crop,
    replace,
  }
}

const SHOWN_PROBLEMS = 40

/** Where all that was found is broken, the command has failed. */
function refuseNothing({ images, annotations, duplicates, problems }: ImportReport): void {
  const [first] = problems
  if (images > 0 || annotations > 0 || duplicates > 0 || !first) return
  const [why = ''] = first.what.split(/\.\s/)
  const what = `${first.file}: ${why.replace(/\.$/, '')}`
  throw new AppError(
    'nothing-taken',
    `Nothing could be taken; ${problems.length > 1 ? `the first of ${problems.length} problems: ` : ''}${what}.`,
  )
}

function sayImport(output: Output, report: ImportReport, folder: string): void {
  output.say(
    `${counted(report.images, 'image')} and ${counted(report.annotations, 'annotation')} taken${report.duplicates > 0 ? `, ${counted(report.duplicates, 'image was', 'images were')} there already` : ''}.`,
  )
  for (const note of report.notes) output.say(note)
  const { train, val, test } = report.splits
  if (train + val + test > 0) output.say(splitsText(report.splits))
  if (report.splitsKept > 0)
    output.say(
      `${counted(report.splitsKept, 'image')} that were there already keep their split; change it with: slidewright split "${folder}" --split ...`,
    )
  for (const problem of report.problems.slice(0, SHOWN_PROBLEMS)) output.say(problemLine(problem))
  if (report.problems.length > SHOWN_PROBLEMS) output.say(`… and ${report.problems.length - SHOWN_PROBLEMS} more (all with --json)`)
}

export function addInfo(root: Command, output: Output): Command {
  return root
    .command('info')
    .description('Counts of images, annotations, predictions and models.')
    .argument('<project>')
    .action((folder: string) =>
      withProject(
        folder,
        (bench) => {
          const info = bench.info()
          output.say(infoText(info))
          const runs = bench.runs().map(({ id, modelId, images, createdAt }) => ({ id, model: modelId, images, createdAt }))
          output.result({ ...info, runs })
        },
        { readOnly: true },
      ),
    )
}

function regionsText({ all, fullyLabelled, images }: ProjectInfo['regions']): string {
  return all === 0 ? '0' : `${all} on ${counted(images, 'image')}, ${fullyLabelled} fully labelled`
}

function infoText(info: ProjectInfo): string {
  const { splits } = info
  return table([
    ['project', info.project],
    ['task', info.task],
    ['images', `${info.images} (train ${splits.train}, val ${splits.val}, test ${splits.test}, none ${splits.none})`],
    ['annotations', String(info.annotations)],
    ...info.classes.map((c) => [`  ${c.name}`, String(c.annotations)]),
    ['regions', regionsText(info.regions)],
    ['predictions', String(info.predictions)],
    ['decisions', String(info.decisions)],
    ['models', String(info.models.length)],
    ...info.models.map((m) => [
      `  ${m.name}`,
      `${m.preset}, ${counted(m.epochs, 'epoch')}${m.best === null ? '' : `, best ${m.best.toFixed(3)}`}, ${m.id}`,
    ]),
  ])
}
