import path from 'node:path'
import type { Command } from 'commander'
import type { JobView } from '#shared/contracts/work.ts'
import { counted } from '#shared/counted.ts'
import { AppError } from '#shared/errors.ts'
import { lineage, type LineageRow } from '#shared/lineage.ts'
import type { ModelNoteChange } from '#shared/records/model-note.ts'
import { singleLooks, testLooksText } from '#shared/test-looks.ts'
import type { MeasuredThere } from '#shared/test-measure.ts'
import { noteModel, testLooks, testsOf, type Workbench } from '../../main/workbench/index.ts'
import { figure, type Output, table } from '../output.ts'
import { progressBar } from '../progress.ts'
import { refuseTaken } from '../refuse-taken.ts'
import { looksTable } from '../test-looks.ts'
import { withProject } from '../with-project.ts'
import { addCompare } from './models-compare.ts'
import { addImportModel } from './models-import.ts'

/** The library of models: what there is, notes, pins and the archive. */
export function addModels(root: Command, output: Output): Command {
  const command = root
    .command('models')
    .description('The library of models: list them as a tree, note, pin and archive them, take one as a file to another project.')
  addList(command, output)
  addExportModel(command, output)
  addImportModel(command, output)
  addCompare(command, output)
  addLooks(command, output)
  addNote(command, output)
  addMark(command, output, { name: 'pin', about: 'Have a model stand first.', change: { pinned: true }, said: 'stands first' })
  addMark(command, output, { name: 'unpin', about: 'Take the pin off.', change: { pinned: false }, said: 'is not pinned' })
  addMark(command, output, {
    ...{ name: 'archive', change: { archived: true }, said: 'is archived' },
    about: 'Leave a model out of lists and choices. It is not deleted, and its runs stay as they are.',
  })
  addMark(command, output, {
    ...{ name: 'unarchive', change: { archived: false }, said: 'is out of the archive' },
    about: 'Take a model out of the archive.',
  })
  return command
}

function addList(command: Command, output: Output): void {
  command
    .command('list')
    .description('All models as a tree: each under the one that it went on from.')
    .argument('<project>')
    .option('--all', 'archived ones too', false)
    .action((folder: string, { all }: { readonly all: boolean }) =>
      withProject(
        folder,
        (bench) => {
          const { db } = bench.project
          const rows = lineage(db.models(), db.modelNotes(), { all })
          const told = rows.map((row) => ({ row, test: testOf(bench, row) }))
          const hidden = db.models().length - rows.length
          if (rows.length === 0) output.say(hidden === 0 ? 'No model yet.' : 'No model but archived ones.')
          else output.say(table([HEAD, ...told.flatMap(({ row, test }) => lines(row, test))]))
          if (rows.some(({ model }) => model.best !== null)) output.say(SCORE_TEXT)
          if (hidden > 0) output.say(`${counted(hidden, 'archived model')} not shown; --all shows them.`)
          output.result({ models: told.map(({ row, test }) => listed(row, test)) })
        },
        { readOnly: true },
      ),
    )
}

function addLooks(command: Command, output: Output): void {
  command
    .command('looks')
    .description('Each look at what models score on the test images: when, by whom, at which model, and what was seen.')
    .argument('<project>')
    .action((folder: string) =>
      withProject(
        folder,
        ({ project }) => {
          const looks = testLooks(project)
          output.say(looks.length === 0 ? 'Nobody has looked at the test images yet.' : looksTable(looks))
          if (looks.length > 0) output.say(testLooksText(looks))
          output.result({ looks: singleLooks(looks) })
        },
        { readOnly: true },
      ),
    )
}

/** The newest measure on test images, here or where it comes from. */
function testOf({ project }: Workbench, { model }: LineageRow): MeasuredThere | null {
  const [newest] = testsOf(project, model)
  return newest === undefined ? null : { project: newest.project, measure: newest.measure }
}

/** Why `evaluate` may say something else. */
const SCORE_TEXT =
  'score: of the best epoch, by the training’s own look at the validation images; slidewright evaluate measures what a prediction finds, which can differ a little. test: what evaluate found last on test images.'
const HEAD = ['model', 'id', 'preset', 'score', 'test', 'images', 'made', 'by', 'note']

/** Folds of a cross-validation stand under a line of their own. */
function lines(row: LineageRow, test: MeasuredThere | null): (string | number)[][] {
  const { heads, depth } = row
  const head = heads
    ? [[`${'  '.repeat(depth - 1)}${heads.name}, ${counted(heads.folds ?? 0, 'fold')}`, ...HEAD.slice(1).map(() => '')]]
    : []
  return [...head, cells(row, test)]
}

function cells({ model, note, depth }: LineageRow, test: MeasuredThere | null): (string | number)[] {
  const marks = `${note?.pinned === true ? ' (pinned)' : ''}${note?.archived === true ? ' (archived)' : ''}`
  return [
    `${'  '.repeat(depth)}${model.name}${marks}`,
    model.id,
    model.preset,
    figure(model.best),
    testText(test),
    model.trainImages,
    model.createdAt.slice(0, 10),
    model.author,
    (note?.text ?? '').replace(/\s+/g, ' '),
  ]
}

/** By another score than the task's own it is named: it is none of the model as it is used. */
function testText(test: MeasuredThere | null): string {
  const shown = figure(test?.measure.figures[0]?.value ?? null)
  const score = test?.measure.score ?? null
  return score === null ? shown : `${shown} from ${score}`
}

/** What `models list --json` gives of a model; scripts rely on these keys. */
function listed({ model, note, depth }: LineageRow, test: MeasuredThere | null) {
  const { id, name, task, preset, parent, author, createdAt, dataHash, objects, trainImages, valImages, epochs, best, origin, fold } = model
  return {
    ...{ id, name, task, preset, parent, depth, author, createdAt, dataHash, objects, trainImages, valImages, epochs, best, origin, fold },
    measured: test,
    ...{ note: note?.text ?? '', pinned: note?.pinned ?? false, archived: note?.archived ?? false },
  }
}

function addExportModel(command: Command, output: Output): void {
  command
    .command('export')
    .description('Write a model as one file, with its card, for another project: whole, or not at all.')
    .argument('<project>')
    .argument('<model>', 'id, name, or latest')
    .argument('<file>', 'a ZIP archive, such as cells.zip')
    .option('--force', 'replace a file that is there already', false)
    .action((folder: string, model: string, file: string, { force }: { readonly force: boolean }) =>
      withProject(
        folder,
        async (bench) => {
          await refuseTaken(file, force)
          wantZip(file)
          const bar = progressBar()
          const onJob = ({ progress, title }: JobView): void => {
            bar.update(progress?.fraction ?? 0, title)
          }
          const request = { file, what: 'model', format: 'package', modelId: bench.model(model).id } as const
          const report = await bench.export(request, undefined, { onJob }).finally(() => {
            bar.end()
          })
          output.say(`Wrote ${report.file}.`)
          for (const note of report.notes) output.say(note)
          output.result(report)
        },
        { readOnly: true },
      ),
    )
}

function addNote(command: Command, output: Output): void {
  command
    .command('note')
    .description('Write a note on a model; an empty one removes it.')
    .argument('<project>')
    .argument('<model>', 'id, name, or latest')
    .argument('<text>')
    .action((folder: string, model: string, text: string) =>
      withProject(folder, (bench) => {
        changed(bench, output, { model, change: { text }, said: text === '' ? 'has no note' : 'has the note' })
      }),
    )
}

interface Mark {
  readonly name: string
  readonly about: string
  readonly change: ModelNoteChange
  readonly said: string
}

function addMark(command: Command, output: Output, { name, about, change, said }: Mark): void {
  command
    .command(name)
    .description(about)
    .argument('<project>')
    .argument('<model>', 'id, name, or latest')
    .action((folder: string, model: string) =>
      withProject(folder, (bench) => {
        changed(bench, output, { model, change, said })
      }),
    )
}

interface Asked {
  readonly model: string
  readonly change: ModelNoteChange
  readonly said: string
}

function changed(bench: Workbench, output: Output, { model: asked, change, said }: Asked): void {
  const model = bench.model(asked)
  noteModel(bench.project, model, change)
  output.say(`${model.name} ${said}.`)
  output.result({ model: model.id, ...change })
}

/** @throws AppError `wrong-format`. */
function wantZip(file: string): void {
  if (path.extname(file).toLowerCase() === '.zip') return
  throw new AppError(
    'wrong-format',
    `A model as one file is a ZIP, and ${path.basename(file)} does not end in .zip.`,
    'Name a file that ends in .zip. The bare graph or weights: slidewright export <project> model.onnx --what model.',
  )
}
